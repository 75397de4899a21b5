package org.fleetban.app;

import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.Admin;
import org.fleetban.app.fleet.Backlog;
import org.fleetban.app.fleet.Component;
import org.fleetban.app.fleet.FleetStatus;
import org.fleetban.app.fleet.FleetStatusText;
import org.fleetban.app.fleet.JailStatus;
import org.fleetban.app.fleet.JailStatusText;
import org.fleetban.app.fleet.Rules;
import org.fleetban.app.fleet.StandingBan;
import org.fleetban.app.settings.Settings;
import org.fleetban.protocol.FleetView;
import org.fleetban.protocol.JsonCodec;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fleetban status}: how the fleet, or one jail, stands. */
@Command(
        name = "status",
        description = "How the fleet, or one jail, stands: fail2ban-client's figures, then hosts, lag and rates. Works"
                + " without a processor.")
final class StatusCommand implements Callable<Integer> {

    private final Environment environment;

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Parameters(arity = "0..1", paramLabel = "JAIL", description = "The jail. Default: the fleet as a whole.")
    private @Nullable String jail;

    @Option(names = "--json", description = "One JSON object, for programs.")
    private boolean json;

    StatusCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() throws InterruptedException {
        Settings settings = common.settings(environment);
        return new FleetAccess(environment, settings)
                .run((view, admin) -> jail == null ? fleet(settings, view, admin) : jail(jail, view));
    }

    private int fleet(Settings settings, FleetView view, Admin admin) throws InterruptedException {
        Instant now = environment.clock().instant();
        long endOfBans = view.endOfBans();
        Map<String, FleetView.Reports> hosts = view.hosts();
        Map<String, Long> banned = new TreeMap<>();
        Map<String, String> jails = view.bans((key, ban, offset) -> StandingBan.stands(ban, now) ? ban.jail() : null);
        jails.values().forEach(name -> banned.merge(name, 1L, Long::sum));
        Backlog backlog = Backlog.of(
                admin, settings.get(Settings.TOPICS_PREFIX), settings.get(Settings.PROCESSOR_APPLICATION_ID));
        FleetStatus status = FleetStatus.of(now, hosts, endOfBans, banned, backlog);
        new Results(environment).print(out -> {
            if (json) {
                Results.json(JsonCodec.of(FleetStatus.class), status, out);
            } else {
                new FleetStatusText(status).print(out);
            }
        });
        return ExitCode.OK;
    }

    private int jail(String name, FleetView view) {
        Instant now = environment.clock().instant();
        Map<String, FleetView.Reports> hosts = view.hosts();
        Set<String> known =
                new TreeSet<>(Rules.of(Component.all(hosts, "processor", now)).keySet());
        Map<String, String> ids = view.bans((key, ban, offset) -> {
            known.add(ban.jail());
            return ban.jail().equals(name) && StandingBan.stands(ban, now) ? ban.id() : null;
        });
        if (!known.contains(name)) {
            throw new UserException("the jail '" + name + "' does not exist"
                    + (known.isEmpty() ? "" : "; these do: " + String.join(", ", known)));
        }
        List<String> banned = new ArrayList<>(ids.values());
        JailStatus status = JailStatus.of(now, name, view, hosts, banned);
        new Results(environment).print(out -> {
            if (json) {
                Results.json(JsonCodec.of(JailStatus.class), status, out);
            } else {
                new JailStatusText(status, ZoneId.systemDefault()).print(out);
            }
        });
        return ExitCode.OK;
    }
}
