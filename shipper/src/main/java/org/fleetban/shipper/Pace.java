package org.fleetban.shipper;

import java.util.concurrent.TimeUnit;

/**
 * When to read next. A line that comes alone is read as soon as the kernel tells of it. While lines keep coming, the files
 * are looked at every few milliseconds instead: a wake-up of several threads and a request for each line would cost several
 * times as much as the line itself.
 */
final class Pace {

    /** A line waits so long at most for those that follow it. */
    private static final long GATHER_NANOS = TimeUnit.MILLISECONDS.toNanos(6);

    /** Lines further apart than this are single ones. */
    private static final long QUIET_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** Turns in a row that brought lines, before they are taken to go on. */
    private static final int STEADY_TURNS = 10;

    private long lastLine;
    private long lastTurn;
    private int turns;
    private boolean steady;

    /** @param now on the ticker's scale, in nanoseconds, as everywhere here */
    Pace(long now) {
        this.lastLine = now - QUIET_NANOS;
        this.lastTurn = now - GATHER_NANOS;
    }

    /**
     * A turn has ended.
     *
     * @param lines whether it brought any
     * @param fewFiles whether all files can be looked at so often
     */
    void turned(long now, boolean lines, boolean fewFiles) {
        boolean quiet = now - lastLine >= QUIET_NANOS;
        lastTurn = now;
        if (lines) {
            lastLine = now;
            turns = quiet ? 1 : turns + 1;
        } else if (quiet) {
            turns = 0;
        }
        steady = fewFiles && turns >= STEADY_TURNS;
    }

    /** Whether files are looked at by the clock. */
    boolean steady() {
        return steady;
    }

    /** Nanoseconds in which nothing is to be read; 0 where a line is read as soon as it comes. */
    long rest(long now) {
        return Math.max(0, (steady ? lastTurn : lastLine) + GATHER_NANOS - now);
    }
}
