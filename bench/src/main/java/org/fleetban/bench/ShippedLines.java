package org.fleetban.bench;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.fleetban.protocol.Topics;

/** What has arrived on {@code lines}. Each line carries a number in the place of sshd's process id. */
final class ShippedLines implements AutoCloseable {

    private static final String BEFORE = "sshd[";

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final List<TopicPartition> partitions;

    ShippedLines(String bootstrapServers) {
        this.consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrapServers),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        String topic = new Topics(Topics.DEFAULT_PREFIX).lines();
        this.partitions = consumer.partitionsFor(topic).stream()
                .map(info -> new TopicPartition(topic, info.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        partitions.forEach(consumer::position);
    }

    void fromBeginning() {
        consumer.seekToBeginning(partitions);
    }

    /** All records ever. */
    long count() {
        return consumer.endOffsets(partitions).values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    void poll(Consumer<ConsumerRecord<byte[], byte[]>> taker) {
        consumer.poll(Duration.ofMillis(100)).forEach(taker);
    }

    /** A line of sshd's with this number. */
    static String line(String time, long number) {
        return time + " web1 " + BEFORE + number + "]: Failed password for invalid user admin from 192.0.2."
                + (number & 0x7f) + " port 40022 ssh2\n";
    }

    /** The number of a line, in whatever form it was shipped. */
    static long number(byte[] value) {
        String text = new String(value, StandardCharsets.ISO_8859_1);
        int begin = text.indexOf(BEFORE) + BEFORE.length();
        return Long.parseLong(text, begin, text.indexOf(']', begin), 10);
    }

    @Override
    public void close() {
        consumer.close();
    }
}
