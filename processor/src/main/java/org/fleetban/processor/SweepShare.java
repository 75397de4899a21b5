package org.fleetban.processor;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Which share of its time a processing thread gives to sweeping, over all of its tasks together: after a pass it reads on
 * for half as long as the pass took, at least. So a hundred thousand bans that end in one second are lifted within seconds, and
 * a new ban waits for one pass, not for one of each task. Tasks that have something left have their passes by turns.
 */
final class SweepShare {

    /** A task that has not come for its pass so long after it could have had it is not waited for. */
    private static final long PATIENCE_NANOS = 1_000_000_000;

    private final LongSupplier nanoTime;
    private final ThreadLocal<Turn> ofThread = ThreadLocal.withInitial(Turn::new);

    /** @param nanoTime as {@link System#nanoTime} */
    SweepShare(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    private static final class Turn {
        private final Set<Object> waiting = new LinkedHashSet<>();
        private boolean isSweeping;
        private long restUntil;
    }

    /**
     * Makes a pass, unless this thread still rests from the last one, or it is another task's turn.
     *
     * @param task whose pass it is
     * @param pass returns whether it ended before everything was done
     * @return whether something is left to do, for which the task is to come again
     */
    boolean sweep(Object task, BooleanSupplier pass) {
        Turn turn = ofThread.get();
        long begin = nanoTime.getAsLong();
        if (begin - turn.restUntil > PATIENCE_NANOS) {
            turn.waiting.clear();
        }
        if (!turn.waiting.isEmpty()
                && (begin - turn.restUntil < 0 || turn.waiting.iterator().next() != task)) {
            turn.waiting.add(task);
            return true;
        }
        turn.waiting.remove(task);
        turn.isSweeping = true;
        boolean moreIsDue;
        try {
            moreIsDue = pass.getAsBoolean();
        } finally {
            turn.isSweeping = false;
            long end = nanoTime.getAsLong();
            turn.restUntil = end + (end - begin) / 2;
        }
        if (moreIsDue) {
            turn.waiting.add(task);
        }
        return moreIsDue;
    }

    /** A task is closed: it comes for no pass any more. */
    void leave(Object task) {
        ofThread.get().waiting.remove(task);
    }

    /** Whether what this thread writes comes of a pass: no one waits for it. */
    boolean isSweeping() {
        return ofThread.get().isSweeping;
    }

    /** Whether this thread has something left to sweep, and should be back soon. */
    boolean rests() {
        return !ofThread.get().waiting.isEmpty();
    }
}
