package org.fleetban.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** Follows the table of bans: when each arrived, and when the last one was lifted. */
final class FollowedBans implements AutoCloseable {

    private final Map<String, Long> arrived = new ConcurrentHashMap<>();
    private final Set<String> lifted = ConcurrentHashMap.newKeySet();
    private final Map<String, LongAdder> arrivedOf = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> liftedOf = new ConcurrentHashMap<>();
    private final AtomicBoolean done = new AtomicBoolean();
    private final Thread thread;
    private volatile long lastLiftMs;

    FollowedBans(String bootstrapServers, String topic) {
        this.thread = new Thread(() -> follow(bootstrapServers, topic), "bans");
        thread.setDaemon(true);
        thread.start();
    }

    private void follow(String bootstrapServers, String topic) {
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrapServers),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            consumer.assign(List.of(new TopicPartition(topic, 0)));
            consumer.seekToBeginning(consumer.assignment());
            while (!done.get()) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
                    String key = new String(record.key(), UTF_8);
                    if (record.value() != null) {
                        if (arrived.putIfAbsent(key, System.nanoTime()) == null) {
                            count(arrivedOf, key);
                        }
                    } else if (lifted.add(key)) {
                        count(liftedOf, key);
                        lastLiftMs = System.currentTimeMillis();
                    }
                }
            }
        }
    }

    private static void count(Map<String, LongAdder> counts, String key) {
        counts.computeIfAbsent(key.substring(0, key.indexOf('|')), jail -> new LongAdder())
                .increment();
    }

    private static long sum(Map<String, LongAdder> counts, String jail) {
        LongAdder count = counts.get(jail);
        return count == null ? 0 : count.sum();
    }

    /** How many offenders a jail has banned. */
    long count(String jail) {
        return sum(arrivedOf, jail);
    }

    /** How many bans of a jail were lifted. */
    long lifted(String jail) {
        return sum(liftedOf, jail);
    }

    /** When the last ban was lifted, by the wall clock. */
    long lastLiftMs() {
        return lastLiftMs;
    }

    /** When a ban arrived first, by {@link System#nanoTime}; null: not yet. */
    @Nullable
    Long arrivedAt(String key) {
        return arrived.get(key);
    }

    @Override
    public void close() throws InterruptedException {
        done.set(true);
        thread.join(30_000);
    }
}
