package org.fleetban.app;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Set;
import java.util.concurrent.Callable;
import org.fleetban.app.fleet.Terminal;
import org.fleetban.app.settings.Settings;
import org.fleetban.engine.jail.EventId;
import org.fleetban.protocol.BanEvent;
import org.fleetban.protocol.BanKey;
import org.fleetban.protocol.CommandRecord;
import org.fleetban.protocol.JailSummary;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fleetban ban}: bans by order of an operator. */
@Command(name = "ban", description = "Ban an offender in a jail.")
final class BanCommand implements Callable<Integer> {

    private static final String EVER = "ever";

    private final Environment environment;

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Mixin
    private final WaitOption waiting = new WaitOption();

    @Parameters(index = "0", paramLabel = "JAIL", description = "The jail that bans.")
    private String jail = "";

    @Parameters(index = "1", paramLabel = "ID", description = "An address, a network, or what else the jail bans.")
    private String id = "";

    @Option(
            names = "--for",
            paramLabel = "TIME",
            description = "How long, such as 1h or 1d 12h; 'ever' for a ban without end. Default: the jail's bantime.")
    private @Nullable String length;

    @Option(names = "--host", paramLabel = "HOST", description = "In a jail with scope = host: the one host.")
    private @Nullable String host;

    @Option(names = "--reason", paramLabel = "WORDS", description = "Why; kept in the event and shown with the ban.")
    private @Nullable String reason;

    BanCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() throws InterruptedException {
        Settings settings = common.settings(environment);
        Duration patience = waiting.patience();
        Long seconds = seconds();
        String why = KnownFleet.reason(reason);
        return new FleetAccess(environment, settings).run((view, admin) -> {
            KnownFleet fleet = new KnownFleet(view.hosts(), environment.clock().instant());
            JailSummary summary = fleet.jail(jail).orElse(null);
            String offender = fleet.offender(id, summary);
            String onHost = summary == null ? host : fleet.hostOf(summary, host);
            Orders orders = new Orders(environment, settings);
            CommandRecord command = orders.command(CommandRecord.Type.BAN, jail, offender, onHost, seconds, why);
            Set<String> answers = Set.of(
                    EventId.of("order", command.command(), new BanKey(jail, offender, null).toString()),
                    EventId.of(
                            "order",
                            command.command(),
                            new BanKey(jail, offender, onHost == null ? "" : onHost).toString()));
            return tell(fleet, orders.give(command, patience, (key, event) -> hear(answers, event)));
        });
    }

    private @Nullable Long seconds() {
        if (length == null) {
            return null;
        }
        if (length.equals(EVER)) {
            return -1L;
        }
        long seconds = WaitOption.parse("--for", length).toSeconds();
        if (seconds < 1) {
            throw new UserException("--for " + length + ": expected a second or more, or 'ever' for a ban without end");
        }
        return seconds;
    }

    private Orders.Hearing hear(Set<String> answers, BanEvent event) {
        if (!answers.contains(event.event())) {
            return Orders.Hearing.FOREIGN;
        }
        String until = event.until() == null ? "for ever" : "until " + time(event.until());
        String what = switch (event.type()) {
            case BAN -> "Ban " + event.id() + ' ' + until;
            case EXTEND -> "Increase Ban " + event.id() + ' ' + until;
            default -> event.id() + ": " + event.reason() + ", " + until;
        };
        environment.out().println(Terminal.escape("[" + event.jail() + "] " + what));
        return Orders.Hearing.LAST;
    }

    private static String time(Instant at) {
        return Terminal.time(at, ZoneId.systemDefault());
    }

    private int tell(KnownFleet fleet, Orders.Outcome outcome) {
        if (outcome instanceof Orders.Refused refused) {
            throw new FailureException("the processor refuses the command: " + Terminal.escape(refused.reason()), null);
        }
        if (outcome instanceof Orders.Stored) {
            environment.say(fleet.unanswered());
        }
        return ExitCode.OK;
    }
}
