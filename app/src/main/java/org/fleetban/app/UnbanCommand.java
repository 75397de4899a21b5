package org.fleetban.app;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.fleetban.app.fleet.Explanation;
import org.fleetban.app.fleet.Terminal;
import org.fleetban.app.settings.Settings;
import org.fleetban.engine.jail.IpRange;
import org.fleetban.protocol.BanEvent;
import org.fleetban.protocol.CommandRecord;
import org.fleetban.protocol.JailSummary;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fleetban unban}: lifts bans by order of an operator. */
@Command(
        name = "unban",
        description =
                "Lift bans, and forgive the failures so far: of one offender, of a network with all in it, or all.",
        customSynopsis = "fleetban unban [OPTIONS] [JAIL] (ID | NETWORK | --all)")
final class UnbanCommand implements Callable<Integer> {

    /** More bans than this are counted and not named. */
    private static final int MOST_NAMED = 100;

    private final Environment environment;

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Mixin
    private final WaitOption waiting = new WaitOption();

    @Parameters(
            arity = "0..2",
            paramLabel = "[JAIL] ID|NETWORK",
            description = "The jail (default: all), and an address, a network, or another offender.")
    private List<String> names = new ArrayList<>();

    @Option(names = "--all", description = "Every offender, of the jail if one is named.")
    private boolean all;

    @Option(names = "--host", paramLabel = "HOST", description = "In jails with scope = host: the one host.")
    private @Nullable String host;

    @Option(names = "--reason", paramLabel = "WORDS", description = "Why; kept in the events.")
    private @Nullable String reason;

    UnbanCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (names.size() + (all ? 1 : 0) > 2 || names.isEmpty() && !all) {
            throw new UserException("unban whom? Expected [JAIL] ID, [JAIL] NETWORK, or [JAIL] --all");
        }
        Settings settings = common.settings(environment);
        Duration patience = waiting.patience();
        String why = KnownFleet.reason(reason);
        return new FleetAccess(environment, settings).run((view, admin) -> {
            KnownFleet fleet = new KnownFleet(view.hosts(), environment.clock().instant());
            Map<String, Banned> table = view.bans((key, ban, offset) -> new Banned(ban.jail(), ban.id(), ban.host()));
            Target target = target(fleet, table);
            Orders orders = new Orders(environment, settings);
            CommandRecord command =
                    orders.command(CommandRecord.Type.UNBAN, target.jail(), target.id(), target.host(), null, why);
            return lift(fleet, orders, command, target.in(table), patience);
        });
    }

    /** A standing ban. */
    private record Banned(String jail, String id, @Nullable String host) {}

    /** Whose bans are to be lifted; null: all. */
    private record Target(
            @Nullable String jail,
            @Nullable String id,
            @Nullable String host) {

        /** The keys of the standing bans that this concerns. */
        Set<String> in(Map<String, Banned> table) {
            IpRange network = id == null ? null : IpRange.parse(id);
            Set<String> keys = new TreeSet<>();
            table.forEach((key, ban) -> {
                if ((jail == null || jail.equals(ban.jail()))
                        && (host == null || host.equals(ban.host()))
                        && (id == null || id.equals(ban.id()) || isIn(ban.id(), network))) {
                    keys.add(key);
                }
            });
            return keys;
        }

        private static boolean isIn(String banned, @Nullable IpRange network) {
            if (network == null || network.isAddress()) {
                return false;
            }
            IpRange range = IpRange.parse(banned);
            return range != null && network.contains(range);
        }
    }

    /** A jail that runs no more, and an offender that no jail would ban now, may have left bans. */
    private Target target(KnownFleet fleet, Map<String, Banned> table) {
        String jail = names.size() == 2 || all && names.size() == 1 ? names.get(0) : null;
        String text = all ? null : names.get(names.size() - 1);
        String onHost = host == null ? null : fleet.host(host);
        if (text != null && jail == null && fleet.runs(text)) {
            throw new UserException("'" + text + "' is a jail: name the offender behind it, or --all");
        }
        JailSummary runs =
                jail == null || !new Target(jail, null, null).in(table).isEmpty() && !fleet.runs(jail)
                        ? null
                        : fleet.jail(jail).orElse(null);
        if (text == null) {
            return new Target(jail, null, onHost);
        }
        String id = Explanation.canonical(text.strip());
        return new Target(
                jail, new Target(jail, id, onHost).in(table).isEmpty() ? fleet.offender(id, runs) : id, onHost);
    }

    private int lift(KnownFleet fleet, Orders orders, CommandRecord command, Set<String> standing, Duration patience)
            throws InterruptedException {
        if (standing.isEmpty()) {
            orders.give(command, Duration.ZERO, (key, event) -> Orders.Hearing.FOREIGN);
            environment.out().println("nobody of that is banned; failures so far are forgiven");
            return ExitCode.OK;
        }
        int count = standing.size();
        Orders.Outcome outcome = orders.give(command, patience, (key, event) -> {
            if (event.type() != BanEvent.Type.UNBAN || !standing.remove(key)) {
                return Orders.Hearing.FOREIGN;
            }
            if (count <= MOST_NAMED) {
                environment
                        .out()
                        .println(Terminal.escape("[" + event.jail() + "] Unban " + event.id()
                                + (event.host() == null ? "" : " on " + event.host())));
            }
            return standing.isEmpty() ? Orders.Hearing.LAST : Orders.Hearing.MORE;
        });
        if (outcome instanceof Orders.Refused refused) {
            throw new FailureException("the processor refuses the command: " + Terminal.escape(refused.reason()), null);
        }
        int lifted = count - standing.size();
        environment.out().println(lifted + " of " + Terminal.count(count, "ban") + " lifted");
        if (outcome instanceof Orders.Stored) {
            environment.say(fleet.unanswered());
        }
        return ExitCode.OK;
    }
}
