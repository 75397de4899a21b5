package org.fleetban.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.fleetban.protocol.BanEvent;
import org.fleetban.protocol.BanKey;
import org.fleetban.protocol.BanRecord;
import org.fleetban.protocol.CommandRecord;
import org.fleetban.protocol.FailureRecord;
import org.fleetban.protocol.HostRecord;
import org.fleetban.protocol.JsonCodec;
import org.fleetban.protocol.OffenderPartition;
import org.fleetban.protocol.Topics;
import org.jspecify.annotations.Nullable;

/** Topics of one test's own on the real broker, filled by the test, and the command run against them. */
final class TestTopics implements AutoCloseable {

    static final int PARTITIONS = 3;

    private final Topics topics = new Topics(TestCluster.newPrefix());
    private final Path config;
    private final Clock clock;
    private final KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
            Map.of("bootstrap.servers", TestCluster.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer());

    /**
     * @param config of the command; an empty directory will do
     * @param clock of the command
     */
    TestTopics(Path config, Clock clock) {
        this.config = config;
        this.clock = clock;
        CommandRun created = run("topics");
        assertThat(created.code()).as(created.err()).isZero();
        await().atMost(Duration.ofMinutes(1))
                .until(() -> run("topics", "--check").code() == ExitCode.OK);
    }

    Topics topics() {
        return topics;
    }

    Map<String, String> variables() {
        return new HashMap<>(Map.of(
                "FLEETBAN_BOOTSTRAP_SERVERS",
                TestCluster.bootstrapServers(),
                "FLEETBAN_TOPICS_PREFIX",
                topics.prefix(),
                "FLEETBAN_TOPICS_PARTITIONS",
                Integer.toString(PARTITIONS),
                "FLEETBAN_PROCESSOR_APPLICATION_ID",
                topics.prefix() + "processor",
                "FLEETBAN_HOST_NAME",
                "desk",
                "SUDO_USER",
                "ann"));
    }

    CommandRun run(String... args) {
        String[] all = Stream.concat(Stream.of(args), Stream.of("--config", config.toString()))
                .toArray(String[]::new);
        return CommandRun.of(clock, variables(), all);
    }

    /** What a command prints, without anything to complain of. */
    String out(String... args) {
        CommandRun run = run(args);
        assertThat(run.err()).isEmpty();
        assertThat(run.code()).isZero();
        return run.out();
    }

    JsonNode json(String... args) throws JsonProcessingException {
        return new JsonMapper().readTree(out(args));
    }

    TestTopics ban(BanRecord ban) {
        return put(
                topics.bans(),
                new BanKey(ban.jail(), ban.id(), ban.host()).toString(),
                JsonCodec.of(BanRecord.class).encode(ban));
    }

    TestTopics event(BanEvent event) {
        return put(
                topics.events(),
                new BanKey(event.jail(), event.id(), event.host()).toString(),
                JsonCodec.of(BanEvent.class).encode(event));
    }

    TestTopics failure(FailureRecord failure) {
        byte[] key = (failure.jail() + '|' + failure.id()).getBytes(UTF_8);
        producer.send(new ProducerRecord<>(
                topics.failures(),
                OffenderPartition.of(failure.id(), PARTITIONS),
                failure.read().toEpochMilli(),
                key,
                JsonCodec.of(FailureRecord.class).encode(failure)));
        return this;
    }

    TestTopics report(HostRecord report) {
        return put(
                topics.hosts(),
                report.host() + '|' + report.component(),
                JsonCodec.of(HostRecord.class).encode(report));
    }

    TestTopics unban(String id, Instant at) {
        CommandRecord command =
                new CommandRecord("c" + at, CommandRecord.Type.UNBAN, null, id, null, null, "ann", null, at);
        return put(
                topics.commands(),
                command.command(),
                JsonCodec.of(CommandRecord.class).encode(command));
    }

    TestTopics put(String topic, @Nullable String key, byte @Nullable [] value) {
        producer.send(new ProducerRecord<>(topic, key == null ? null : key.getBytes(UTF_8), value));
        return this;
    }

    TestTopics done() {
        producer.flush();
        return this;
    }

    @Override
    public void close() {
        producer.close();
    }
}
