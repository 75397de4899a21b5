package org.fleetban.shipper;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Keeps account of the lines in flight: how much they weigh, what was delivered, and whether the sink still works. */
final class Deliveries implements LineSink.Outcome {

    private final long limit;
    private final LongSupplier ticker;
    private final Notices notices;

    private final AtomicLong inFlight = new AtomicLong();
    private final AtomicLong lines = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition room = lock.newCondition();
    private volatile boolean awaited;
    private volatile @Nullable Exception failure;

    // Of the reading thread alone: the clock is not asked for each line.
    private long progress;
    private long lastProgress;

    /** @param limit bytes that may be in flight before reading pauses */
    Deliveries(long limit, LongSupplier ticker, Notices notices) {
        this.limit = limit;
        this.ticker = ticker;
        this.notices = notices;
        this.lastProgress = ticker.getAsLong();
    }

    boolean hasRoom() {
        return inFlight.get() < limit;
    }

    /** Must come before the line is offered, so that it is never delivered before it is counted. */
    void taken(Line line) {
        if (inFlight.getAndAdd(line.weight()) == 0) {
            lastProgress = ticker.getAsLong();
        }
    }

    /** The sink did not take it after all. */
    void returned(Line line) {
        inFlight.addAndGet(-line.weight());
    }

    @Override
    public void delivered(Line line) {
        if (failure == null) {
            line.origin().delivered(line);
            lines.incrementAndGet();
            bytes.addAndGet(line.length());
        }
        settle(line);
    }

    @Override
    public void refused(Line line, Exception reason) {
        if (failure == null) {
            refused.incrementAndGet();
            notices.refused(line, reason);
            line.origin().delivered(line);
        }
        settle(line);
    }

    @Override
    public void failed(Exception reason) {
        failure = reason;
        wake();
    }

    private void settle(Line line) {
        long left = inFlight.addAndGet(-line.weight());
        if (awaited && left < limit / 2) {
            wake();
        }
    }

    private void wake() {
        lock.lock();
        try {
            room.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until half of the room is free, the sink fails, or the time is over. */
    void awaitRoom(long nanos) throws InterruptedException {
        lock.lock();
        try {
            awaited = true;
            long left = nanos;
            while (left > 0 && failure == null && inFlight.get() >= limit / 2) {
                left = room.awaitNanos(left);
            }
        } finally {
            awaited = false;
            lock.unlock();
        }
    }

    /** Why the sink cannot go on; null while it works. */
    @Nullable
    Exception failure() {
        return failure;
    }

    /** Begins anew with another sink: nothing is in flight. */
    void reset() {
        inFlight.set(0);
        failure = null;
    }

    boolean idle() {
        return inFlight.get() == 0;
    }

    /** Milliseconds since this was last asked and more lines had been settled, while lines are in flight; 0 where none is. */
    long stalledMillis() {
        long now = ticker.getAsLong();
        long settled = lines.get() + refused.get();
        if (idle() || settled != progress) {
            progress = settled;
            lastProgress = now;
        }
        return TimeUnit.NANOSECONDS.toMillis(now - lastProgress);
    }

    long lines() {
        return lines.get();
    }

    long bytes() {
        return bytes.get();
    }

    long refused() {
        return refused.get();
    }
}
