package org.fleetban.app.faults;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.fleetban.protocol.BadRecordException;
import org.fleetban.protocol.FailureRecord;
import org.fleetban.protocol.JsonCodec;
import org.fleetban.protocol.Topics;

/** Which lines have been recognised as failures of the jail {@code sshd}, each counted once by its identity. */
final class FailureWatch implements AutoCloseable {

    private static final long PATIENCE_S = 180;

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Set<String> lines = new HashSet<>();
    private long records;

    FailureWatch(String bootstrap, Topics topics) {
        this.consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrap, "auto.offset.reset", "earliest"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        List<TopicPartition> partitions = java.util.stream.IntStream.range(0, Fleet.PARTITIONS)
                .mapToObj(partition -> new TopicPartition(topics.failures(), partition))
                .toList();
        consumer.assign(partitions);
    }

    /** Waits until so many lines are recognised. */
    void await(int count) throws BadRecordException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_S);
        while (lines.size() < count) {
            if (System.nanoTime() > end) {
                throw new AssertionError(
                        lines.size() + " of " + count + " failures are recognised after " + PATIENCE_S + " s");
            }
            poll();
        }
    }

    private void poll() throws BadRecordException {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(50))) {
            FailureRecord failure = JsonCodec.of(FailureRecord.class).decode(record.value());
            if (failure.jail().equals("sshd")) {
                records++;
                lines.add(failure.path() + '|' + failure.file() + '|' + failure.offset());
            }
        }
    }

    /** How many there are. */
    int count() {
        return lines.size();
    }

    /** How many records stand for a line that had one already. */
    long repeats() {
        return records - lines.size();
    }

    @Override
    public void close() {
        consumer.close();
    }
}
