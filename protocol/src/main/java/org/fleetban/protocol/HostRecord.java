package org.fleetban.protocol;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A value of the {@code hosts} table, key {@code host|component}: what one component of one host reports of itself.
 *
 * @param host the host's name
 * @param component {@code shipper}, {@code processor} or {@code enforcer}
 * @param version of Fleetban
 * @param at when it was reported
 * @param addresses the host's own addresses, canonical
 * @param figures counters and gauges by name, such as {@code bans.applied} or {@code lag.bytes}
 * @param notes what the operator should know, in words, a few at most
 */
public record HostRecord(
        String host,
        String component,
        String version,
        Instant at,
        List<String> addresses,
        Map<String, Long> figures,
        @Nullable List<String> notes) {

    public HostRecord {
        addresses = List.copyOf(addresses);
        figures = Map.copyOf(figures);
        notes = notes == null ? null : List.copyOf(notes);
    }

    /** Without notes. */
    public HostRecord(
            String host,
            String component,
            String version,
            Instant at,
            List<String> addresses,
            Map<String, Long> figures) {
        this(host, component, version, at, addresses, figures, null);
    }
}
