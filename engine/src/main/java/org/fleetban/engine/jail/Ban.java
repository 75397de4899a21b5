package org.fleetban.engine.jail;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The latest ban of an offender, standing or over. All times are milliseconds since 1970.
 *
 * @param status whether it is enforced
 * @param sinceMs when it began: the log time of the deciding failure, or the moment of an operator's order
 * @param durationMs for how long one decision bans; {@link #NEVER}: for ever
 * @param untilMs when it ends, extensions included; {@link #NEVER}: never
 * @param count failures that led to it, extensions included
 * @param number how many times the offender has been banned, this time included
 * @param event identity of the event that made it
 * @param reason who or what decided, in words; null: failures
 * @param evidence the failures kept as evidence, oldest first
 */
public record Ban(
        Status status,
        long sinceMs,
        long durationMs,
        long untilMs,
        int count,
        int number,
        String event,
        @Nullable String reason,
        List<Attempt> evidence) {

    /** The end of a ban that never ends, and its duration. */
    public static final long NEVER = Long.MAX_VALUE;

    /** What became of the ban. */
    public enum Status {
        /** In the table of bans. */
        STANDING,
        /** Lifted, or over before it was decided. */
        OVER,
        /** An ignore rule refused it; it was never in the table. */
        REFUSED
    }

    public Ban {
        evidence = List.copyOf(evidence);
    }

    /** Whether it is in the table of bans. */
    public boolean isStanding() {
        return status == Status.STANDING;
    }

    /** Whether a moment of log time lies before its end. */
    boolean covers(long timeMs) {
        return timeMs <= untilMs;
    }

    /** This ban, no longer enforced. */
    public Ban over() {
        return new Ban(Status.OVER, sinceMs, durationMs, untilMs, count, number, event, reason, List.of());
    }

    /** This ban, ended early. */
    public Ban endedAt(long timeMs) {
        return new Ban(
                Status.OVER, sinceMs, durationMs, Math.min(untilMs, timeMs), count, number, event, reason, List.of());
    }

    /** When a ban ends that begins then and lasts so long, in milliseconds; {@link #NEVER} where it does not. */
    public static long end(long fromMs, long durationMs) {
        long end = fromMs + durationMs;
        return durationMs == NEVER || end < fromMs ? NEVER : end;
    }
}
