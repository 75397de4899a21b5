package org.fleetban.shipper;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Says when Kafka does not answer, rarely again while it goes on, and when it is back. */
final class BrokerState {

    private static final long PATIENCE_MILLIS = 5_000;
    private static final long REPEAT_NANOS = TimeUnit.MINUTES.toNanos(10);

    private final LongSupplier ticker;
    private final Notices notices;
    private long lastLines;
    private long refusedSince;
    private boolean refusing;
    private long awaySince;
    private long lastSaid;
    private volatile boolean away;

    BrokerState(LongSupplier ticker, Notices notices) {
        this.ticker = ticker;
        this.notices = notices;
    }

    /**
     * @param refused whether nothing can be handed over at the moment
     * @param stalledMillis how long lines in flight have been waiting without any progress
     * @param lines that were delivered until now
     */
    void update(boolean refused, long stalledMillis, long lines) {
        long now = ticker.getAsLong();
        if (lines != lastLines) {
            lastLines = lines;
            notices.solved("kafka", "Kafka takes the lines again");
        }
        if (refused && !refusing) {
            refusedSince = now;
        }
        refusing = refused;
        long waiting = Math.max(stalledMillis, refused ? TimeUnit.NANOSECONDS.toMillis(now - refusedSince) : 0);
        if (waiting >= PATIENCE_MILLIS) {
            if (!away) {
                away = true;
                awaySince = now;
                say(now, "Kafka does not answer: it is tried again until it does, the lines wait in their files");
            } else if (now - lastSaid >= REPEAT_NANOS) {
                say(now, "Kafka still does not answer, for " + seconds(now) + " s now");
            }
        } else if (away && !refused) {
            away = false;
            notices.info("Kafka answers again after " + seconds(now) + " s");
        }
    }

    private void say(long now, String message) {
        lastSaid = now;
        notices.warn(message);
    }

    private long seconds(long now) {
        return TimeUnit.NANOSECONDS.toSeconds(now - awaySince);
    }

    /** Whether Kafka has not answered for some seconds. */
    boolean away() {
        return away;
    }
}
