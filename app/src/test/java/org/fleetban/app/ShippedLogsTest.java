package org.fleetban.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.fleetban.engine.config.Configuration;
import org.fleetban.engine.config.ConfigurationReader;
import org.fleetban.shipper.Shipper;
import org.fleetban.shipper.ShipperException;
import org.fleetban.shipper.ShipperSettings;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** With a real broker and real files. */
final class ShippedLogsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path directory;

    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private final List<String> lines = new ArrayList<>();

    @BeforeEach
    void configure() throws IOException {
        Files.createDirectories(directory.resolve("config/filter.d"));
        Files.writeString(directory.resolve("config/filter.d/word.conf"), "[Definition]\nfailregex = ^bad <HOST>$\n");
        for (String log : List.of("one", "two")) {
            Files.createFile(directory.resolve(log));
        }
    }

    @Test
    void changedJailsAreFollowedAndEveryLineIsSentOnce() throws Exception {
        try (TestTopics topics = new TestTopics(directory.resolve("config"), Clock.systemUTC());
                KafkaConsumer<byte[], byte[]> consumer = consumer(topics)) {
            ShippedLogs logs = new ShippedLogs(jails("one"), environment());
            try (Shipper shipper = started(topics, logs.sources())) {
                append("one", "1");
                awaitLines(consumer, "one 1");

                append("one", "2");
                append("two", "0");
                logs.changeTo(jails("one", "two"), shipper);
                append("one", "3");
                append("two", "1");
                awaitLines(consumer, "one 1", "one 2", "one 3", "two 0", "two 1");

                logs.changeTo(jails("two"), shipper);
                await().atMost(PATIENCE).until(() -> shipper.report().files().size() == 1);
                append("one", "4");
                append("two", "2");
                awaitLines(consumer, "one 1", "one 2", "one 3", "two 0", "two 1", "two 2");

                logs.changeTo(jails("one", "two"), shipper);
                awaitLines(consumer, "one 1", "one 2", "one 3", "one 4", "two 0", "two 1", "two 2");
            }
            assertThat(said.toString(UTF_8).lines())
                    .containsExactly(
                            "fleetban: [one] reads " + directory.resolve("one"),
                            "fleetban: [two] reads " + directory.resolve("two"),
                            "fleetban: " + directory.resolve("one") + " is read no longer",
                            "fleetban: [one] reads " + directory.resolve("one"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"maxretry = five", "filter = broken", "backend = systemd[journalflags=x]"})
    void theLogsOfABrokenJailAreReadOn(String broken) throws Exception {
        Files.writeString(directory.resolve("config/filter.d/broken.conf"), "[Definition]\nfailregex = (<HOST>\n");
        try (TestTopics topics = new TestTopics(directory.resolve("config"), Clock.systemUTC());
                KafkaConsumer<byte[], byte[]> consumer = consumer(topics)) {
            jails("one");
            Jails jails = new Jails(directory.resolve("config"), List.of());
            List<Configuration> changed = new ArrayList<>();
            try (ConfigurationWatch watch = jails.watch(environment())) {
                ShippedLogs logs = new ShippedLogs(jails.onHost(jails.read()), environment());
                watch.add(changed::add);
                try (Shipper shipper = started(topics, logs.sources())) {
                    jails("one", "two");
                    Files.writeString(
                            directory.resolve("config/jail.local"), "[one]\nlogpath = /elsewhere\n" + broken + '\n');
                    watch.look();
                    watch.look();
                    logs.changeTo(jails.onHost(changed.get(0)), shipper);
                    append("two", "1");
                    awaitLines(consumer, "two 1");
                    append("one", "1");
                    awaitLines(consumer, "one 1", "two 1");
                }
            }
            assertThat(said.toString(UTF_8)).contains("fleetban: refused: ").doesNotContain("read no longer");
        }
    }

    private void append(String log, String text) throws IOException {
        Files.writeString(directory.resolve(log), log + ' ' + text + '\n', StandardOpenOption.APPEND);
    }

    /** Jails of these names, each with the log of its name. */
    private Configuration jails(String... names) throws IOException {
        StringBuilder text = new StringBuilder("[DEFAULT]\nenabled = true\nfilter = word\nbackend = polling\n");
        for (String name : names) {
            text.append('[')
                    .append(name)
                    .append("]\nlogpath = ")
                    .append(directory.resolve(name))
                    .append('\n');
        }
        Path config = directory.resolve("config");
        Files.writeString(config.resolve("jail.conf"), text);
        return ConfigurationReader.read(config, Set.of(), Map.of());
    }

    private Shipper started(TestTopics topics, LogSources sources) throws ShipperException {
        ShipperSettings defaults = ShipperSettings.defaults("web1", directory.resolve("state"));
        ShipperSettings settings = new ShipperSettings(
                "web1",
                defaults.dataDirectory(),
                topics.topics(),
                defaults.maxLineBytes(),
                defaults.maxInFlightBytes(),
                defaults.scanInterval(),
                defaults.checkpointInterval(),
                defaults.rotatedGrace());
        Map<String, Object> kafka = Map.of("bootstrap.servers", TestCluster.bootstrapServers());
        Shipper shipper = new Shipper(settings, sources.files(), sources.journals(), kafka, Clock.systemUTC());
        shipper.start();
        return shipper;
    }

    private static KafkaConsumer<byte[], byte[]> consumer(TestTopics topics) {
        KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", TestCluster.bootstrapServers()),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        List<TopicPartition> partitions = IntStream.range(0, TestTopics.PARTITIONS)
                .mapToObj(partition -> new TopicPartition(topics.topics().lines(), partition))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        return consumer;
    }

    /** All lines so far: one that is sent again would be there twice. */
    private void awaitLines(KafkaConsumer<byte[], byte[]> consumer, String... expected) {
        await().atMost(PATIENCE).untilAsserted(() -> {
            consumer.poll(Duration.ofMillis(100)).forEach(line -> lines.add(new String(line.value(), UTF_8)));
            assertThat(lines).containsExactlyInAnyOrder(expected);
        });
    }

    private Environment environment() {
        PrintStream out = new PrintStream(said, true, UTF_8);
        return new Environment(out, out, Map.of(), Clock.systemUTC(), directory);
    }
}
