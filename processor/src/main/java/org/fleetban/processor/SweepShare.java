package org.fleetban.processor;

import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Which share of its time a processing thread gives to sweeping, over all of its tasks together: after a pass it reads on
 * for half as long as the pass took, at least. So a hundred thousand bans that end in one second are lifted within seconds, and
 * a new ban waits for one pass, not for one of each task.
 */
final class SweepShare {

    private final LongSupplier nanoTime;
    private final ThreadLocal<Turn> ofThread = ThreadLocal.withInitial(Turn::new);

    /** @param nanoTime as {@link System#nanoTime} */
    SweepShare(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    private static final class Turn {
        private boolean isSweeping;
        private boolean rests;
        private long restUntil;
    }

    /**
     * Makes a pass, unless this thread still rests from the last one.
     *
     * @param pass returns whether it ended before everything was done
     * @return whether something is left to do
     */
    boolean sweep(BooleanSupplier pass) {
        Turn turn = ofThread.get();
        long begin = nanoTime.getAsLong();
        if (turn.rests && begin - turn.restUntil < 0) {
            return true;
        }
        turn.isSweeping = true;
        try {
            turn.rests = pass.getAsBoolean();
        } finally {
            turn.isSweeping = false;
        }
        if (turn.rests) {
            long end = nanoTime.getAsLong();
            turn.restUntil = end + (end - begin) / 2;
        }
        return turn.rests;
    }

    /** Whether what this thread writes comes of a pass: no one waits for it. */
    boolean isSweeping() {
        return ofThread.get().isSweeping;
    }

    /** Whether this thread has something left to sweep, and should be back soon. */
    boolean rests() {
        return ofThread.get().rests;
    }
}
