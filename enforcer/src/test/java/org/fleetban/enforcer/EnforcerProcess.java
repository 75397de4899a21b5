package org.fleetban.enforcer;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.fleetban.enforcer.firewall.Firewall;
import org.fleetban.enforcer.firewall.FirewallException;
import org.fleetban.enforcer.firewall.FirewallKind;
import org.fleetban.enforcer.firewall.Firewalls;
import org.fleetban.enforcer.firewall.SystemCommands;
import org.fleetban.protocol.Topics;

/** An enforcer as a process of its own, to be killed: bootstrap servers, topic prefix, data folder, namespace, firewall. */
final class EnforcerProcess {

    private EnforcerProcess() {}

    public static void main(String[] arguments) throws FirewallException {
        EnforcerSettings settings = EnforcerSettings.of(
                Map.of("enforcer.new-bans-per-minute", "0", "enforcer.audit.ms", "500"),
                "here",
                new Topics(arguments[1]),
                Path.of(arguments[2]));
        SystemCommands commands =
                new SystemCommands(List.of("ip", "netns", "exec", arguments[3]), Duration.ofSeconds(30));
        Firewall firewall = new Firewalls(commands, settings.firewall()).find(FirewallKind.parse(arguments[4]));
        Enforcer enforcer = new Enforcer(
                settings,
                firewall,
                Map.of("bootstrap.servers", arguments[0]),
                Clock.systemUTC(),
                new EnforcerListener() {
                    @Override
                    public void problem(String message) {
                        System.out.println(message);
                    }
                });
        enforcer.start();
    }
}
