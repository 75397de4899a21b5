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
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
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
    private static final Duration POLL = Duration.ofMillis(100);

    /** For reading what others wrote, in which the task does nothing else. */
    private static final long PATIENCE_MS = 1_000;

    private static final long FIRST_PAUSE_MS = 1_000;
    private static final long LONGEST_PAUSE_MS = 30_000;
    private static final long PROBE_EVERY_MS = 1_000;

    private final LongSupplier clock;
    private final long patienceMs;
    private final long unsureMs;

    /** Of the tasks that run, or ran last. */
    private final Map<TopicPartition, Tail> tails = new ConcurrentHashMap<>();

    private volatile Map<String, Object> consumerConfig = Map.of();
    private volatile long unsureUntilMs;

    /** @param unsureMs how long after a change in the group records of a replaced task may still be expected */
    ChangelogWatch(long unsureMs) {
        this(() -> System.nanoTime() / 1_000_000, PATIENCE_MS, unsureMs);
    }

    /**
     * The same for tests.
     *
     * @param clock in milliseconds, one that is never set
     * @param patienceMs for one attempt to read what others wrote
     */
    ChangelogWatch(LongSupplier clock, long patienceMs, long unsureMs) {
        this.clock = clock;
        this.patienceMs = patienceMs;
        this.unsureMs = unsureMs;
        this.unsureUntilMs = clock.getAsLong();
    }

    /** The end of a changelog as its writer knows it. */
    private static final class Tail {
        private final Deque<Range> foreign = new ArrayDeque<>();
        private final long begunMs;
        private long next;
        private long waitUntilMs;
        private long pauseMs = FIRST_PAUSE_MS;
        private long probeAtMs;

        Tail(long next, long nowMs) {
            this.next = next;
            this.begunMs = nowMs;
        }

        synchronized void wrote(long offset) {
            if (offset > next) {
                foreign.add(new Range(next, offset));
            }
            next = offset + 1;
        }

        synchronized @Nullable Range foreign(long nowMs) {
            return nowMs - begunMs < waitUntilMs ? null : foreign.peek();
        }

        /** Notes how far the first range was read; what is left of it is not tried again at once. */
        synchronized void wasRead(Range range, long upTo, long nowMs) {
            pauseMs = upTo > range.from() ? FIRST_PAUSE_MS : Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
            waitUntilMs = upTo < range.to() ? nowMs - begunMs + pauseMs : 0;
        }

        synchronized void isMended(long upTo) {
            Range range = foreign.remove();
            if (upTo < range.to()) {
                foreign.addFirst(new Range(upTo, range.to()));
            }
        }

        synchronized boolean isToProbe(long nowMs) {
            boolean isTime = nowMs - begunMs >= probeAtMs;
            if (isTime) {
                probeAtMs = nowMs - begunMs + PROBE_EVERY_MS;
            }
            return isTime;
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
        tails.put(partition, new Tail(end, clock.getAsLong()));
    }

    @Override
    public void onBatchRestored(TopicPartition partition, String store, long end, long records) {}

    @Override
    public void onRestoreEnd(TopicPartition partition, String store, long records) {
        groupChanged();
    }

    /** To be called when tasks have come or may have gone: so somebody may have lost some who doesn't know it yet. */
    void groupChanged() {
        unsureUntilMs = clock.getAsLong() + unsureMs;
    }

    /**
     * Whether a task should write something now though it has nothing to say: only by its own records it sees those of others.
     * So it is once a second for a while after each change in the group.
     */
    boolean isToProbe(TopicPartition changelog) {
        long now = clock.getAsLong();
        Tail tail = tails.get(changelog);
        return now - unsureUntilMs < 0 && tail != null && tail.isToProbe(now);
    }

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
     * What others have written into a changelog.
     *
     * @param keys of their records
     * @param upTo the offset behind these
     */
    record Foreign(Set<Bytes> keys, long upTo) {
        private static final Foreign NOTHING = new Foreign(Set.of(), -1);

        boolean isNothing() {
            return upTo < 0;
        }
    }

    /**
     * What others have written into a changelog since {@link #isMended}: all of it, a part, or nothing where it can't be read
     * now; then it is tried again after a pause.
     */
    Foreign foreign(TopicPartition changelog) {
        Tail tail = tails.get(changelog);
        Range range = tail == null ? null : tail.foreign(clock.getAsLong());
        if (tail == null || range == null) {
            return Foreign.NOTHING;
        }
        Set<Bytes> keys = new HashSet<>();
        long upTo = read(changelog, range, keys);
        tail.wasRead(range, upTo, clock.getAsLong());
        return upTo > range.from() ? new Foreign(keys, upTo) : Foreign.NOTHING;
    }

    /** To be called when all of this was written anew. */
    void isMended(TopicPartition changelog, Foreign foreign) {
        Tail tail = tails.get(changelog);
        if (tail != null) {
            tail.isMended(foreign.upTo());
            LOG.warn(
                    "{} keys of {}, written by another processor, are written anew",
                    foreign.keys().size(),
                    changelog);
        }
    }

    /** Returns up to where it was read. */
    private long read(TopicPartition changelog, Range range, Set<Bytes> keys) {
        Map<String, Object> config = new HashMap<>(consumerConfig);
        config.put(ConsumerConfig.CLIENT_ID_CONFIG, "changelog-watch");
        long end = clock.getAsLong() + patienceMs;
        long upTo = range.from();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(changelog));
            consumer.seek(changelog, range.from());
            do {
                consumer.poll(POLL).forEach(record -> {
                    if (record.offset() < range.to()) {
                        keys.add(Bytes.wrap(record.key()));
                    }
                });
                upTo = Math.min(consumer.position(changelog, POLL), range.to());
            } while (upTo < range.to() && clock.getAsLong() - end < 0);
        } catch (InterruptException e) {
            throw e;
        } catch (KafkaException e) {
            LOG.warn("What another processor wrote into {} can't be read now", changelog, e);
        }
        return upTo;
    }
}
