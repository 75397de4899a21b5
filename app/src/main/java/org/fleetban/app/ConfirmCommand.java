package org.fleetban.app;

import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import org.fleetban.app.fleet.Terminal;
import org.fleetban.app.settings.Settings;
import org.fleetban.protocol.CommandRecord;
import org.fleetban.protocol.FleetView;
import org.fleetban.protocol.HostRecord;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fleetban confirm}: lets bans through that enforcers hold back because they are too many or too large. */
@Command(
        name = "confirm",
        description = "Let bans through that hosts hold back: too many new ones within a minute, or large networks.")
final class ConfirmCommand implements Callable<Integer> {

    private static final String ENFORCER = "enforcer";
    private static final String WAITING = "bans.waiting";

    private final Environment environment;

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Option(names = "--show", description = "Confirm nothing; show what waits, as of the hosts' last reports.")
    private boolean show;

    @Option(names = "--host", paramLabel = "HOST", description = "Only what waits on this host (repeatable).")
    private List<String> hosts = List.of();

    @Option(names = "--jail", paramLabel = "JAIL", description = "Only bans of this jail.")
    private @Nullable String jail;

    @Parameters(arity = "0..1", paramLabel = "ID", description = "Only the ban of this address or network.")
    private @Nullable String id;

    ConfirmCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() throws InterruptedException {
        Settings settings = common.settings(environment);
        return new FleetAccess(environment, settings).run((view, admin) -> {
            show(view);
            if (!show) {
                order(new Orders(environment, settings));
            }
            return ExitCode.OK;
        });
    }

    private void show(FleetView view) {
        boolean any = false;
        for (FleetView.Reports reports : view.hosts().values()) {
            HostRecord report = reports.latest();
            long waiting = report.figure(WAITING);
            boolean meant = hosts.isEmpty() || hosts.contains(report.host());
            if (!report.component().equals(ENFORCER) || !meant || waiting == 0) {
                continue;
            }
            any = true;
            print(report.host() + ": " + waiting + (waiting == 1 ? " ban waits" : " bans wait") + ", as of "
                    + report.at());
            report.notes().forEach(note -> print("  " + note));
        }
        if (!any) {
            print("nothing waits, as of the hosts' last reports");
        }
    }

    private void order(Orders orders) throws InterruptedException {
        for (String host : hosts.isEmpty() ? Collections.<@Nullable String>singletonList(null) : hosts) {
            orders.store(orders.command(CommandRecord.Type.CONFIRM, jail, id, host, null, null));
        }
        print("confirmed: " + (hosts.isEmpty() ? "all hosts" : String.join(", ", hosts)));
    }

    private void print(String line) {
        environment.out().println(Terminal.escape(line));
    }
}
