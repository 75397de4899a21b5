package org.fleetban.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.fleetban.app.settings.Settings;
import org.fleetban.protocol.BadRecordException;
import org.fleetban.protocol.BanRecord;
import org.fleetban.protocol.JsonCodec;
import org.fleetban.protocol.Topics;

/** A processor with the shipped filters on a real Kafka, with the sshd jail alone. */
final class ProcessorOnKafka implements AutoCloseable {

    private final Path directory;
    private final String prefix = TestCluster.newPrefix();
    private final Lifecycle lifecycle = new Lifecycle(environment());

    ProcessorOnKafka(Path directory) {
        this.directory = directory;
    }

    Topics topics() {
        return new Topics(prefix);
    }

    /** A configuration in which sshd bans after three failures. */
    Path configuration(String name, String backend) throws Exception {
        Path config = Files.createDirectories(directory.resolve(name));
        FleetOnKafka.copyShippedConfiguration(config);
        Files.createDirectories(config.resolve("jail.d"));
        Files.writeString(config.resolve("jail.local"), """
                [DEFAULT]
                maxretry = 3
                [sshd]
                enabled = true
                backend = %s
                [asterisk]
                enabled = false
                [apache-auth]
                enabled = false
                [apache-botsearch]
                enabled = false
                [apache-noscript]
                enabled = false
                """.formatted(backend));
        return config;
    }

    /** Creates the topics, and starts the processor in this process; returns its parts, for a shipper beside it. */
    Parts start(Path config) throws InterruptedException {
        CommandRun created = CommandRun.of(variables(), "topics", "--config", config.toString());
        assertThat(created.code()).as(created.err()).isZero();
        Jails jails = new Jails(config, List.of());
        Parts parts = new Parts(
                environment(),
                Settings.load(config, variables()),
                TestCluster.bootstrapServers(),
                directory.resolve("data"),
                lifecycle);
        parts.processor(jails.compile(jails.read(), environment()));
        return parts;
    }

    /** The ban with this key, as soon as it is there. */
    BanRecord awaitBan(String key) throws BadRecordException {
        List<byte[]> values = new ArrayList<>();
        try (KafkaConsumer<String, byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", TestCluster.bootstrapServers()),
                new StringDeserializer(),
                new ByteArrayDeserializer())) {
            consumer.assign(List.of(new TopicPartition(topics().bans(), 0)));
            consumer.seekToBeginning(consumer.assignment());
            await().atMost(Duration.ofMinutes(2)).until(() -> {
                for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                    if (key.equals(record.key()) && record.value() != null) {
                        values.add(record.value());
                    }
                }
                return !values.isEmpty();
            });
        }
        return JsonCodec.of(BanRecord.class).decode(values.get(values.size() - 1));
    }

    private Environment environment() {
        return new Environment(
                new PrintStream(PrintStream.nullOutputStream(), true, UTF_8),
                new PrintStream(PrintStream.nullOutputStream(), true, UTF_8),
                variables(),
                Clock.systemUTC(),
                Path.of(".."));
    }

    private Map<String, String> variables() {
        return Map.of(
                "FLEETBAN_BOOTSTRAP_SERVERS",
                TestCluster.bootstrapServers(),
                "FLEETBAN_TOPICS_PREFIX",
                prefix,
                "FLEETBAN_TOPICS_PARTITIONS",
                "2",
                "FLEETBAN_PROCESSOR_APPLICATION_ID",
                prefix + "processor",
                "FLEETBAN_HOST_NAME",
                "web1");
    }

    @Override
    public void close() {
        lifecycle.close();
    }
}
