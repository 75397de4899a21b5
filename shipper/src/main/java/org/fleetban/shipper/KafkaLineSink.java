package org.fleetban.shipper;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.fleetban.protocol.LineHeaders;
import org.jspecify.annotations.Nullable;

/** Lines as records of a topic. Offered lines by one thread. */
final class KafkaLineSink implements LineSink {

    private final KafkaProducer<byte[], byte[]> producer;
    private final String topic;
    private final Outcome outcome;
    private boolean postponed;

    KafkaLineSink(Map<String, Object> configuration, String topic, Outcome outcome) {
        this.producer = new KafkaProducer<>(configuration, new ByteArraySerializer(), new ByteArraySerializer());
        this.topic = topic;
        this.outcome = outcome;
    }

    @Override
    public boolean offer(Line line, byte[] value) {
        Thread offering = Thread.currentThread();
        postponed = false;
        try {
            producer.send(
                    new ProducerRecord<>(
                            topic, null, line.readAt(), line.origin().recordKey(), value, headers(line)),
                    (metadata, problem) -> settled(line, offering, problem));
        } catch (KafkaException e) {
            outcome.failed(e);
            return false;
        }
        return !postponed;
    }

    private void settled(Line line, Thread offering, @Nullable Exception problem) {
        if (problem == null) {
            outcome.delivered(line);
        } else if (problem instanceof TimeoutException && Thread.currentThread() == offering) {
            // Reported from within send(): no metadata or no buffer yet, and nothing was taken.
            postponed = true;
        } else if (problem instanceof RecordTooLargeException) {
            outcome.refused(line, problem);
        } else {
            outcome.failed(problem);
        }
    }

    private static List<Header> headers(Line line) {
        Header file = new RecordHeader(LineHeaders.FILE, line.identity());
        Header offset = new RecordHeader(LineHeaders.OFFSET, decimal(line.offset()));
        byte[] names = line.origin().otherNames();
        if (line.time() != Line.TIME_IN_TEXT) {
            return List.of(file, offset, new RecordHeader(LineHeaders.TIME, decimal(line.time())));
        }
        return names.length == 0
                ? List.of(file, offset)
                : List.of(file, offset, new RecordHeader(LineHeaders.NAMES, names));
    }

    private static byte[] decimal(long number) {
        int digits = 1;
        for (long rest = number; rest >= 10; rest /= 10) {
            digits++;
        }
        byte[] text = new byte[digits];
        long rest = number;
        for (int i = digits - 1; i >= 0; i--) {
            text[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        return text;
    }

    @Override
    public void close(Duration patience) {
        producer.close(patience);
    }
}
