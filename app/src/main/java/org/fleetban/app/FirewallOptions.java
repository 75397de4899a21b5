package org.fleetban.app;

import java.nio.file.Path;
import org.fleetban.app.settings.Settings;
import org.fleetban.enforcer.EnforcerSettings;
import org.fleetban.enforcer.firewall.Firewall;
import org.fleetban.enforcer.firewall.FirewallException;
import org.fleetban.enforcer.firewall.Firewalls;
import org.fleetban.enforcer.firewall.SystemCommands;
import org.fleetban.engine.config.Configuration;
import picocli.CommandLine.Option;

/** {@code --dry-run}. */
final class FirewallOptions {

    @Option(names = "--dry-run", description = "Decide everything, touch no firewall, run no action.")
    private boolean dryRun;

    /**
     * What jails do beside the firewall; in a dry run nothing.
     *
     * @param configuration the jails to begin with
     */
    HostActions actions(Configuration configuration, Environment environment) {
        return new HostActions(configuration, dryRun, environment);
    }

    /**
     * The firewall that the settings ask for.
     *
     * @throws UserException if it does not work here
     */
    Firewall firewall(Settings settings, Environment environment) {
        if (dryRun) {
            return Firewalls.dryRun(environment.clock());
        }
        EnforcerSettings enforcer = settings.enforcer(Path.of(""));
        try {
            return new Firewalls(SystemCommands.host(), enforcer.firewall()).find(enforcer.kind());
        } catch (FirewallException e) {
            throw new UserException(e.getMessage() + ". To try without a firewall: --dry-run", e);
        }
    }
}
