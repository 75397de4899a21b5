package org.fleetban.protocol;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A value of the {@code hosts} table, key {@code host|component}: what one component of one host reports of itself.
 *
 * <p>The lists of details are cut to about 30,000 characters each, so that a report always fits into a record; the figures
 * tell the whole numbers.
 *
 * @param host the host's name
 * @param component {@code shipper}, {@code processor} or {@code enforcer}
 * @param version of Fleetban
 * @param at when it was reported
 * @param addresses the host's own addresses, canonical
 * @param figures counters and gauges by name, such as {@code bans.applied} or {@code lag.bytes}
 * @param files of a shipper: what it follows, the furthest behind first
 * @param jails of a processor: the jails that it runs
 * @param firewall of an enforcer: which firewall it drives
 * @param refused of an enforcer: bans that do not hold on this host
 * @param notes what the operator should know, in words
 */
public record HostRecord(
        String host,
        String component,
        String version,
        Instant at,
        List<String> addresses,
        Map<String, Long> figures,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<ShippedFile> files,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<JailSummary> jails,
        @Nullable String firewall,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<RefusedBan> refused,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> notes) {

    private static final int MAX_CHARS = 30_000;

    @SuppressWarnings("NullAway") // a record of an older release has no details
    public HostRecord {
        addresses = List.copyOf(addresses);
        figures = Map.copyOf(figures);
        files = bounded(files);
        jails = bounded(jails);
        refused = bounded(refused);
        notes = bounded(notes);
    }

    /** A report without details. */
    public HostRecord(
            String host,
            String component,
            String version,
            Instant at,
            List<String> addresses,
            Map<String, Long> figures) {
        this(host, component, version, at, addresses, figures, List.of(), List.of(), null, List.of(), List.of());
    }

    /** A figure; 0 where the component does not report it. */
    public long figure(String name) {
        return figures.getOrDefault(name, 0L);
    }

    private static <T> List<T> bounded(@Nullable List<T> details) {
        if (details == null) {
            return List.of();
        }
        List<T> fitting = new ArrayList<>();
        int chars = 0;
        for (T detail : details) {
            int length = detail.toString().length();
            if (chars + length <= MAX_CHARS) {
                chars += length;
                fitting.add(detail);
            }
        }
        return List.copyOf(fitting);
    }

    /**
     * A log file that a shipper follows.
     *
     * @param path the name that its records carry
     * @param position all lines before this byte are in Kafka
     * @param size in bytes
     */
    public record ShippedFile(String path, long position, long size) {}

    /**
     * A ban that an enforcer does not enforce.
     *
     * @param ban its key in the table of bans
     * @param reason one of few: {@code never-ban}, {@code too-large} …
     * @param detail for people
     */
    public record RefusedBan(String ban, String reason, String detail) {}
}
