package org.fleetban.enforcer;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.fleetban.enforcer.action.ActionRunner;
import org.fleetban.enforcer.firewall.Audit.Traffic;
import org.fleetban.enforcer.firewall.Network;
import org.fleetban.protocol.HostRecord;
import org.jspecify.annotations.Nullable;

/**
 * How an enforcer stands at a moment.
 *
 * @param firewall which firewall it drives
 * @param following whether it has read the whole table of bans and follows it
 * @param reachable whether Kafka answered when it was asked last
 * @param position all records of the table before this offset are carried out in the firewall, or refused
 * @param bans that concern this host and are not over
 * @param applied entries in the firewall
 * @param refused bans that are not enforced, by reason
 * @param refusals some of them, with their keys
 * @param unreadable records of the table that could not be read
 * @param drift how often the firewall was not as it was left, and was put right
 * @param failures how often the firewall's tools refused a batch
 * @param problem what is wrong now, null: nothing
 * @param traffic packets and bytes refused, by jail
 * @param waiting bans that wait for the operator, by jail; they are among the refused
 * @param notes what the operator should know, a few
 * @param actions how the commands stand that run beside the firewall
 */
public record EnforcerReport(
        String firewall,
        boolean following,
        boolean reachable,
        long position,
        long bans,
        long applied,
        Map<Refusal.Reason, Long> refused,
        Map<String, Refusal> refusals,
        long unreadable,
        long drift,
        long failures,
        @Nullable String problem,
        Map<String, Traffic> traffic,
        Map<String, Long> waiting,
        List<String> notes,
        ActionRunner.Report actions) {

    private static final int MAX_JAILS = 500;
    private static final int MAX_JAIL_NAME = 100;

    public EnforcerReport {
        refused = Map.copyOf(refused);
        refusals = Map.copyOf(refusals);
        traffic = Map.copyOf(traffic);
        waiting = Map.copyOf(waiting);
        notes = List.copyOf(notes);
    }

    /** As a record of the table of hosts. */
    public HostRecord toHostRecord(String host, String version, Instant now) {
        Map<String, Long> figures = new TreeMap<>();
        figures.put("following", following ? 1L : 0L);
        figures.put("kafka.reachable", reachable ? 1L : 0L);
        figures.put("position", position);
        figures.put("bans", bans);
        figures.put("bans.applied", applied);
        figures.put("bans.refused", sum(refused.values()) - sum(waiting.values()));
        figures.put("bans.waiting", sum(waiting.values()));
        figures.put("actions.applied", actions.applied());
        figures.put("actions.pending", actions.pending());
        figures.put("actions.failures", actions.failures());
        figures.put("records.unreadable", unreadable);
        figures.put("firewall.drift", drift);
        figures.put("firewall.failures", failures);
        refused.forEach((reason, count) -> figures.put("refused." + reason, count));
        byJail(waiting).forEach((jail, count) -> figures.put("waiting." + jail, count));
        byJail(traffic).forEach((jail, refusals) -> {
            figures.put("packets." + jail, refusals.packets());
            figures.put("bytes." + jail, refusals.bytes());
        });
        List<String> addresses =
                HostAddresses.own().stream().map(Network::toString).toList();
        List<HostRecord.RefusedBan> details = refusals.entrySet().stream()
                .map(entry -> new HostRecord.RefusedBan(
                        entry.getKey(),
                        entry.getValue().reason().toString(),
                        entry.getValue().detail()))
                .toList();
        return new HostRecord(
                host, "enforcer", version, now, addresses, figures, List.of(), List.of(), firewall, details, notes);
    }

    /** Names of jails in the table may be forged: a report holds so many that it fits into a record. */
    private static <T> Map<String, T> byJail(Map<String, T> figures) {
        return figures.entrySet().stream()
                .filter(entry -> entry.getKey().length() <= MAX_JAIL_NAME)
                .sorted(Map.Entry.comparingByKey())
                .limit(MAX_JAILS)
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private static long sum(Collection<Long> counts) {
        return counts.stream().mapToLong(Long::longValue).sum();
    }
}
