package org.fleetban.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Lines of sshd's as shippers of many hosts would send them. */
final class WrittenLines implements AutoCloseable {

    private static final int BYTES_A_LINE = 100;

    private final KafkaProducer<byte[], byte[]> producer;
    private final String topic;
    private final Map<String, Long> offsets = new HashMap<>();

    /** @param lingerMs the producer's {@code linger.ms} */
    WrittenLines(String bootstrapServers, String topic, int lingerMs) {
        this.topic = topic;
        this.producer = new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers",
                        bootstrapServers,
                        "linger.ms",
                        lingerMs,
                        "batch.size",
                        128 * 1024,
                        "compression.type",
                        "lz4"),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    /** Sends the next line of a log, in which an address fails to log in. */
    void failure(String host, String path, Instant time, String address) {
        send(
                host,
                path,
                time + " " + host + " sshd[4711]: Failed password for root from " + address + " port 40022 ssh2");
    }

    /** Sends the next line of a log, which says nothing bad. */
    void success(String host, String path, Instant time) {
        send(
                host,
                path,
                time + " " + host + " sshd[4711]: Accepted publickey for deploy from 192.0.2.9 port 40022 ssh2");
    }

    /** Waits until all of them are in Kafka. */
    void flush() {
        producer.flush();
    }

    private void send(String host, String path, String text) {
        String key = host + '|' + path;
        long offset = offsets.merge(key, (long) BYTES_A_LINE, Long::sum);
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
                topic, null, System.currentTimeMillis(), key.getBytes(UTF_8), text.getBytes(UTF_8));
        record.headers().add("file", ("6f1d2c3b4a59-" + host).getBytes(UTF_8));
        record.headers().add("offset", Long.toString(offset).getBytes(UTF_8));
        producer.send(record);
    }

    @Override
    public void close() {
        producer.close();
    }
}
