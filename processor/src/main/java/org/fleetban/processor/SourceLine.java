package org.fleetban.processor;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.fleetban.protocol.BadRecordException;
import org.fleetban.protocol.LineHeaders;
import org.fleetban.protocol.SourceKey;
import org.jspecify.annotations.Nullable;

/**
 * One raw line with its identity.
 *
 * @param source host and path
 * @param file identity of the file
 * @param offset of the line in the file
 * @param bytes the line
 * @param clock when it was read
 */
record SourceLine(SourceKey source, String file, long offset, byte[] bytes, Instant clock) {

    /**
     * Reads a record of {@code lines}. A record without the headers of identity, as another shipper writes it, is
     * identified by its place in the topic.
     *
     * @throws BadRecordException if it is no line
     */
    static SourceLine of(Record<byte[], byte[]> record, RecordMetadata at, Instant clock) throws BadRecordException {
        byte[] key = record.key();
        byte[] value = record.value();
        if (key == null) {
            throw new BadRecordException("no key; expected host|path");
        }
        if (value == null) {
            throw new BadRecordException("no value; expected a log line");
        }
        SourceKey source = SourceKey.parse(key);
        String file = text(record.headers(), LineHeaders.FILE);
        String offset = text(record.headers(), LineHeaders.OFFSET);
        if (file == null || offset == null) {
            return new SourceLine(source, "kafka:" + at.topic() + '-' + at.partition(), at.offset(), value, clock);
        }
        try {
            return new SourceLine(source, file, Long.parseLong(offset), value, clock);
        } catch (NumberFormatException e) {
            throw new BadRecordException("header " + LineHeaders.OFFSET + " is no number: '" + offset + "'", e);
        }
    }

    private static @Nullable String text(Headers headers, String name) {
        Header header = headers.lastHeader(name);
        return header == null || header.value() == null ? null : new String(header.value(), StandardCharsets.UTF_8);
    }
}
