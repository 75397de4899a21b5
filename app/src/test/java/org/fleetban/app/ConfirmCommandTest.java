package org.fleetban.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.fleetban.protocol.CommandRecord;
import org.fleetban.protocol.HostRecord;
import org.fleetban.protocol.JsonCodec;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ConfirmCommandTest {

    @TempDir
    private Path config;

    private final String prefix = TestCluster.newPrefix();

    @BeforeEach
    void twoHostsReport() throws Exception {
        assertThat(fleetban("topics").code()).isEqualTo(ExitCode.OK);
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", TestCluster.bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            for (String host : List.of("web1", "web2")) {
                boolean waits = host.equals("web1");
                HostRecord report = new HostRecord(
                        host,
                        "enforcer",
                        "1",
                        Instant.parse("2026-03-01T12:00:00Z"),
                        List.of(),
                        Map.of("bans.waiting", waits ? 2L : 0L),
                        List.of(),
                        List.of(),
                        null,
                        List.of(),
                        waits ? List.of("[sshd] 198.51.0.0/15 waits: too-large\u001b[31m") : List.of());
                byte[] key = (host + "|enforcer").getBytes(StandardCharsets.UTF_8);
                producer.send(new ProducerRecord<>(
                                prefix + "hosts",
                                key,
                                JsonCodec.of(HostRecord.class).encode(report)))
                        .get();
            }
        }
    }

    @Test
    void showsWhatWaitsAndOrdersNothing() throws Exception {
        CommandRun run = fleetban("confirm", "--show");

        assertThat(run.code()).isEqualTo(ExitCode.OK);
        assertThat(run.out().lines())
                .containsExactly(
                        "web1: 2 bans wait, as of 2026-03-01T12:00:00Z",
                        "  [sshd] 198.51.0.0/15 waits: too-large\\x1b[31m");
        assertThat(orders()).isEmpty();
        assertThat(fleetban("confirm", "--show", "--host", "web2").out().strip())
                .isEqualTo("nothing waits, as of the hosts' last reports");
    }

    @Test
    void ordersWhatIsAskedForWithWhoAndWhen() throws Exception {
        assertThat(fleetban("confirm").code()).isEqualTo(ExitCode.OK);
        assertThat(orders()).singleElement().satisfies(order -> {
            assertThat(order.type()).isEqualTo(CommandRecord.Type.CONFIRM);
            assertThat(Stream.of(order.host(), order.jail(), order.id())).containsOnlyNulls();
            assertThat(order.by()).contains("@");
        });

        CommandRun run = fleetban("confirm", "--host", "web1", "--host", "web2", "--jail", "sshd", "198.51.0.0/15");

        assertThat(run.out()).contains("confirmed: web1, web2");
        assertThat(orders().subList(1, 3)).allSatisfy(order -> {
            assertThat(order.jail()).isEqualTo("sshd");
            assertThat(order.id()).isEqualTo("198.51.0.0/15");
        });
        assertThat(orders().stream().map(CommandRecord::host)).containsExactlyInAnyOrder(null, "web1", "web2");
    }

    private List<CommandRecord> orders() throws Exception {
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", TestCluster.bootstrapServers()),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(prefix + "commands").stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
            while (partitions.stream()
                    .anyMatch(partition -> consumer.position(partition) < ends.getOrDefault(partition, 0L))) {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
            }
            List<CommandRecord> orders = new ArrayList<>();
            for (ConsumerRecord<byte[], byte[]> record : records) {
                orders.add(JsonCodec.of(CommandRecord.class).decode(record.value()));
            }
            orders.sort(Comparator.comparing(CommandRecord::at));
            return orders;
        }
    }

    private CommandRun fleetban(String... words) {
        String[] arguments = Stream.concat(Stream.of(words), Stream.of("--config", config.toString()))
                .toArray(String[]::new);
        return CommandRun.of(
                Map.of(
                        "FLEETBAN_BOOTSTRAP_SERVERS",
                        TestCluster.bootstrapServers(),
                        "FLEETBAN_TOPICS_PREFIX",
                        prefix,
                        "FLEETBAN_TOPICS_PARTITIONS",
                        "2"),
                arguments);
    }
}
