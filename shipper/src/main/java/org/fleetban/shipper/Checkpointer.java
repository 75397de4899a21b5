package org.fleetban.shipper;

import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;

/** Brings checkpoints to the disk: in the background as a rule, since a sync of the disk may take long. */
final class Checkpointer {

    /** At most this part of the time is spent with writing. */
    private static final int REST = 20;

    private static final String SUBJECT = "checkpoint";

    private final CheckpointStore store;
    private final Executor background;
    private final LongSupplier ticker;
    private final Notices notices;
    private final AtomicBoolean writing = new AtomicBoolean();
    private volatile long lastDuration;
    private volatile boolean failed;

    Checkpointer(CheckpointStore store, Executor background, LongSupplier ticker, Notices notices) {
        this.store = store;
        this.background = background;
        this.ticker = ticker;
        this.notices = notices;
    }

    /** Saves without waiting. Returns whether it was begun: not while the one before is being written. */
    boolean saveSoon(Checkpoint checkpoint) {
        if (!writing.compareAndSet(false, true)) {
            return false;
        }
        background.execute(() -> {
            try {
                saveNow(checkpoint);
            } finally {
                writing.set(false);
            }
        });
        return true;
    }

    /** Saves, after one that is being written. A disk that refuses is no reason to hold back lines. */
    synchronized void saveNow(Checkpoint checkpoint) {
        long begin = ticker.getAsLong();
        try {
            store.write(checkpoint);
            failed = false;
            notices.solved(SUBJECT, "checkpoints are written again: " + store);
        } catch (IOException e) {
            failed = true;
            notices.problem(
                    SUBJECT,
                    "checkpoint " + store + " cannot be written (" + e
                            + "): lines are shipped all the same, but after a crash some may be counted twice;"
                            + " make room or correct the permissions");
        }
        lastDuration = ticker.getAsLong() - begin;
    }

    /** Whether the last one is not on the disk. */
    boolean failed() {
        return failed;
    }

    /** Nanoseconds to wait before the next one, at least. */
    long rest(long interval) {
        return Math.max(interval, REST * Math.min(lastDuration, TimeUnit.MINUTES.toNanos(1)));
    }
}
