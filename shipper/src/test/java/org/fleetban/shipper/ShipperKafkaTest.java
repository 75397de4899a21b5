package org.fleetban.shipper;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.test.KafkaClusterTestKit;
import org.apache.kafka.common.test.TestKitNodes;
import org.apache.kafka.server.common.MetadataVersion;
import org.fleetban.protocol.LineHeaders;
import org.fleetban.protocol.SourceKey;
import org.fleetban.protocol.Topics;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The whole shipper, its threads and inotify, against a real broker. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ShipperKafkaTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final KafkaClusterTestKit cluster = cluster();
    private int topics;

    @TempDir
    private Path directory;

    private static KafkaClusterTestKit cluster() {
        try {
            return new KafkaClusterTestKit.Builder(new TestKitNodes.Builder()
                            .setCombined(true)
                            .setNumBrokerNodes(1)
                            .setNumControllerNodes(1)
                            .setBootstrapMetadataVersion(MetadataVersion.latestProduction())
                            .build())
                    .setConfigProp("offsets.topic.replication.factor", "1")
                    .setConfigProp("auto.create.topics.enable", "false")
                    .build();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @BeforeAll
    void startBroker() throws Exception {
        cluster.format();
        cluster.startup();
        cluster.waitForReadyBrokers();
    }

    @AfterAll
    void stopBroker() throws Exception {
        cluster.close();
    }

    @Test
    void aLineBecomesARecordWithItsIdentity() throws Exception {
        Path log = directory.resolve("auth.log");
        Topics names = newTopics();
        append(log, "one\ntwo\r\n");
        try (Shipper shipper = shipper(names, log)) {
            shipper.start();
            List<ConsumerRecord<byte[], byte[]>> records = records(names, 2);

            assertThat(records)
                    .extracting(record -> new String(record.value(), UTF_8))
                    .containsExactly("one", "two\r");
            assertThat(records)
                    .extracting(record -> SourceKey.parse(record.key()))
                    .containsOnly(new SourceKey("web1", log.toString()));
            assertThat(records)
                    .extracting(record -> header(record, LineHeaders.OFFSET))
                    .containsExactly("0", "4");
            assertThat(header(records.get(0), LineHeaders.FILE))
                    .isNotEmpty()
                    .isEqualTo(header(records.get(1), LineHeaders.FILE));
        }
    }

    @Test
    void whatIsAppendedAndRotatedWhileItRunsArrivesInOrder() throws Exception {
        Path log = directory.resolve("auth.log");
        Topics names = newTopics();
        try (Shipper shipper = shipper(names, log)) {
            shipper.start();
            append(log, "one\n");
            records(names, 1);
            append(log, "two\n");
            Files.move(log, directory.resolve("auth.log.1"));
            records(names, 2);
            append(log, "three\n");

            assertThat(records(names, 3))
                    .extracting(record -> new String(record.value(), UTF_8))
                    .containsExactly("one", "two", "three");
            await().atMost(PATIENCE).until(() -> shipper.report().lines() == 3);
        }
    }

    @Test
    void linesThatKeepComingArriveInOrderOverRotationsAndAPause() throws Exception {
        Path log = directory.resolve("auth.log");
        Topics names = newTopics();
        List<String> written = new ArrayList<>();
        try (Shipper shipper = shipper(names, log)) {
            shipper.start();
            for (int i = 0; i < 1_200; i++) {
                if (i % 400 == 399) {
                    Files.move(log, directory.resolve("auth.log." + i));
                }
                written.add("line " + i);
                append(log, "line " + i + "\n");
                LockSupport.parkNanos(1_000_000);
            }
            assertThat(records(names, 1_200))
                    .extracting(record -> new String(record.value(), UTF_8))
                    .containsExactlyElementsOf(written);
            await().atMost(PATIENCE).until(() -> shipper.report().lagBytes() == 0);
            append(log, "alone\n");
            records(names, 1_201);
        }
    }

    @Test
    void aRestartGoesOnWhereTheLastRunEnded() throws Exception {
        Path log = directory.resolve("auth.log");
        Topics names = newTopics();
        append(log, "one\n");
        try (Shipper first = shipper(names, log)) {
            first.start();
            records(names, 1);
        }
        append(log, "two\n");
        try (Shipper second = shipper(names, log)) {
            second.start();

            assertThat(records(names, 2))
                    .extracting(record -> new String(record.value(), UTF_8))
                    .containsExactly("one", "two");
        }
    }

    @Test
    void aTopicThatIsCreatedLaterGetsEverything() throws Exception {
        Path log = directory.resolve("auth.log");
        Topics names = new Topics("later.");
        append(log, "one\n");
        try (Shipper shipper = shipper(names, log)) {
            shipper.start();
            await().atMost(PATIENCE).until(() -> shipper.report().lagBytes() == 4);
            create(names);

            assertThat(records(names, 1)).hasSize(1);
        }
    }

    @Test
    void aSecondShipperOnTheSameDataIsRefused() throws Exception {
        Path log = directory.resolve("auth.log");
        Topics names = newTopics();
        try (Shipper first = shipper(names, log);
                Shipper second = shipper(names, log)) {
            first.start();

            assertThatThrownBy(second::start)
                    .isInstanceOf(ShipperException.class)
                    .hasMessageContaining("another shipper");
        }
    }

    @Test
    void aClockThatJumpsStopsNoLine() throws Exception {
        Path log = directory.resolve("auth.log");
        Topics names = newTopics();
        AtomicLong ahead = new AtomicLong(Duration.ofDays(400).toMillis());
        Clock jumping = new Clock() {
            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                return Instant.now().plusMillis(ahead.get());
            }
        };
        append(log, "ahead\n");
        try (Shipper shipper = shipper(names, log, jumping)) {
            shipper.start();
            assertThat(records(names, 1)).hasSize(1);
            ahead.set(-Duration.ofDays(400).toMillis());
            append(log, "behind\n");
            assertThat(records(names, 2)).hasSize(2);
            ahead.set(0);
            append(log, "right\n");
            assertThat(records(names, 3))
                    .extracting(record -> new String(record.value(), UTF_8))
                    .containsExactly("ahead", "behind", "right");
        }
    }

    private Shipper shipper(Topics names, Path log) throws ShipperException {
        return shipper(names, log, Clock.systemUTC());
    }

    private Shipper shipper(Topics names, Path log, Clock clock) throws ShipperException {
        ShipperSettings settings = ShipperSettings.defaults("web1", directory.resolve("data"));
        return new Shipper(
                new ShipperSettings(
                        settings.host(),
                        settings.dataDirectory(),
                        names,
                        settings.maxLineBytes(),
                        settings.maxInFlightBytes(),
                        settings.scanInterval(),
                        settings.checkpointInterval(),
                        settings.rotatedGrace()),
                List.of(Source.ofFile(log, false)),
                List.of(),
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, cluster.bootstrapServers()),
                clock);
    }

    private Topics newTopics() throws Exception {
        Topics names = new Topics("test" + topics++ + ".");
        create(names);
        return names;
    }

    private void create(Topics names) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrapServers()))) {
            admin.createTopics(names.definitions(1, Optional.of((short) 1)))
                    .all()
                    .get();
        }
    }

    private List<ConsumerRecord<byte[], byte[]>> records(Topics names, int count) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, cluster.bootstrapServers(),
                        ConsumerConfig.GROUP_ID_CONFIG, "reader",
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            consumer.assign(List.of(new TopicPartition(names.lines(), 0)));
            consumer.seekToBeginning(consumer.assignment());
            await().atMost(PATIENCE).until(() -> {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
                return records.size() >= count;
            });
        }
        return records;
    }

    private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        return new String(record.headers().lastHeader(name).value(), UTF_8);
    }

    private static void append(Path file, String text) throws IOException {
        Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}
