package org.fleetban.engine.filter;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A recognised failure.
 *
 * @param id the offender: a canonical address or network, or the raw text of {@code F-ID}
 * @param ip the canonical address where there is one (it can differ from {@code id}), else null
 * @param time the log's own time, bounded by the line's clock
 * @param expression index of the failregex that matched, from 0
 * @param groups the named groups of prefregex and failregex that matched, by name
 * @param matches the lines that make up the failure, oldest first: earlier lines of its session, then the line itself
 */
public record Failure(
        String id,
        @Nullable String ip,
        Instant time,
        int expression,
        Map<String, String> groups,
        List<String> matches) {

    public Failure {
        groups = Map.copyOf(groups);
        matches = List.copyOf(matches);
    }
}
