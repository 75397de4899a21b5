package org.fleetban.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.fleetban.app.settings.Settings;
import org.fleetban.protocol.CommandRecord;
import org.fleetban.protocol.HostRecord;
import org.fleetban.protocol.JailSummary;
import org.fleetban.protocol.JsonCodec;
import org.fleetban.protocol.Scope;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code ban} and {@code unban}: what is refused, what is stored, and what a running processor makes of it. */
final class OrdersTest {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    private Path directory;

    private @Nullable TestTopics fleet;

    @BeforeEach
    void createTopics() throws Exception {
        Files.createDirectories(directory.resolve("filter.d"));
        Files.writeString(directory.resolve("filter.d/word.conf"), "[Definition]\nfailregex = ^fail <HOST>$\n");
        Files.writeString(directory.resolve("jail.conf"), """
                [DEFAULT]
                enabled = true
                filter = word
                logpath = /var/log/word.log
                bantime = 10m
                [sshd]
                [web]
                [local]
                scope = host
                """);
        fleet = new TestTopics(directory, Clock.systemUTC());
    }

    @AfterEach
    void close() {
        fleet().close();
    }

    private TestTopics fleet() {
        if (fleet == null) {
            throw new IllegalStateException("not created");
        }
        return fleet;
    }

    private void reportJails(String host) {
        fleet().report(new HostRecord(
                        host,
                        "processor",
                        "0.1.0",
                        Instant.now().plusSeconds(20),
                        List.of(),
                        Map.of(),
                        List.of(),
                        List.of(
                                jail("sshd", Scope.FLEET, true),
                                jail("local", Scope.HOST, true),
                                jail("mail", Scope.FLEET, false)),
                        null,
                        List.of(),
                        List.of()))
                .report(new HostRecord("web1", "enforcer", "0.1.0", Instant.now(), List.of(), Map.of()))
                .done();
    }

    private static JailSummary jail(String name, Scope scope, boolean addresses) {
        return new JailSummary(name, scope, 3, 600, 600, addresses, List.of(), List.of());
    }

    private List<CommandRecord> commands() throws Exception {
        List<CommandRecord> commands = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", TestCluster.bootstrapServers()),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer
                    .partitionsFor(fleet().topics().commands())
                    .stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            List<byte[]> values = new ArrayList<>();
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> values.add(record.value()));
            }
            for (byte[] value : values) {
                commands.add(JsonCodec.of(CommandRecord.class).decode(value));
            }
        }
        return commands;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '"',
            value = {
                "ban ssh 192.0.2.1; the jail 'ssh' does not run; these do: local, mail, sshd",
                "ban sshd 192.0.2; '192.0.2' is no address or network, and those are what the jail 'sshd' bans",
                "ban sshd root; 'root' is no address or network",
                "ban sshd 192.0.2.1 --for -5m; expected a second or more, or 'ever'",
                "ban sshd 192.0.2.1 --for 0; expected a second or more, or 'ever'",
                "ban sshd 192.0.2.1 --for soon; --for: not a time",
                "ban sshd 192.0.2.1 --host web1; bans on all hosts, not on one",
                "ban local 192.0.2.1; bans on single hosts: name one with --host",
                "ban local 192.0.2.1 --host web9; no enforcer reports from the host 'web9'; these do: web1",
                "ban mail ' '; an offender of 0 bytes",
                "ban 'a|b' 192.0.2.1; 'a|b' is no name of a jail",
                "unban sshd; 'sshd' is a jail: name the offender behind it, or --all",
                "unban; unban whom?",
                "unban sshd 192.0.2.1 --all; unban whom?",
                "unban ssh 192.0.2.1; the jail 'ssh' does not run",
                "unban sshd 192.0.2.300; '192.0.2.300' is no address or network",
                "ban sshd 192.0.2.1 --wait -1s; expected a time from 0 on",
            })
    void whatIsClearlyWrongIsToldInOneLineAndNeverSent(String command, String problem) throws Exception {
        reportJails("p1");
        String[] words = command.replace("' '", "\u0000").split(" ");
        for (int i = 0; i < words.length; i++) {
            words[i] = words[i].replace("\u0000", " ").replace("'", "");
        }
        CommandRun run = fleet().run(words);
        assertThat(run.err()).contains(problem).hasLineCount(1);
        assertThat(run.code()).isEqualTo(ExitCode.USAGE);
        assertThat(commands()).isEmpty();
    }

    @Test
    void withoutAProcessorACommandIsStoredAndThatIsSaid() throws Exception {
        CommandRun ban =
                fleet().run("ban", "sshd", "2001:DB8:0::1/64", "--for", "1h", "--reason", "why not", "--wait", "0");
        assertThat(ban.code()).isZero();
        assertThat(ban.err())
                .isEqualTo(
                        "fleetban: no processor has ever reported: the command is stored, and takes effect as soon as a"
                                + " processor runs\n");
        assertThat(fleet().run("ban", "sshd", "192.0.2.1", "--for", "ever", "--wait", "0")
                        .code())
                .isZero();
        CommandRun unban = fleet().run("unban", "192.0.2.0/24", "--wait", "0");
        assertThat(unban.code()).isZero();
        assertThat(unban.out()).isEqualTo("nobody of that is banned; failures so far are forgiven\n");

        assertThat(commands())
                .hasSize(3)
                .allSatisfy(command -> assertThat(command.by()).isEqualTo("ann@desk"))
                .anySatisfy(command -> {
                    assertThat(command.type()).isEqualTo(CommandRecord.Type.BAN);
                    assertThat(command.id()).isEqualTo("2001:db8::/64");
                    assertThat(command.seconds()).isEqualTo(3600);
                    assertThat(command.reason()).isEqualTo("why not");
                })
                .anySatisfy(command -> assertThat(command.seconds()).isEqualTo(-1))
                .anySatisfy(command -> {
                    assertThat(command.type()).isEqualTo(CommandRecord.Type.UNBAN);
                    assertThat(command.jail()).isNull();
                    assertThat(command.id()).isEqualTo("192.0.2.0/24");
                });
    }

    @Test
    void aRunningProcessorAnswersAndTheOtherCommandsTellIt() throws Exception {
        Environment environment = new Environment(
                new PrintStream(PrintStream.nullOutputStream(), true, StandardCharsets.UTF_8),
                new PrintStream(PrintStream.nullOutputStream(), true, StandardCharsets.UTF_8),
                fleet().variables(),
                Clock.systemUTC(),
                Path.of(".."));
        try (Lifecycle lifecycle = new Lifecycle(environment)) {
            Settings settings = Settings.load(directory, fleet().variables());
            Parts parts = new Parts(
                    environment, settings, TestCluster.bootstrapServers(), directory.resolve("data"), lifecycle);
            Jails jails = new Jails(directory, List.of());
            parts.processor(jails.compile(jails.read(), environment));
            parts.awaitReady();
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(fleet().out("status")).contains("Jail list:\tlocal, sshd, web\n"));

            bansAndProlongs();
            unbans();
            hearsThatTheProcessorRefuses();
        }
        assertThat(fleet().out("banned")).contains("local\t192.0.2.70\t");
        CommandRun late = fleet().run("unban", "--all", "--wait", "0");
        assertThat(late.out()).isEqualTo("0 of 1 ban lifted\n");
        assertThat(late.err()).contains("the command is stored");
    }

    private void bansAndProlongs() {
        assertThat(fleet().out("ban", "sshd", "192.0.2.7", "--for", "1h", "--reason", "seen\u001b elsewhere"))
                .startsWith("[sshd] Ban 192.0.2.7 until ");
        assertThat(fleet().out("ban", "sshd", "192.0.2.7", "--for", "1m"))
                .startsWith("[sshd] 192.0.2.7: a ban as long stands already, until ");
        assertThat(fleet().out("ban", "sshd", "192.0.2.7", "--for", "ever"))
                .isEqualTo("[sshd] Increase Ban 192.0.2.7 for ever\n");
        assertThat(fleet().out("ban", "web", "192.0.2.7")).startsWith("[web] Ban 192.0.2.7 until ");
        assertThat(fleet().out("ban", "web", "192.0.2.128/25")).startsWith("[web] Ban 192.0.2.128/25 until ");
        assertThat(fleet().out("ban", "web", "198.51.100.1")).startsWith("[web] Ban 198.51.100.1 until ");
        assertThat(fleet().out("ban", "local", "192.0.2.70", "--host", "web1"))
                .startsWith("[local] Ban 192.0.2.70 until ");
        assertThat(fleet().out("banned").lines()).hasSize(5);
        assertThat(fleet().out("why", "192.0.2.7"))
                .contains("sshd: ban until ")
                .contains(", by ann@desk: seen\\x1b elsewhere");
    }

    private void unbans() {
        assertThat(fleet().out("unban", "192.0.2.99"))
                .isEqualTo("nobody of that is banned; failures so far are forgiven\n");
        assertThat(fleet().out("unban", "sshd", "192.0.2.7")).isEqualTo("[sshd] Unban 192.0.2.7\n1 of 1 ban lifted\n");
        assertThat(fleet().out("unban", "web", "192.0.2.0/24").lines())
                .containsExactlyInAnyOrder("[web] Unban 192.0.2.7", "[web] Unban 192.0.2.128/25", "2 of 2 bans lifted");
        assertThat(fleet().out("unban", "web", "--all")).isEqualTo("[web] Unban 198.51.100.1\n1 of 1 ban lifted\n");
        assertThat(fleet().out("banned").lines()).hasSize(1);
        assertThat(fleet().out("why", "192.0.2.7")).contains("|- Not banned\n").contains("sshd: unban, by ann@desk\n");
    }

    private void hearsThatTheProcessorRefuses() {
        reportJails("another");
        CommandRun refused = fleet().run("ban", "mail", "someone");
        assertThat(refused.code()).isEqualTo(ExitCode.FAILURE);
        assertThat(refused.err())
                .startsWith("fleetban: the processor refuses the command: a ban of 'someone' in jail 'mail'")
                .hasLineCount(1);
    }
}
