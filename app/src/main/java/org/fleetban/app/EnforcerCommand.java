package org.fleetban.app;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.fleetban.app.settings.Settings;
import org.fleetban.enforcer.Enforcer;
import org.fleetban.enforcer.action.ActionBan;
import org.fleetban.enforcer.action.ActionRunner;
import org.fleetban.enforcer.firewall.Firewall;
import org.fleetban.enforcer.firewall.FirewallException;
import org.fleetban.enforcer.firewall.Firewalls;
import org.fleetban.enforcer.firewall.SystemCommands;
import org.fleetban.engine.config.Configuration;
import org.fleetban.engine.config.ConfigurationReader;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code fleetban enforcer}: bans to this host's firewall. */
@Command(name = "enforcer", description = "Put the fleet's bans into this host's firewall.")
final class EnforcerCommand implements Callable<Integer> {

    private final Environment environment;

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Mixin
    private final DataOption data = new DataOption();

    @Mixin
    private final FirewallOptions firewalls = new FirewallOptions();

    @Option(
            names = "--remove",
            description = "Take everything of Fleetban out of the firewall, undo what actions did, and end.")
    private boolean remove;

    EnforcerCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() throws InterruptedException {
        Settings settings = common.settings(environment);
        if (remove) {
            return remove(settings);
        }
        Firewall firewall = firewalls.firewall(settings, environment);
        // Bans need no jails here, but what jails do beside the firewall stands with them.
        ConfigurationWatch watch =
                new ConfigurationWatch(common.config(environment), this::configuration, environment::say);
        HostActions actions = firewalls.actions(configuration(), environment);
        return new Service(environment, settings, data.directory(environment), watch)
                .run(
                        parts -> watch.add(parts.enforcer(firewall, EnforcerLog.ofHost(environment), actions)),
                        Service.Start.NOTHING);
    }

    /** Takes back what actions did too: their bans, and what they made for themselves. */
    private int remove(Settings settings) throws InterruptedException {
        try {
            new Firewalls(
                            SystemCommands.host(),
                            settings.enforcer(data.directory(environment)).firewall())
                    .removeAll();
        } catch (FirewallException e) {
            throw new UserException("not everything could be removed: " + e.getMessage(), e);
        }
        environment.say("everything of Fleetban is out of the firewall");
        Path folder = Parts.enforcerFolder(data.directory(environment));
        List<ActionBan> standing = List.of();
        try {
            standing = Enforcer.lastBans(folder);
        } catch (IOException e) {
            environment.say("the bans of the last run are not known: " + e.getMessage());
        }
        List<String> failures = new ActionRunner(
                        firewalls.actions(configuration(), environment).actions(),
                        folder,
                        settings.get(Settings.HOST_NAME),
                        List.of(),
                        environment.clock())
                .remove(standing);
        failures.forEach(environment::say);
        return failures.isEmpty() ? ExitCode.OK : ExitCode.FAILURE;
    }

    private Configuration configuration() {
        return ConfigurationReader.read(common.config(environment), Set.of(), Map.of());
    }
}
