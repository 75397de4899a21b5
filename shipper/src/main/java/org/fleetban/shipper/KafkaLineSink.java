package org.fleetban.shipper;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
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

    private static final int MAX_DIGITS = 19;

    private final KafkaProducer<byte[], byte[]> producer;
    private final String topic;
    private final Outcome outcome;
    private @Nullable Thread offering;
    private boolean postponed;

    KafkaLineSink(Map<String, Object> configuration, String topic, Outcome outcome) {
        this.producer = new KafkaProducer<>(configuration, new ByteArraySerializer(), new ByteArraySerializer());
        this.topic = topic;
        this.outcome = outcome;
    }

    @Override
    public boolean offer(Line line, byte[] value) {
        offering = Thread.currentThread();
        postponed = false;
        try {
            producer.send(
                    new ProducerRecord<>(
                            topic, null, line.readAt(), line.origin().recordKey(), value, headers(line)),
                    new Sent(line));
        } catch (KafkaException e) {
            outcome.failed(e);
            return false;
        }
        return !postponed;
    }

    /** What is told when a line is settled. A lambda would take the first compiler, which is all that a shipper has, much longer. */
    private final class Sent implements Callback {

        private final Line line;

        Sent(Line line) {
            this.line = line;
        }

        @Override
        public void onCompletion(@Nullable RecordMetadata metadata, @Nullable Exception problem) {
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
        byte[] text = new byte[MAX_DIGITS];
        int at = MAX_DIGITS;
        long rest = number;
        for (; rest > Integer.MAX_VALUE; rest /= 10) {
            text[--at] = (byte) ('0' + rest % 10);
        }
        int small = (int) rest; // much faster to divide
        do {
            text[--at] = (byte) ('0' + small % 10);
            small /= 10;
        } while (small > 0);
        return Arrays.copyOfRange(text, at, MAX_DIGITS);
    }

    @Override
    public void close(Duration patience) {
        producer.close(patience);
    }
}
