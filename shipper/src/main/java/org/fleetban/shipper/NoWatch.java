package org.fleetban.shipper;

import java.nio.file.Path;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Stands in where the kernel gives no change notices: files are looked at often. */
final class NoWatch implements DirectoryWatch {

    private final Semaphore nudges = new Semaphore(0);
    private volatile boolean closed;

    @Override
    public void watch(Path directory) {}

    @Override
    public void writes(boolean wanted) {}

    @Override
    public boolean complete() {
        return false;
    }

    @Override
    public void await(long nanos, Changes changes) throws InterruptedException {
        if (closed || nudges.tryAcquire(nanos, TimeUnit.NANOSECONDS)) {
            nudges.drainPermits();
        }
    }

    @Override
    public void nudge() {
        nudges.release();
    }

    @Override
    public void wake() {
        closed = true;
        nudge();
    }

    @Override
    public void close() {
        wake();
    }
}
