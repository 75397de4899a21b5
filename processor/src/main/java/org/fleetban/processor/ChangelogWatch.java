package org.fleetban.processor;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.StateRestoreListener;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees whether somebody else writes into the changelogs of this processor's tasks. A changelog has one writer, so the offsets
 * of what it writes follow each other from where it has restored on. Where some are left out, a task that this one has
 * replaced has written: of a processor that stood still with records on their way, say, and went on.
 */
final class ChangelogWatch implements StateRestoreListener {

    private static final Logger LOG = LoggerFactory.getLogger(ChangelogWatch.class);
    private static final String SUFFIX = "-changelog";
    private static final long PATIENCE_MS = 2_000;
    private static final Duration POLL = Duration.ofMillis(100);

    /** Of the tasks that run, or ran last. */
    private final Map<TopicPartition, Tail> tails = new ConcurrentHashMap<>();

    private volatile Map<String, Object> consumerConfig = Map.of();

    /** The end of a changelog as its writer knows it. */
    private static final class Tail {
        private final Deque<Range> foreign = new ArrayDeque<>();
        private long next;

        Tail(long next) {
            this.next = next;
        }

        synchronized void wrote(long offset) {
            if (offset > next) {
                foreign.add(new Range(next, offset));
            }
            next = offset + 1;
        }

        synchronized @Nullable Range foreign() {
            return foreign.peek();
        }

        synchronized void isDone() {
            foreign.remove();
        }
    }

    /** Offsets, the second of them not among them. */
    private record Range(long from, long to) {}

    /** @param config of a consumer that reads what others have written */
    void readWith(Map<String, Object> config) {
        consumerConfig = Map.copyOf(config);
    }

    @Override
    public void onRestoreStart(TopicPartition partition, String store, long from, long end) {
        tails.put(partition, new Tail(end));
    }

    @Override
    public void onBatchRestored(TopicPartition partition, String store, long end, long records) {}

    @Override
    public void onRestoreEnd(TopicPartition partition, String store, long records) {}

    /** A callback that does the same, and notes where a record of a changelog has come to lie. */
    @Nullable
    Callback watching(ProducerRecord<byte[], byte[]> record, @Nullable Callback callback) {
        if (record.partition() == null || !record.topic().endsWith(SUFFIX)) {
            return callback;
        }
        TopicPartition partition = new TopicPartition(record.topic(), record.partition());
        Tail tail = tails.get(partition);
        return (metadata, failure) -> {
            // What a task has sent that this one has replaced is another's.
            if (failure == null && tail != null && metadata.hasOffset() && tails.get(partition) == tail) {
                tail.wrote(metadata.offset());
            }
            if (callback != null) {
                callback.onCompletion(metadata, failure);
            }
        };
    }

    /**
     * What others have written into a changelog since this was asked last.
     *
     * @return the keys; empty where there are none, or where they can't be read now
     */
    Set<Bytes> foreignKeys(TopicPartition changelog) {
        Tail tail = tails.get(changelog);
        Range range = tail == null ? null : tail.foreign();
        if (tail == null || range == null) {
            return Set.of();
        }
        try {
            Set<Bytes> keys = keys(changelog, range);
            tail.isDone();
            LOG.warn("{} keys of {} were written by another processor, and are written anew", keys.size(), changelog);
            return keys;
        } catch (org.apache.kafka.common.errors.RetriableException e) {
            LOG.warn("What another processor wrote into {} can't be read now", changelog, e);
            return Set.of();
        }
    }

    private Set<Bytes> keys(TopicPartition changelog, Range range) {
        Map<String, Object> config = new HashMap<>(consumerConfig);
        config.put(ConsumerConfig.CLIENT_ID_CONFIG, "changelog-watch");
        long end = System.currentTimeMillis() + PATIENCE_MS;
        Set<Bytes> keys = new HashSet<>();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(changelog));
            consumer.seek(changelog, range.from());
            while (consumer.position(changelog, POLL) < range.to()) {
                consumer.poll(POLL).forEach(record -> {
                    if (record.offset() < range.to()) {
                        keys.add(Bytes.wrap(record.key()));
                    }
                });
                if (System.currentTimeMillis() > end) {
                    throw new org.apache.kafka.common.errors.TimeoutException("not read within " + PATIENCE_MS + " ms");
                }
            }
        }
        return keys;
    }
}
