package org.fleetban.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KafkaStreams;
import org.fleetban.protocol.BanEvent;
import org.fleetban.protocol.BanKey;
import org.fleetban.protocol.CommandRecord;
import org.fleetban.protocol.Evidence;
import org.fleetban.protocol.FailureRecord;
import org.fleetban.protocol.FleetView;
import org.fleetban.protocol.JsonCodec;
import org.fleetban.protocol.Topics;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The processor on a real broker with several partitions; what happened is read through {@link FleetView}. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ProcessorKafkaTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int PARTITIONS = 4;

    @TempDir
    private Path directory;

    private @Nullable KafkaBroker broker;
    private long offset;

    @BeforeAll
    void startBroker() throws Exception {
        broker = new KafkaBroker();
    }

    @AfterAll
    void stopBroker() throws Exception {
        broker().close();
    }

    private KafkaBroker broker() {
        if (broker == null) {
            throw new IllegalStateException("not started");
        }
        return broker;
    }

    private Processor processor(Topics topics, String state) {
        return processor(topics, state, Map.of());
    }

    private Processor processor(Topics topics, String state, Map<String, String> more) {
        Map<String, String> kafka = new HashMap<>(Map.of(
                "bootstrap.servers", broker().bootstrap(),
                "replication.factor", "1",
                "consumer.session.timeout.ms", "6000",
                "consumer.heartbeat.interval.ms", "500"));
        kafka.putAll(more);
        ProcessorSettings settings = new ProcessorSettings(
                topics.prefix() + "app",
                topics,
                kafka,
                directory.resolve(topics.prefix() + state),
                1,
                ProcessorSettings.Store.ROCKS_DB);
        return new Processor(
                settings,
                new JailRegistry(
                        List.of(TestJail.named("sshd").banSeconds(86_400).compile())));
    }

    private FleetView view(Topics topics) {
        return new FleetView(Map.of("bootstrap.servers", broker().bootstrap()), topics);
    }

    private void send(String topic, String key, byte[] value) throws ExecutionException, InterruptedException {
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(topic, key.getBytes(StandardCharsets.UTF_8), value);
        offset++;
        record.headers()
                .add("file", new byte[] {'f'})
                .add("offset", Long.toString(offset).getBytes(StandardCharsets.US_ASCII));
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker().bootstrap()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            producer.send(record).get();
        }
    }

    private void fail(Topics topics, String host, String id) throws ExecutionException, InterruptedException {
        String line = "fail " + Instant.now().getEpochSecond() + ' ' + id;
        send(topics.lines(), host + "|/var/log/sshd.log", line.getBytes(StandardCharsets.UTF_8));
    }

    private void order(Topics topics, CommandRecord command) throws ExecutionException, InterruptedException {
        send(
                topics.commands(),
                command.command(),
                JsonCodec.of(CommandRecord.class).encode(command));
    }

    @Test
    void aBanLeavesWithoutWaitingForABatchToFillNorForACommit() throws Exception {
        Topics topics = broker().createTopics("prompt.", PARTITIONS);
        Map<String, String> slow = Map.of(
                "producer.linger.ms",
                "600000",
                "producer.delivery.timeout.ms",
                "900000",
                "commit.interval.ms",
                "900000");
        try (Processor processor = processor(topics, "a", slow)) {
            processor.start();
            fail(topics, "web1", "192.0.2.7");
            fail(topics, "web2", "192.0.2.7");
            fail(topics, "web3", "192.0.2.7");
            await().atMost(PATIENCE).until(() -> !bans(topics).isEmpty());
        }
    }

    @Test
    void aBanThatTheBrokerDoesNotTakeArrivesAsSoonAsItDoes() throws Exception {
        Topics topics = broker().createTopics("deaf.", PARTITIONS);
        Map<String, String> impatient = Map.of(
                "producer.delivery.timeout.ms", "1500",
                "producer.request.timeout.ms", "1000",
                "producer.max.block.ms", "1000");
        try (Processor processor = processor(topics, "a", impatient)) {
            processor.start();
            order(topics, command("first", CommandRecord.Type.BAN, "192.0.2.8"));
            await().atMost(PATIENCE).until(() -> !bans(topics).isEmpty());

            broker().delete(topics.bans());
            fail(topics, "web1", "192.0.2.7");
            fail(topics, "web2", "192.0.2.7");
            fail(topics, "web3", "192.0.2.7");
            await().atMost(PATIENCE).until(() -> sendErrors(topics) > 0);

            broker().createTopics("deaf.", PARTITIONS);
            await().atMost(PATIENCE).until(() -> bans(topics).contains("sshd|192.0.2.7"));
        }
        try (FleetView view = view(topics)) {
            assertThat(view.historyOf("192.0.2.7")).hasSize(1);
        }
    }

    @Test
    void failuresOfHostsInDifferentPartitionsMeetAndTheTopicsTellTheWholeStory() throws Exception {
        Topics topics = broker().createTopics("story.", PARTITIONS);
        try (Processor processor = processor(topics, "a")) {
            processor.start();
            fail(topics, "web1", "192.0.2.7");
            fail(topics, "web2", "192.0.2.7");
            fail(topics, "web2", "192.0.2.70");
            fail(topics, "web3", "192.0.2.7");
            await().atMost(PATIENCE).until(() -> !bans(topics).isEmpty());
        }
        try (FleetView view = view(topics)) {
            assertThat(view.bans()).containsOnlyKeys("sshd|192.0.2.7");
            assertThat(view.historyOf("192.0.2.7")).singleElement().satisfies(event -> {
                assertThat(event.type()).isEqualTo(BanEvent.Type.BAN);
                assertThat(event.evidence())
                        .extracting(Evidence::host)
                        .containsExactlyInAnyOrder("web1", "web2", "web3");
            });
            assertThat(view.failuresOf("192.0.2.7", Instant.EPOCH))
                    .extracting(FailureRecord::host)
                    .containsExactlyInAnyOrder("web1", "web2", "web3");
            assertThat(view.failuresOf("192.0.2.7", Instant.now().plusSeconds(60)))
                    .isEmpty();
            assertThat(view.failuresOf("192.0.2.70", Instant.EPOCH)).hasSize(1);
            assertThat(view.historyOf("192.0.2.70")).isEmpty();
            assertThat(view.hosts()).isEmpty();
            assertThat(view.unreadable()).isZero();
        }
    }

    @Test
    void aCommandReachesItsOffenderWhicheverPartitionItWasWrittenTo() throws Exception {
        Topics topics = broker().createTopics("commands.", PARTITIONS);
        try (Processor processor = processor(topics, "a")) {
            processor.start();
            for (int i = 0; i < 12; i++) {
                order(topics, command("ban-" + i, CommandRecord.Type.BAN, "192.0.2." + i));
            }
            await().atMost(PATIENCE).until(() -> bans(topics).size() == 12);

            order(topics, command("pardon-3", CommandRecord.Type.UNBAN, "192.0.2.3"));
            await().atMost(PATIENCE).until(() -> bans(topics).size() == 11);
            assertThat(bans(topics)).doesNotContain("sshd|192.0.2.3");

            order(topics, command("pardon-low", CommandRecord.Type.UNBAN, "192.0.2.0/29"));
            await().atMost(PATIENCE).until(() -> bans(topics).size() == 4);

            order(topics, command("pardon-all", CommandRecord.Type.UNBAN, null));
            await().atMost(PATIENCE).until(() -> bans(topics).isEmpty());
        }
    }

    @Test
    void twoProcessorsShareTheWorkAndOneTakesOverWhatTheOtherLeaves() throws Exception {
        Topics topics = broker().createTopics("pair.", PARTITIONS);
        try (Processor first = processor(topics, "a");
                Processor second = processor(topics, "b")) {
            first.start();
            second.start();
            await().atMost(PATIENCE)
                    .until(() -> first.state() == KafkaStreams.State.RUNNING
                            && second.state() == KafkaStreams.State.RUNNING);
            for (int i = 0; i < 20; i++) {
                fail(topics, "web1", "192.0.2." + i);
                fail(topics, "web2", "192.0.2." + i);
            }
            await().atMost(PATIENCE).until(() -> counted(first) + counted(second) >= 40);
            first.close();
            for (int i = 0; i < 20; i++) {
                fail(topics, "web3", "192.0.2." + i);
            }
            await().atMost(PATIENCE).until(() -> bans(topics).size() == 20);
            assertThat(bans(topics)).hasSize(20);
        }
    }

    /** As a processor does that stood still until this one had its task, and then sent what was on its way. */
    @Test
    void whatSomebodyElseWritesIntoAChangelogIsReplacedThereAndInTheTable() throws Exception {
        Topics topics = broker().createTopics("zombie.", 1);
        Bytes key = OffenderKey.of(new BanKey("sshd", "192.0.2.7", null));
        String changelog = topics.prefix() + "app-" + Nodes.OFFENDERS + "-changelog";
        String sessions = topics.prefix() + "app-" + Nodes.SESSIONS + "-changelog";
        try (Processor processor = processor(topics, "a")) {
            processor.start();
            order(topics, command("first", CommandRecord.Type.BAN, "192.0.2.7"));
            await().atMost(PATIENCE).until(() -> bans(topics).contains("sshd|192.0.2.7"));
            await().atMost(PATIENCE).until(() -> latest(changelog).get(key) != null);

            write(changelog, key.get(), null);
            write(changelog, OffenderKey.ofOutgoing(7).get(), new byte[] {1});
            write(topics.bans(), "sshd|192.0.2.7".getBytes(StandardCharsets.UTF_8), null);

            // It has nothing to write itself.
            await().atMost(PATIENCE).until(() -> latest(changelog).get(key) != null);
            await().atMost(PATIENCE).until(() -> bans(topics).contains("sshd|192.0.2.7"));
            await().atMost(PATIENCE).until(() -> !latest(changelog).containsKey(OffenderKey.ofOutgoing(7)));

            write(sessions, "web1|/none".getBytes(StandardCharsets.UTF_8), new byte[] {1});
            await().atMost(PATIENCE).until(() -> latest(sessions).isEmpty());
        }
        try (Processor another = processor(topics, "b")) {
            another.start();
            order(topics, command("pardon", CommandRecord.Type.UNBAN, "192.0.2.7"));
            await().atMost(PATIENCE).until(() -> !bans(topics).contains("sshd|192.0.2.7"));
            try (FleetView view = view(topics)) {
                assertThat(view.historyOf("192.0.2.7"))
                        .extracting(BanEvent::type)
                        .containsExactly(BanEvent.Type.BAN, BanEvent.Type.UNBAN);
            }
        }
    }

    private void write(String topic, byte[] key, byte @Nullable [] value) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker().bootstrap()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(topic, 0, key, value)).get();
        }
    }

    /** What a topic of one partition says last of each key. */
    private Map<Bytes, byte[]> latest(String topic) {
        Map<Bytes, byte[]> latest = new HashMap<>();
        TopicPartition partition = new TopicPartition(topic, 0);
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", broker().bootstrap()),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end =
                    consumer.endOffsets(List.of(partition)).values().iterator().next();
            while (consumer.position(partition) < end) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
                    if (record.value() == null) {
                        latest.remove(Bytes.wrap(record.key()));
                    } else {
                        latest.put(Bytes.wrap(record.key()), record.value());
                    }
                }
            }
        }
        return latest;
    }

    private static long counted(Processor processor) {
        return processor.figures().getOrDefault("sshd.counted", 0L);
    }

    /** How many records the producers of a processor have given up. */
    private static double sendErrors(Topics topics) throws JMException {
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        double errors = 0;
        for (ObjectName name : server.queryNames(
                new ObjectName("kafka.producer:type=producer-metrics,client-id=" + topics.prefix() + "app*"), null)) {
            errors += (double) server.getAttribute(name, "record-error-total");
        }
        return errors;
    }

    private List<String> bans(Topics topics) {
        try (FleetView view = view(topics)) {
            return List.copyOf(view.bans().keySet());
        }
    }

    private static CommandRecord command(String command, CommandRecord.Type type, @Nullable String id) {
        return new CommandRecord(
                command,
                type,
                type == CommandRecord.Type.BAN ? "sshd" : null,
                id,
                null,
                null,
                "ann",
                null,
                Instant.now());
    }
}
