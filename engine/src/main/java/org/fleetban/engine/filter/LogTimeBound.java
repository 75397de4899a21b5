package org.fleetban.engine.filter;

import java.time.Instant;

/**
 * How a log time stands to the line's clock, in one place.
 *
 * <p>fail2ban in operation takes every time that is more than a minute away from now for now. Fleetban reads lines late
 * and counts them at their own time, so only what can't be is corrected: a time ahead of the moment at which the line was
 * read comes from a wrong clock or a zone too far west, and becomes that moment. A time behind it is a late line as far as
 * one line tells.
 *
 * <p>Lines without a time follow the same reasoning: fail2ban gives them the last time that was read if it is not older
 * than a minute. For a late line that is the time of the last dated line that was read less than a minute before it.
 */
final class LogTimeBound {

    private static final long LAST_DATE_SECONDS = 60;

    private LogTimeBound() {}

    /** The time that counts for a line. */
    static Instant bounded(Instant time, Instant clock) {
        return time.isAfter(clock) ? clock : time;
    }

    /**
     * Whether a line without a time takes the last one.
     *
     * @param lastTime the last log time
     * @param lastClock the clock of the line it stood in
     */
    static boolean lastTimeHolds(Instant lastTime, Instant lastClock, Instant clock, LogTime logTime) {
        Instant reference = logTime == LogTime.BOUNDED ? lastClock : lastTime;
        return reference.getEpochSecond() > clock.getEpochSecond() - LAST_DATE_SECONDS;
    }
}
