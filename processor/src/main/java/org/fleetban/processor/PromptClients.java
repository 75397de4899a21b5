package org.fleetban.processor;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaClientSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Kafka's clients, and a producer that sends at once what a thread has left there when it runs out of work. So
 * {@code linger.ms} can be long: under load batches fill, and a lone record waits for nothing. What a sweep writes, of which
 * there may be a lot, waits for its batches.
 */
final class PromptClients implements KafkaClientSupplier {

    /** How long a thread waits for records that has bans left to lift. */
    private static final Duration BETWEEN_PASSES = Duration.ofMillis(4);

    /** The producer into which a processing thread writes. */
    private final ThreadLocal<@Nullable PromptProducer> ofThread = new ThreadLocal<>();

    private final SweepShare share;
    private final LostPartitions lost;
    private final ChangelogWatch watch;
    private final CommittedPositions committed;

    PromptClients(SweepShare share, LostPartitions lost, ChangelogWatch watch, CommittedPositions committed) {
        this.share = share;
        this.lost = lost;
        this.watch = watch;
        this.committed = committed;
    }

    @Override
    public Admin getAdmin(Map<String, Object> config) {
        return Admin.create(config);
    }

    @Override
    public Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
        return new PromptProducer(config, ofThread, share, watch);
    }

    @Override
    public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
        return new PromptConsumer(config, ofThread, share, lost, watch, committed);
    }

    @Override
    public Consumer<byte[], byte[]> getRestoreConsumer(Map<String, Object> config) {
        watch.readWith(config);
        return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    @Override
    public Consumer<byte[], byte[]> getGlobalConsumer(Map<String, Object> config) {
        return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /** A thread polls when it has processed all that it had. */
    private static final class PromptConsumer extends KafkaConsumer<byte[], byte[]> {

        private final ThreadLocal<@Nullable PromptProducer> ofThread;
        private final SweepShare share;
        private final LostPartitions lost;
        private final ChangelogWatch watch;
        private final CommittedPositions committed;

        PromptConsumer(
                Map<String, Object> config,
                ThreadLocal<@Nullable PromptProducer> ofThread,
                SweepShare share,
                LostPartitions lost,
                ChangelogWatch watch,
                CommittedPositions committed) {
            super(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
            this.ofThread = ofThread;
            this.share = share;
            this.lost = lost;
            this.watch = watch;
            this.committed = committed;
        }

        @Override
        public void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets) {
            super.commitSync(offsets);
            committed.succeeded(offsets);
        }

        @Override
        public void subscribe(Collection<String> topics, ConsumerRebalanceListener listener) {
            super.subscribe(topics, lost.noticing(listener, watch::groupChanged));
        }

        @Override
        public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
            PromptProducer producer = ofThread.get();
            if (producer == null || timeout.isZero()) {
                return super.poll(timeout);
            }
            Duration wait = share.rests() && timeout.compareTo(BETWEEN_PASSES) > 0 ? BETWEEN_PASSES : timeout;
            if (!producer.holdsRecords()) {
                return super.poll(wait);
            }
            ConsumerRecords<byte[], byte[]> records = super.poll(Duration.ZERO);
            if (!records.isEmpty()) {
                return records;
            }
            producer.sendNow();
            // Without records it may still have moved the position, which must be passed on.
            return records.nextOffsets().isEmpty() ? super.poll(wait) : records;
        }
    }

    private static final class PromptProducer extends KafkaProducer<byte[], byte[]> {

        private final ThreadLocal<@Nullable PromptProducer> ofThread;
        private final SweepShare share;
        private final ChangelogWatch watch;
        private final AtomicBoolean flushing = new AtomicBoolean();
        private volatile boolean holdsRecords;
        private volatile boolean asked;
        private final ExecutorService flusher = Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, "processor-flush");
            thread.setDaemon(true);
            return thread;
        });

        PromptProducer(
                Map<String, Object> config,
                ThreadLocal<@Nullable PromptProducer> ofThread,
                SweepShare share,
                ChangelogWatch watch) {
            super(config, new ByteArraySerializer(), new ByteArraySerializer());
            this.ofThread = ofThread;
            this.share = share;
            this.watch = watch;
        }

        boolean holdsRecords() {
            return holdsRecords;
        }

        @Override
        public Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record, @Nullable Callback callback) {
            Callback watching = watch.watching(record, callback);
            if (share.isSweeping()) {
                return super.send(record, watching);
            }
            if (!holdsRecords) {
                ofThread.set(this);
            }
            Future<RecordMetadata> sent = super.send(record, watching);
            holdsRecords = true;
            return sent;
        }

        /** Returns at once. While a flush is under way, all that is added leaves at once too. */
        void sendNow() {
            asked = true;
            if (flushing.compareAndSet(false, true)) {
                try {
                    flusher.execute(this::flushAsAsked);
                } catch (RejectedExecutionException closing) {
                    flushing.set(false); // close() sends what is left
                }
            }
        }

        private void flushAsAsked() {
            try {
                while (asked) {
                    asked = false;
                    holdsRecords = false;
                    flush();
                }
            } finally {
                flushing.set(false);
            }
            if (asked) {
                sendNow();
            }
        }

        @Override
        public void close(Duration timeout) {
            flusher.shutdown();
            super.close(timeout);
        }

        @Override
        public void close() {
            flusher.shutdown();
            super.close();
        }
    }
}
