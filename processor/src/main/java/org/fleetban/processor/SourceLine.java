package org.fleetban.processor;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.fleetban.protocol.BadRecordException;
import org.fleetban.protocol.LineFormats;
import org.fleetban.protocol.ReceivedLine;
import org.fleetban.protocol.ReceivedLine.Identity;
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
 * @param time its own time where its source knows it, else null
 * @param otherPaths further paths that lead to the same file
 */
record SourceLine(
        SourceKey source,
        String file,
        long offset,
        byte[] bytes,
        Instant clock,
        @Nullable Instant time,
        List<String> otherPaths) {

    /**
     * Reads a record of {@code lines}, of Fleetban's own shipper or of another one. A line whose shipper gives it no
     * identity is identified by its place in the topic.
     *
     * @param clock the record's timestamp; a shipper's own that lies before it is nearer to the moment of reading
     * @throws BadRecordException if it is no line
     */
    static SourceLine of(Record<byte[], byte[]> record, RecordMetadata at, Instant clock) throws BadRecordException {
        ReceivedLine line = LineFormats.read(record.key(), record.value(), record.headers(), Optional.empty());
        Identity identity = line.identity()
                .orElseGet(() -> new Identity("kafka:" + at.topic() + '-' + at.partition(), at.offset()));
        Instant read = line.readTime().filter(time -> time.isBefore(clock)).orElse(clock);
        return new SourceLine(
                line.source(),
                identity.file(),
                identity.offset(),
                line.line(),
                read,
                line.logTime().orElse(null),
                line.otherPaths());
    }
}
