package org.fleetban.engine.filter;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a filter finds in a line when no expression stops at the first hit: for tests of filters.
 *
 * @param prefix the groups of prefregex where it matched; null where it did not, or there is none
 * @param hits what each failregex that matched makes of the line, in order
 * @param ignoredBy indices of the ignoreregexes that matched, from 0
 * @param exhausted the expression whose step budget ran out, or null
 * @param time the line's, which its failures have or would have
 */
public record Examination(
        @Nullable Map<String, String> prefix,
        List<Hit> hits,
        List<Integer> ignoredBy,
        @Nullable String exhausted,
        Instant time) {

    public Examination {
        hits = List.copyOf(hits);
        ignoredBy = List.copyOf(ignoredBy);
    }

    /**
     * A failregex that matched.
     *
     * @param expression its index, from 0
     * @param kind what the match is
     * @param failure the failure; null where the session does not yet know the offender
     */
    public record Hit(int expression, Kind kind, @Nullable Failure failure) {}

    /** What a match is. */
    public enum Kind {
        /** A failure. */
        FAILURE,
        /** Part of a session without an offender so far. */
        PENDING,
        /** Part of a session that is no failure ({@code F-NOFAIL}, {@code F-MLFGAINED}). */
        NO_FAILURE
    }
}
