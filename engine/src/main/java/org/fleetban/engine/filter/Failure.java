package org.fleetban.engine.filter;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A recognised failure.
 *
 * @param id the offender: a canonical address or network, the raw text of {@code F-ID}, or the name of {@code dns}
 * @param ip the canonical address where there is one (it can differ from {@code id}), else null
 * @param dns the host name in the offender's place where {@code usedns} is {@code yes} or {@code warn} and the line gives
 *     no address; else null. Nothing was resolved: the caller resolves it, one failure per address, or drops the failure
 * @param time the log's own time under the {@link LogTime} asked for
 * @param expression index of the failregex that matched, from 0
 * @param groups the named groups of prefregex and failregex that matched, by name; of a session those of all its lines
 * @param users the users that the session tried, in order; empty without a session
 * @param matches the lines that make up the failure, oldest first: earlier lines of its session, then the line itself
 */
public record Failure(
        String id,
        @Nullable String ip,
        @Nullable String dns,
        Instant time,
        int expression,
        Map<String, String> groups,
        List<String> users,
        List<String> matches) {

    public Failure {
        groups = groups instanceof Groups own && own.isFrozen() ? own : Map.copyOf(groups);
        users = List.copyOf(users);
        matches = List.copyOf(matches);
    }
}
