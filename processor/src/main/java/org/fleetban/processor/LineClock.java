package org.fleetban.processor;

import java.time.Clock;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.processor.TimestampExtractor;

/**
 * The clock of a record: its timestamp, as long as it can be one. A missing one, and one further ahead than clocks drift,
 * becomes now: a host with a wrong clock must not stop the stream, nor ban into the far future.
 */
final class LineClock implements TimestampExtractor {

    private static final long MAX_DRIFT_MS = 60_000;

    private final Clock clock;

    LineClock(Clock clock) {
        this.clock = clock;
    }

    @Override
    public long extract(ConsumerRecord<Object, Object> record, long partitionTime) {
        long now = clock.millis();
        return record.timestamp() < 0 || record.timestamp() > now + MAX_DRIFT_MS ? now : record.timestamp();
    }
}
