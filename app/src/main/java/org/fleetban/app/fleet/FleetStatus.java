package org.fleetban.app.fleet;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.fleetban.enforcer.firewall.Firewalls;
import org.fleetban.protocol.FleetView;
import org.fleetban.protocol.HostRecord;
import org.jspecify.annotations.Nullable;

/**
 * How the fleet stands.
 *
 * @param at when the topics were read
 * @param jails names of the jails that run, or ban
 * @param banned bans that stand, in all jails
 * @param backlog what is not yet processed
 * @param processors by host
 * @param shippers by host
 * @param enforcers by host
 */
public record FleetStatus(
        Instant at,
        List<String> jails,
        long banned,
        Backlog backlog,
        List<ProcessorState> processors,
        List<ShipperState> shippers,
        List<EnforcerState> enforcers) {

    /**
     * A processor; counters begin at its start.
     *
     * @param at its last report
     * @param running whether that was lately
     * @param lines read
     * @param linesPerSecond between its last two reports; null where that is not known
     * @param dead records that it could not use
     * @param notes what the operator should know
     */
    public record ProcessorState(
            String host,
            String version,
            Instant at,
            boolean running,
            long lines,
            @Nullable Double linesPerSecond,
            long dead,
            List<String> notes) {}

    /**
     * A shipper; counters begin at its start.
     *
     * @param at its last report
     * @param running whether that was lately
     * @param lines sent
     * @param linesPerSecond between its last two reports; null where that is not known
     * @param cut lines longer than the limit
     * @param refused lines that the broker does not take
     * @param resent how often lines had to be sent again over a new connection
     * @param lagBytes in the files and not in Kafka
     * @param lagMs for how long the file that is furthest behind has been so
     * @param fileCount how many files it follows
     * @param files those of them that fit into its report, the furthest behind first
     * @param journals how many journals it follows
     * @param missing how many of its log paths name no file yet
     * @param notes what the operator should know
     */
    public record ShipperState(
            String host,
            String version,
            Instant at,
            boolean running,
            long lines,
            @Nullable Double linesPerSecond,
            long cut,
            long refused,
            long resent,
            long lagBytes,
            long lagMs,
            long fileCount,
            List<HostRecord.ShippedFile> files,
            long journals,
            long missing,
            List<String> notes) {}

    /**
     * An enforcer.
     *
     * @param at its last report
     * @param running whether that was lately
     * @param firewall which firewall it drives
     * @param following whether it has read the whole table of bans
     * @param behind records of the table that it had not carried out then
     * @param bans that concern the host
     * @param applied entries in its firewall
     * @param refusedCount bans that do not hold on the host, those that wait for an operator among them
     * @param refused those of them that fit into its report
     * @param drift how often the firewall was put right
     * @param notes what the operator should know
     */
    public record EnforcerState(
            String host,
            String version,
            Instant at,
            boolean running,
            @Nullable String firewall,
            boolean following,
            long behind,
            long bans,
            long applied,
            long refusedCount,
            List<HostRecord.RefusedBan> refused,
            long drift,
            List<String> notes) {

        /** Whether each ban that concerns the host holds there, as far as it was heard. */
        boolean holdsAll() {
            return running && following && behind == 0 && inForce() == bans && notes.isEmpty();
        }

        /** Bans that hold on the host; none where the firewall is a dry run's. */
        long inForce() {
            return Firewalls.DRY_RUN.equals(firewall) ? 0 : bans - refusedCount;
        }
    }

    /**
     * Puts together what the topics say.
     *
     * @param endOfBans read before the reports
     * @param bannedByJail how many bans stand in each jail
     */
    public static FleetStatus of(
            Instant now,
            Map<String, FleetView.Reports> hosts,
            long endOfBans,
            Map<String, Long> bannedByJail,
            Backlog backlog) {
        List<Component> processors = Component.all(hosts, "processor", now);
        Set<String> jails = new TreeSet<>(bannedByJail.keySet());
        jails.addAll(Rules.of(processors).keySet());
        return new FleetStatus(
                now,
                List.copyOf(jails),
                bannedByJail.values().stream().mapToLong(Long::longValue).sum(),
                backlog,
                processors.stream().map(FleetStatus::processor).toList(),
                Component.all(hosts, "shipper", now).stream()
                        .map(FleetStatus::shipper)
                        .toList(),
                Component.all(hosts, "enforcer", now).stream()
                        .map(enforcer -> enforcer(enforcer, endOfBans))
                        .toList());
    }

    private static ProcessorState processor(Component component) {
        HostRecord report = component.latest();
        return new ProcessorState(
                report.host(),
                report.version(),
                report.at(),
                component.isRunning(),
                report.figure("lines.read"),
                component.perSecond("lines.read"),
                report.figure("lines.dead") + report.figure("failures.dead") + report.figure("commands.dead"),
                report.notes());
    }

    private static ShipperState shipper(Component component) {
        HostRecord report = component.latest();
        return new ShipperState(
                report.host(),
                report.version(),
                report.at(),
                component.isRunning(),
                report.figure("lines"),
                component.perSecond("lines"),
                report.figure("lines.cut"),
                report.figure("lines.refused"),
                report.figure("reconnects"),
                report.figure("lag.bytes"),
                report.figure("lag.ms"),
                report.figure("files"),
                report.files(),
                report.figure("journals"),
                report.figure("patterns.missing"),
                report.notes());
    }

    private static EnforcerState enforcer(Component component, long endOfBans) {
        HostRecord report = component.latest();
        return new EnforcerState(
                report.host(),
                report.version(),
                report.at(),
                component.isRunning(),
                report.firewall(),
                report.figure("following") == 1,
                Math.max(0, endOfBans - report.figure("position")),
                report.figure("bans"),
                report.figure("bans.applied"),
                report.figure("bans.refused") + report.figure("bans.waiting"),
                report.refused(),
                report.figure("firewall.drift"),
                report.notes());
    }
}
