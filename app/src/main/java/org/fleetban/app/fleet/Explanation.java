package org.fleetban.app.fleet;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.fleetban.engine.jail.IpRange;
import org.fleetban.protocol.BanEvent;
import org.fleetban.protocol.BanRecord;
import org.fleetban.protocol.FailureRecord;
import org.fleetban.protocol.FleetView;
import org.fleetban.protocol.JailSummary;
import org.fleetban.protocol.Scope;
import org.jspecify.annotations.Nullable;

/**
 * Why an offender is banned, or is not.
 *
 * @param at when the topics were read
 * @param id the offender in canonical form
 * @param bans that stand and refuse it: its own, and those of networks that hold it
 * @param windows what counts against it now
 * @param ignored the ignore rule that hit last in each jail
 * @param history what happened to it, oldest first
 * @param failuresSince failures are those read since then
 * @param failures of it in all jails, in the order of log time
 */
public record Explanation(
        Instant at,
        String id,
        List<BanInForce> bans,
        List<Window> windows,
        List<Ignored> ignored,
        List<BanEvent> history,
        Instant failuresSince,
        List<FailureRecord> failures) {

    /** How far back failures are looked for where no jail is known; at least so far where one is. */
    private static final Duration LOOK_BACK = Duration.ofHours(1);

    /**
     * A ban that stands.
     *
     * @param ban as in the table
     * @param on whether it holds, host by host
     */
    public record BanInForce(BanRecord ban, List<Hold> on) {}

    /**
     * What counts in one jail.
     *
     * @param jail the jail
     * @param host the host, where the jail counts for each host alone
     * @param failures that count now: read, not settled by a decision or an operator, and within {@code findTime}
     * @param maxRetry so many make a ban; null where no processor reports the jail
     * @param findTime seconds
     * @param hosts where these failures were
     */
    public record Window(
            String jail,
            @Nullable String host,
            int failures,
            @Nullable Integer maxRetry,
            long findTime,
            Set<String> hosts) {}

    /**
     * An ignore rule that kept a ban from being.
     *
     * @param jail whose ban it was
     * @param at when
     * @param rule as the processor names it
     */
    public record Ignored(String jail, Instant at, @Nullable String rule) {}

    /** The offender as the fleet writes it: an address or network in canonical form, any other text as it is. */
    public static String canonical(String id) {
        IpRange range = IpRange.parse(id);
        return range == null ? id : range.toText();
    }

    /**
     * Puts together what the topics say.
     *
     * @param id the offender in canonical form
     */
    public static Explanation of(Instant now, String id, FleetView view) {
        Map<String, FleetView.Reports> hosts = view.hosts();
        Map<String, JailSummary> jails = Rules.of(Component.all(hosts, "processor", now));
        List<BanEvent> history = view.historyOf(id);
        Duration lookBack = jails.values().stream()
                .map(jail -> Duration.ofSeconds(jail.findTime()))
                .reduce(LOOK_BACK, (a, b) -> a.compareTo(b) > 0 ? a : b);
        Instant since = now.minus(lookBack);
        List<FailureRecord> failures = view.failuresOf(id, since);
        return new Explanation(
                now,
                id,
                bans(now, id, view, Component.all(hosts, "enforcer", now)),
                windows(now, failures, new Settlements(history, view.commands(since)), jails),
                ignored(history),
                history,
                since,
                failures);
    }

    private static List<BanInForce> bans(Instant now, String id, FleetView view, List<Component> enforcers) {
        IpRange range = IpRange.parse(id);
        Map<String, BanInForce> bans = view.bans((key, ban, offset) -> {
            if (!StandingBan.stands(ban, now) || !isRefusedBy(ban.id(), id, range)) {
                return null;
            }
            return new BanInForce(ban, Hold.of(key, ban, offset, enforcers));
        });
        return List.copyOf(bans.values());
    }

    private static boolean isRefusedBy(String banned, String id, @Nullable IpRange range) {
        if (banned.equals(id)) {
            return true;
        }
        if (range == null || banned.indexOf('/') < 0) {
            return false;
        }
        IpRange network = IpRange.parse(banned);
        return network != null && network.contains(range);
    }

    private static List<Window> windows(
            Instant now, List<FailureRecord> failures, Settlements settlements, Map<String, JailSummary> jails) {
        Map<Settlements.Offender, List<FailureRecord>> open = new LinkedHashMap<>();
        for (FailureRecord failure : failures) {
            JailSummary jail = jails.get(failure.jail());
            Scope scope = jail == null ? Scope.FLEET : jail.scope();
            Instant start = now.minusSeconds(findTime(jail));
            if (failure.time().isAfter(start) && settlements.isOpen(failure, scope)) {
                open.computeIfAbsent(Settlements.offenderOf(failure, scope), offender -> new ArrayList<>())
                        .add(failure);
            }
        }
        List<Window> windows = new ArrayList<>();
        open.values()
                .forEach(counted ->
                        windows.add(window(counted, jails.get(counted.get(0).jail()))));
        return windows;
    }

    private static long findTime(@Nullable JailSummary jail) {
        return jail == null ? LOOK_BACK.toSeconds() : jail.findTime();
    }

    private static Window window(List<FailureRecord> counted, @Nullable JailSummary jail) {
        Set<String> hosts = new TreeSet<>();
        counted.forEach(failure -> hosts.add(failure.host()));
        FailureRecord first = counted.get(0);
        return new Window(
                first.jail(),
                jail != null && jail.scope() == Scope.HOST ? first.host() : null,
                counted.size(),
                jail == null ? null : Integer.valueOf(jail.maxRetry()),
                findTime(jail),
                hosts);
    }

    private static List<Ignored> ignored(List<BanEvent> history) {
        Map<String, Ignored> last = new TreeMap<>();
        for (BanEvent event : history) {
            if (event.type() == BanEvent.Type.REFUSED && event.by().equals(Settlements.RULES)) {
                last.put(event.jail(), new Ignored(event.jail(), event.at(), event.reason()));
            }
        }
        return List.copyOf(last.values());
    }
}
