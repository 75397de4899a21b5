package org.fleetban.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TopicsCommandTest {

    @TempDir
    private Path config;

    private final String prefix = TestCluster.newPrefix();

    @Test
    void createsAllTopicsOnceAndFindsThemAfterwards() {
        CommandRun first = topics();
        assertThat(first.code()).isEqualTo(ExitCode.OK);
        assertThat(first.out().lines())
                .containsExactlyInAnyOrder(
                        prefix + "lines: created",
                        prefix + "failures: created",
                        prefix + "bans: created",
                        prefix + "events: created",
                        prefix + "commands: created",
                        prefix + "dead-letters: created",
                        prefix + "hosts: created");
        CommandRun second = topics();
        assertThat(second.code()).isEqualTo(ExitCode.OK);
        assertThat(second.out().lines()).hasSize(7).allMatch(line -> line.endsWith(": there"));
    }

    @Test
    void checksWithoutCreating() {
        CommandRun check = topics("--check");
        assertThat(check.code()).isEqualTo(ExitCode.FAILURE);
        assertThat(check.out().lines()).hasSize(7).allMatch(line -> line.endsWith(": missing"));
        assertThat(topics("--check").out()).isEqualTo(check.out());
    }

    @Test
    void saysWhatIsWrongWithATopicThatWasThere() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", TestCluster.bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic(prefix + "bans", Optional.of(3), Optional.empty())))
                    .all()
                    .get();
        }
        CommandRun run = topics();
        assertThat(run.code()).isEqualTo(ExitCode.FAILURE);
        assertThat(run.err())
                .contains(prefix + "bans has 3 partitions and must have 1")
                .contains(prefix + "bans has cleanup.policy = delete and must have compact");
    }

    @Test
    void saysThatKafkaDoesNotAnswer() {
        CommandRun run = CommandRun.of(
                Map.of(
                        "FLEETBAN_BOOTSTRAP_SERVERS",
                        "127.0.0.1:1",
                        "FLEETBAN_KAFKA_ADMIN_DEFAULT_API_TIMEOUT_MS",
                        "1000",
                        "FLEETBAN_KAFKA_ADMIN_REQUEST_TIMEOUT_MS",
                        "1000"),
                "topics",
                "--config",
                config.toString());
        assertThat(run.code()).isEqualTo(ExitCode.FAILURE);
        assertThat(run.err())
                .startsWith("fleetban: Kafka does not answer at 127.0.0.1:1")
                .hasLineCount(1);
    }

    @Test
    void saysWhichKafkaSettingCannotBeUsed() {
        CommandRun run = CommandRun.of(
                Map.of("FLEETBAN_KAFKA_SECURITY_PROTOCOL", "NONE"), "topics", "--config", config.toString());
        assertThat(run.code()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err())
                .contains("a Kafka setting")
                .contains("security.protocol")
                .hasLineCount(1);
    }

    private CommandRun topics(String... options) {
        String[] args = new String[options.length + 3];
        args[0] = "topics";
        args[1] = "--config";
        args[2] = config.toString();
        System.arraycopy(options, 0, args, 3, options.length);
        return CommandRun.of(
                Map.of(
                        "FLEETBAN_BOOTSTRAP_SERVERS",
                        TestCluster.bootstrapServers(),
                        "FLEETBAN_TOPICS_PREFIX",
                        prefix,
                        "FLEETBAN_TOPICS_PARTITIONS",
                        "2"),
                args);
    }
}
