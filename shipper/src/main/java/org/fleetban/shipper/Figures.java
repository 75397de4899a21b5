package org.fleetban.shipper;

import java.util.concurrent.atomic.AtomicLong;

/** What is counted while reading; delivered lines are counted by {@link Deliveries}. */
final class Figures {

    private final AtomicLong cut = new AtomicLong();
    private final AtomicLong replaced = new AtomicLong();
    private final AtomicLong journalGaps = new AtomicLong();
    private final AtomicLong givenUpFiles = new AtomicLong();
    private final AtomicLong givenUpBytes = new AtomicLong();
    private final AtomicLong resumed = new AtomicLong();

    void lineCut() {
        cut.incrementAndGet();
    }

    void contentReplaced() {
        replaced.incrementAndGet();
    }

    void journalGap() {
        journalGaps.incrementAndGet();
    }

    void givenUp(long bytes) {
        givenUpFiles.incrementAndGet();
        givenUpBytes.addAndGet(bytes);
    }

    void sinkReopened() {
        resumed.incrementAndGet();
    }

    /** Lines that were longer than the limit. */
    long cut() {
        return cut.get();
    }

    /** How often a followed file was truncated or written anew. */
    long replaced() {
        return replaced.get();
    }

    /** How often a journal no longer had the entry up to which it was read. */
    long journalGaps() {
        return journalGaps.get();
    }

    /** Rotated files that were closed before they were read to their ends, since too many were open. */
    long givenUpFiles() {
        return givenUpFiles.get();
    }

    /** Bytes of them that were not delivered. */
    long givenUpBytes() {
        return givenUpBytes.get();
    }

    /** How often a connection to Kafka failed for good and undelivered lines were sent over a new one. */
    long resumed() {
        return resumed.get();
    }
}
