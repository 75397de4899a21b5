package org.fleetban.enforcer;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.fleetban.protocol.BadRecordException;
import org.fleetban.protocol.BanRecord;
import org.fleetban.protocol.JsonCodec;
import org.jspecify.annotations.Nullable;

/**
 * Reads the table of bans from its beginning and follows it, on a thread of its own, into a queue. Belongs to no consumer
 * group: every host reads everything, and keeps its own place.
 */
final class BanFollower implements Runnable, AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration ANSWER = Duration.ofSeconds(5);
    private static final long QUIET_NANOS = Duration.ofSeconds(10).toNanos();
    private static final long RETRY_MS = 1_000;

    /**
     * After an outage of this length the table is read anew: a broker may forget a tombstone after a day
     * ({@code delete.retention.ms}), and then nothing would tell that a ban was lifted.
     */
    private static final long RELOAD_NANOS = Duration.ofMinutes(10).toNanos();

    private final String topic;
    private final Map<String, Object> config;
    private final BlockingQueue<Message> inbox;
    private final JsonCodec<BanRecord> codec = JsonCodec.of(BanRecord.class);
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile @Nullable KafkaConsumer<byte[], byte[]> current;
    private boolean away;

    /** What the follower tells. */
    sealed interface Message {}

    /** The table is being read from its beginning; what was told before is void once {@link Loaded} follows. */
    record Loading() implements Message {}

    /** Records in their order. */
    record Records(List<Row> rows) implements Message {}

    /** Everything that was in the table when reading began has been told. */
    record Loaded() implements Message {}

    /** Kafka does not answer. */
    record Away(String why) implements Message {}

    /** Kafka answers again. */
    record Back() implements Message {}

    /** The brokers' addresses. */
    record Brokers(List<InetAddress> addresses) implements Message {}

    /**
     * One record.
     *
     * @param key of the record
     * @param ban null: the ban is lifted
     * @param fault why the record could not be read; the ban before it is void
     */
    record Row(
            String key, @Nullable BanRecord ban, @Nullable String fault) {}

    BanFollower(String topic, Map<String, Object> clientConfig, BlockingQueue<Message> inbox) {
        this.topic = topic;
        this.config = config(clientConfig);
        this.inbox = inbox;
    }

    private static Map<String, Object> config(Map<String, Object> given) {
        Map<String, Object> config = new HashMap<>();
        config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 5_000);
        config.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 4 << 20);
        config.put(ConsumerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1_000);
        config.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) ANSWER.toMillis());
        config.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) ANSWER.toMillis());
        config.putAll(given);
        config.remove(ConsumerConfig.GROUP_ID_CONFIG);
        config.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        config.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        return config;
    }

    @Override
    public void run() {
        while (!closed.get()) {
            try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(config)) {
                current = consumer;
                load(consumer);
                follow(consumer);
            } catch (WakeupException | InterruptException e) {
                if (closed.get()) {
                    return;
                }
            } catch (InvalidOffsetException e) {
                // The topic was made anew or cut off behind our place: what we know may be void, so read it all.
                continue;
            } catch (KafkaException e) {
                told(new Away(reason(e)));
                pause();
            } finally {
                current = null;
            }
        }
    }

    private void load(KafkaConsumer<byte[], byte[]> consumer) {
        List<PartitionInfo> infos = consumer.partitionsFor(topic, ANSWER);
        if (infos.isEmpty()) {
            throw new KafkaException("topic " + topic + " does not exist");
        }
        tellBrokers(consumer);
        List<TopicPartition> partitions = infos.stream()
                .map(info -> new TopicPartition(topic, info.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, ANSWER);
        told(new Back());
        told(new Loading());
        long lastRecord = System.nanoTime();
        while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            if (tell(consumer.poll(POLL))) {
                lastRecord = System.nanoTime();
            } else if (System.nanoTime() - lastRecord > QUIET_NANOS) {
                throw new KafkaException("no records for " + QUIET_NANOS / 1_000_000_000 + " s while reading " + topic);
            }
        }
        told(new Loaded());
    }

    private void follow(KafkaConsumer<byte[], byte[]> consumer) {
        long lastSign = System.nanoTime();
        while (!closed.get()) {
            if (tell(consumer.poll(POLL))) {
                lastSign = System.nanoTime();
            } else if (System.nanoTime() - lastSign > QUIET_NANOS) {
                try {
                    consumer.endOffsets(consumer.assignment(), ANSWER);
                } catch (TimeoutException e) {
                    told(new Away(reason(e)));
                    continue;
                }
                if (System.nanoTime() - lastSign > RELOAD_NANOS) {
                    return;
                }
                told(new Back());
                tellBrokers(consumer);
                lastSign = System.nanoTime();
            }
        }
    }

    private boolean tell(ConsumerRecords<byte[], byte[]> records) {
        if (records.isEmpty()) {
            return false;
        }
        List<Row> rows = new ArrayList<>(records.count());
        for (ConsumerRecord<byte[], byte[]> record : records) {
            rows.add(row(record));
        }
        told(new Records(rows));
        return true;
    }

    private Row row(ConsumerRecord<byte[], byte[]> record) {
        String where = record.topic() + '-' + record.partition() + " offset " + record.offset();
        if (record.key() == null) {
            return new Row("", null, where + ": a record without a key");
        }
        String key = new String(record.key(), StandardCharsets.UTF_8);
        if (record.value() == null) {
            return new Row(key, null, null);
        }
        try {
            BanRecord ban = codec.decode(record.value());
            return isComplete(ban)
                    ? new Row(key, ban, null)
                    : new Row(key, null, where + ": a ban without jail, id or scope");
        } catch (BadRecordException e) {
            return new Row(key, null, where + ": " + e.getMessage());
        }
    }

    /** JSON may lack what the record's type promises. */
    private static boolean isComplete(BanRecord ban) {
        return Stream.<@Nullable Object>of(ban.jail(), ban.id(), ban.scope()).allMatch(Objects::nonNull);
    }

    private void tellBrokers(KafkaConsumer<byte[], byte[]> consumer) {
        Set<String> hosts = new LinkedHashSet<>();
        Stream.of(String.valueOf(config.get(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG))
                        .replaceAll("[\\[\\]\\s]", "")
                        .split(","))
                .map(server -> server.replaceFirst(":[0-9]+$", ""))
                .forEach(hosts::add);
        consumer.listTopics(ANSWER).values().stream()
                .flatMap(List::stream)
                .flatMap(info -> Stream.of(info.replicas()))
                .map(Node::host)
                .forEach(hosts::add);
        List<InetAddress> addresses = new ArrayList<>();
        for (String host : hosts) {
            try {
                addresses.addAll(List.of(InetAddress.getAllByName(host)));
            } catch (UnknownHostException e) {
                // A broker that has no address here is none that this host talks to.
            }
        }
        told(new Brokers(List.copyOf(new LinkedHashSet<>(addresses))));
    }

    private void told(Message message) {
        if (message instanceof Away) {
            if (away) {
                return;
            }
            away = true;
        } else if (message instanceof Back) {
            if (!away) {
                return;
            }
            away = false;
        }
        try {
            inbox.put(message);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptException(e);
        }
    }

    private void pause() {
        try {
            Thread.sleep(RETRY_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            closed.set(true);
        }
    }

    private String reason(KafkaException e) {
        return "Kafka at " + config.get(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG) + " does not answer: "
                + e.getMessage();
    }

    @Override
    public void close() {
        closed.set(true);
        KafkaConsumer<byte[], byte[]> consumer = current;
        if (consumer != null) {
            consumer.wakeup();
        }
    }
}
