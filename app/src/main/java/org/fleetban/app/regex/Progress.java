package org.fleetban.app.regex;

import java.io.PrintStream;
import java.util.Locale;
import java.util.function.LongSupplier;

/** A progress bar for what takes longer than a moment; it is gone when all is done. */
final class Progress {

    /** A run that is over within this time, as most are, shows nothing. */
    private static final long QUIET_NANOS = 500_000_000;

    private static final long INTERVAL_NANOS = 100_000_000;
    private static final int LINES_BETWEEN_LOOKS = 256;
    private static final int WIDTH = 40;

    private final PrintStream err;
    private final boolean wanted;
    private final LongSupplier nanos;
    private final long start;
    private long next;
    private long lines;
    private boolean shown;

    /**
     * A bar that is not yet seen.
     *
     * @param err where it is drawn
     * @param wanted whether there is somebody to see it
     * @param nanos a clock that does not jump
     */
    Progress(PrintStream err, boolean wanted, LongSupplier nanos) {
        this.err = err;
        this.wanted = wanted;
        this.nanos = nanos;
        this.start = nanos.getAsLong();
        this.next = start + QUIET_NANOS;
    }

    /**
     * One more line is done.
     *
     * @param done how much of it all that makes
     * @param all how much there is; 0 where nobody knows
     */
    void line(LongSupplier done, long all) {
        lines++;
        if (!wanted || lines % LINES_BETWEEN_LOOKS != 0) {
            return;
        }
        long now = nanos.getAsLong();
        if (now - next >= 0) {
            next = now + INTERVAL_NANOS;
            shown = true;
            draw(all <= 0 ? -1 : Math.min(1, (double) done.getAsLong() / all), (now - start) / 1e9);
        }
    }

    /** Takes the bar away. */
    void done() {
        if (shown) {
            err.print("\r\u001b[K");
            err.flush();
            shown = false;
        }
    }

    private void draw(double share, double seconds) {
        String rate = String.format(Locale.ROOT, "%,d lines, %,.0f/s", lines, lines / seconds);
        if (share < 0) {
            err.print("\r" + rate + "\u001b[K");
        } else {
            int full = (int) (share * WIDTH);
            long left = Math.round(seconds / Math.max(share, 1e-9) * (1 - share));
            err.printf(
                    Locale.ROOT,
                    "\r[%s%s] %3d %%  %s, %d:%02d left\u001b[K",
                    "#".repeat(full),
                    "-".repeat(WIDTH - full),
                    (int) (100 * share),
                    rate,
                    left / 60,
                    left % 60);
        }
        err.flush();
    }
}
