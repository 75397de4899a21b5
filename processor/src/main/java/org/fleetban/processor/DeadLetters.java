package org.fleetban.processor;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.fleetban.protocol.DeadLetterHeaders;
import org.jspecify.annotations.Nullable;

/** Makes a dead letter of a record: the original, and why it could not be used. */
final class DeadLetters {

    /** Below the broker's default limit of about 1 MB a record, with room for the headers. */
    private static final int MAX_VALUE = 900_000;

    private static final int MAX_REASON = 2_000;

    private DeadLetters() {}

    static Record<byte[], byte[]> of(
            Record<byte[], byte[]> record, Optional<RecordMetadata> from, @Nullable String jail, String reason) {
        Headers headers = new RecordHeaders(record.headers().toArray());
        put(headers, DeadLetterHeaders.REASON, reason.length() > MAX_REASON ? reason.substring(0, MAX_REASON) : reason);
        from.ifPresent(at -> {
            put(headers, DeadLetterHeaders.TOPIC, at.topic());
            put(headers, DeadLetterHeaders.PARTITION, Integer.toString(at.partition()));
            put(headers, DeadLetterHeaders.OFFSET, Long.toString(at.offset()));
        });
        if (jail != null) {
            put(headers, DeadLetterHeaders.JAIL, jail);
        }
        byte[] value = record.value();
        if (value != null && value.length > MAX_VALUE) {
            put(headers, DeadLetterHeaders.LENGTH, Integer.toString(value.length));
            value = Arrays.copyOf(value, MAX_VALUE);
        }
        return record.withValue(value).withHeaders(headers);
    }

    private static void put(Headers headers, String name, String text) {
        headers.remove(name).add(name, text.getBytes(StandardCharsets.UTF_8));
    }
}
