package org.fleetban.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Bytes;
import org.fleetban.processor.ChangelogWatch.Foreign;
import org.junit.jupiter.api.Test;

class ChangelogWatchTest {

    private static final TopicPartition CHANGELOG = new TopicPartition("watch.commands-changelog", 0);
    private static final int RECORDS = 20;
    private static final int UNSURE_MS = 10_000;

    /** Goes on by a millisecond whenever it is asked; it overflows on the way. */
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 20_000);

    /** An attempt is a few polls. */
    private final ChangelogWatch watch = new ChangelogWatch(now::incrementAndGet, 4, UNSURE_MS);

    @Test
    void whatOthersWroteIsReadInPartsWithPausesAndForgottenWhenItIsMended() throws Exception {
        try (KafkaBroker broker = new KafkaBroker()) {
            String bootstrap = broker.bootstrap();
            broker.create(CHANGELOG.topic());
            writeRecords(bootstrap);
            watch.readWith(Map.of("bootstrap.servers", bootstrap, "max.poll.records", 1));
            watch.onRestoreStart(CHANGELOG, "commands", 0, 0);
            wrote(RECORDS);

            Foreign part = next();
            assertThat(part.keys()).contains(key(0)).hasSizeLessThan(RECORDS);
            assertThat(watch.foreign(CHANGELOG).isNothing()).as("it pauses").isTrue();
            part = next();
            assertThat(part.keys()).as("not mended, for the task failed").contains(key(0));

            Set<Bytes> keys = new HashSet<>(part.keys());
            watch.isMended(CHANGELOG, part);
            while (keys.size() < RECORDS) {
                part = next();
                assertThat(keys).as("what was mended is not read again").doesNotContainAnyElementsOf(part.keys());
                keys.addAll(part.keys());
                watch.isMended(CHANGELOG, part);
            }
            now.addAndGet(30_000);
            assertThat(watch.foreign(CHANGELOG).isNothing()).isTrue();
        }
    }

    @Test
    void afterEachChangeInTheGroupItIsProbedOnceASecondForAWhile() {
        assertThat(probes()).as("nobody has come or gone").isZero();
        watch.onRestoreStart(CHANGELOG, "commands", 0, 0);
        watch.groupChanged();
        assertThat(probes()).isEqualTo(UNSURE_MS / 1_000);
        watch.groupChanged();
        assertThat(probes()).isEqualTo(UNSURE_MS / 1_000);
    }

    /** In a minute. */
    private int probes() {
        int probes = 0;
        for (int i = 0; i < 600; i++) {
            probes += watch.isToProbe(CHANGELOG) ? 1 : 0;
            now.addAndGet(100);
        }
        return probes;
    }

    private static Bytes key(int number) {
        return Bytes.wrap(new byte[] {(byte) number});
    }

    private Foreign next() {
        for (int attempt = 0; attempt < 200; attempt++) {
            now.addAndGet(30_000);
            Foreign foreign = watch.foreign(CHANGELOG);
            if (!foreign.isNothing()) {
                return foreign;
            }
        }
        throw new AssertionError("nothing could be read");
    }

    /** Tells the watch that its own first record has come to lie there. */
    private void wrote(long offset) {
        Callback watching = watch.watching(new ProducerRecord<>(CHANGELOG.topic(), 0, new byte[0], new byte[0]), null);
        Objects.requireNonNull(watching).onCompletion(new RecordMetadata(CHANGELOG, offset, 0, 0, 0, 0), null);
    }

    private static void writeRecords(String bootstrap) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrap), new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int i = 0; i < RECORDS; i++) {
                producer.send(new ProducerRecord<>(CHANGELOG.topic(), 0, key(i).get(), new byte[0]))
                        .get();
            }
        }
    }
}
