package org.fleetban.protocol;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A value of the {@code hosts} table, key {@code host|component}: what one component of one host reports of itself.
 *
 * @param host the host's name
 * @param component {@code shipper} or {@code enforcer}
 * @param version of Fleetban
 * @param at when it was reported
 * @param addresses the host's own addresses, canonical
 * @param figures counters and gauges by name, such as {@code bans.applied} or {@code lag.bytes}
 */
public record HostRecord(
        String host, String component, String version, Instant at, List<String> addresses, Map<String, Long> figures) {

    public HostRecord {
        addresses = List.copyOf(addresses);
        figures = Map.copyOf(figures);
    }
}
