package org.fleetban.app.fleet;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToLongFunction;
import org.fleetban.engine.config.PathPattern;
import org.fleetban.protocol.FleetView;
import org.fleetban.protocol.HostRecord;
import org.fleetban.protocol.JailSummary;
import org.fleetban.protocol.Scope;
import org.jspecify.annotations.Nullable;

/**
 * How one jail stands.
 *
 * @param at when the topics were read
 * @param jail its name
 * @param rules what the processors report of it; null where none does
 * @param currentlyFailed offenders with failures that count now
 * @param failedSince the failures that count are those since then
 * @param allFailures false where there were too many to look at all of them: there may be more offenders
 * @param totalFailed failures since the processors' start
 * @param failuresPerSecond between the processors' last two reports; null where that is not known
 * @param files the log files that it reads, on any host; its patterns where no shipper reports any
 * @param currentlyBanned bans that stand
 * @param totalBanned bans since the processors' start
 * @param bansPerSecond between the processors' last two reports; null where that is not known
 * @param banned the offenders
 * @param hosts what each host has to do with it
 */
public record JailStatus(
        Instant at,
        String jail,
        @Nullable JailSummary rules,
        long currentlyFailed,
        Instant failedSince,
        boolean allFailures,
        long totalFailed,
        @Nullable Double failuresPerSecond,
        List<String> files,
        long currentlyBanned,
        long totalBanned,
        @Nullable Double bansPerSecond,
        List<String> banned,
        List<HostOfJail> hosts) {

    /** So many failures of all jails are looked at for {@link #currentlyFailed}: some seconds' work. */
    private static final long MOST_FAILURES = 2_000_000;

    private static final Duration DEFAULT_FIND_TIME = Duration.ofMinutes(10);

    /**
     * A host with a shipper or an enforcer.
     *
     * @param files what its shipper follows for the jail
     * @param packets that its firewall refused for the jail
     * @param bytes of these packets
     * @param refused the jail's bans that do not hold there, as far as the host names them
     */
    public record HostOfJail(
            String host,
            List<HostRecord.ShippedFile> files,
            long packets,
            long bytes,
            List<HostRecord.RefusedBan> refused) {

        /** What two components of one host report. */
        private HostOfJail and(HostOfJail other) {
            List<HostRecord.ShippedFile> allFiles = new ArrayList<>(files);
            allFiles.addAll(other.files);
            List<HostRecord.RefusedBan> allRefused = new ArrayList<>(refused);
            allRefused.addAll(other.refused);
            return new HostOfJail(host, allFiles, packets + other.packets, bytes + other.bytes, allRefused);
        }
    }

    /**
     * Puts together what the topics say.
     *
     * @param banned the offenders whose bans stand
     */
    public static JailStatus of(
            Instant now, String jail, FleetView view, Map<String, FleetView.Reports> hosts, List<String> banned) {
        List<Component> processors = Component.all(hosts, "processor", now);
        JailSummary rules = Rules.of(processors).get(jail);
        List<Component> counted = Component.speakingFor(processors);
        Instant since = now.minus(rules == null ? DEFAULT_FIND_TIME : Duration.ofSeconds(rules.findTime()));
        Set<Settlements.Offender> failed = new HashSet<>();
        boolean all = failed(view, jail, rules == null ? Scope.FLEET : rules.scope(), since, failed);
        List<HostOfJail> ofJail = hosts(jail, rules, hosts);
        return new JailStatus(
                now,
                jail,
                rules,
                failed.size(),
                since,
                all,
                sum(counted, report -> report.figure(jail + ".counted") + report.figure(jail + ".settled")),
                perSecond(counted, jail + ".counted"),
                files(rules, ofJail),
                banned.size(),
                sum(counted, report -> report.figure(jail + ".ban")),
                perSecond(counted, jail + ".ban"),
                banned,
                ofJail);
    }

    private static boolean failed(
            FleetView view, String jail, Scope scope, Instant since, Set<Settlements.Offender> failed) {
        Settlements settlements = new Settlements(view.eventsOf(jail, since), view.commands(since));
        return view.failuresIn(jail, since, MOST_FAILURES, failure -> {
            if (failure.time().isAfter(since) && settlements.isOpen(failure, scope)) {
                failed.add(Settlements.offenderOf(failure, scope));
            }
        });
    }

    private static long sum(List<Component> processors, ToLongFunction<HostRecord> figure) {
        return processors.stream()
                .mapToLong(processor -> figure.applyAsLong(processor.latest()))
                .sum();
    }

    private static @Nullable Double perSecond(List<Component> processors, String figure) {
        Double sum = null;
        for (Component processor : processors) {
            Double rate = processor.isRunning() ? processor.perSecond(figure) : null;
            if (rate != null) {
                sum = sum == null ? rate : Double.valueOf(sum + rate);
            }
        }
        return sum;
    }

    private static List<HostOfJail> hosts(
            String jail, @Nullable JailSummary rules, Map<String, FleetView.Reports> hosts) {
        List<PathPattern> patterns = rules == null
                ? List.of()
                : rules.paths().stream().map(PathPattern::of).toList();
        Map<String, HostOfJail> byHost = new TreeMap<>();
        for (FleetView.Reports reports : hosts.values()) {
            HostRecord report = reports.latest();
            List<HostRecord.ShippedFile> files = report.files().stream()
                    .filter(file -> patterns.stream().anyMatch(pattern -> pattern.matches(file.path())))
                    .toList();
            List<HostRecord.RefusedBan> refused = report.refused().stream()
                    .filter(ban -> ban.ban().startsWith(jail + '|'))
                    .toList();
            HostOfJail part = new HostOfJail(
                    report.host(), files, report.figure("packets." + jail), report.figure("bytes." + jail), refused);
            byHost.merge(report.host(), part, HostOfJail::and);
        }
        return List.copyOf(byHost.values());
    }

    private static List<String> files(@Nullable JailSummary rules, List<HostOfJail> hosts) {
        Set<String> paths = new TreeSet<>();
        hosts.forEach(host -> host.files().forEach(file -> paths.add(file.path())));
        return !paths.isEmpty() || rules == null ? List.copyOf(paths) : rules.paths();
    }
}
