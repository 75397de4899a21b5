package org.fleetban.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code fleetban run} as a process of its own. */
final class RunCommandTest {

    private static final DateTimeFormatter SYSLOG = DateTimeFormatter.ofPattern("MMM d HH:mm:ss", Locale.ENGLISH);
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    private Path directory;

    private final List<Process> processes = new ArrayList<>();
    private Path output = Path.of("");

    @BeforeEach
    void configure() throws Exception {
        FleetOnKafka.copyShippedConfiguration(Files.createDirectories(directory.resolve("config")));
        Files.createFile(log());
        Files.writeString(
                directory.resolve("config/fleetban.properties"),
                "broker.listen=127.0.0.1:" + freePort() + "\ntopics.partitions=2\n");
    }

    @AfterEach
    void end() throws InterruptedException {
        for (Process process : processes) {
            process.destroyForcibly().waitFor();
        }
    }

    @Test
    void refusesAnOffendersPacketsUntilTheBanIsOver() throws Exception {
        Files.writeString(directory.resolve("config/jail.local"), "[DEFAULT]\nbantime = 20s\nmaxretry = 3\n");
        try (TestNetwork network = TestNetwork.create()) {
            network.addOutsideAddress("10.213.77.66");
            network.addOutsideAddress("10.213.77.67");
            network.listen(22);
            Process run = start(network.startInHost(command()));
            awaitSaid("fleetban: ready");
            assertThat(network.connects("10.213.77.66", 22)).isTrue();

            appendFailures("10.213.77.66", 3);
            await().atMost(PATIENCE).until(() -> !network.connects("10.213.77.66", 22));
            assertThat(network.connects("10.213.77.67", 22))
                    .as("another client")
                    .isTrue();
            assertThat(output()).contains("NOTICE  [sshd] Ban 10.213.77.66");

            await().atMost(PATIENCE).until(() -> network.connects("10.213.77.66", 22));
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(output()).contains("NOTICE  [sshd] Unban 10.213.77.66"));
            run.destroy();
            assertThat(run.waitFor(1, TimeUnit.MINUTES)).isTrue();
        }
    }

    @Test
    void countsNothingTwiceAndForgetsNothingWhenItIsKilledAndStartedAgain() throws Exception {
        Files.writeString(directory.resolve("config/jail.local"), "[DEFAULT]\nbantime = 1h\nmaxretry = 5\n");
        Process first = start(processOf(command("--dry-run")));
        appendFailures("203.0.113.1", 5);
        appendFailures("203.0.113.2", 3);
        awaitSaid("[sshd] Ban 203.0.113.1");
        first.destroyForcibly().waitFor();

        appendFailures("203.0.113.2", 1);
        Process second = start(processOf(command("--dry-run")));
        awaitSaid("[sshd] Restore Ban 203.0.113.1");
        awaitSaid("fleetban: ready");
        appendFailures("203.0.113.3", 5);
        awaitSaid("[sshd] Ban 203.0.113.3");
        assertThat(output()).as("four failures").doesNotContain("Ban 203.0.113.2");
        appendFailures("203.0.113.2", 1);
        awaitSaid("[sshd] Ban 203.0.113.2");
        assertThat(output().lines().filter(line -> line.contains("] Ban 203.0.113.1")))
                .isEmpty();
        second.destroy();
        assertThat(second.waitFor(1, TimeUnit.MINUTES)).isTrue();
    }

    @Test
    void saysInOneLineWhatTheUserCanMend() throws Exception {
        Path config = directory.resolve("config");
        Files.writeString(
                config.resolve("filter.d/broken.conf"), "[Definition]\n\nfailregex = ^ok <HOST>$\n  ^a(b <HOST>\n");
        Files.writeString(
                config.resolve("jail.local"), "[broken]\nenabled = true\nfilter = broken\nlogpath = /var/log/x\n");
        String broken = error("--log", "broken=" + log());
        assertThat(broken)
                .contains("broken.conf:3: [broken] ")
                .contains("missing )")
                .hasLineCount(1);
        assertThat(error("--log", "nosuch=" + log())).contains("nosuch").hasLineCount(1);
        assertThat(error("--log", "sshd=/no/such/file")).isEqualTo("fleetban: /no/such/file: no such file\n");
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Files.writeString(
                    config.resolve("fleetban.properties"), "broker.listen=127.0.0.1:" + taken.getLocalPort() + "\n");
            assertThat(error("--dry-run", "--log", "sshd=" + log()))
                    .contains("cannot listen on 127.0.0.1:" + taken.getLocalPort());
        }
    }

    private String error(String... options) {
        List<String> args = new ArrayList<>(
                List.of("run", "--config", directory.resolve("config").toString(), "--data", directory + "/data"));
        args.addAll(List.of(options));
        CommandRun run = CommandRun.of(args.toArray(String[]::new));
        assertThat(run.code()).isEqualTo(ExitCode.USAGE);
        return run.err();
    }

    private List<String> command(String... options) {
        List<String> command = new ArrayList<>(List.of(
                TestNetwork.javaCommand(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dfleetban.home=..",
                "-cp",
                System.getProperty("java.class.path"),
                "-Dlog4j2.configurationFile=" + System.getProperty("log4j2.configurationFile"),
                Main.class.getName(),
                "run",
                "--config",
                directory.resolve("config").toString(),
                "--data",
                directory.resolve("data").toString(),
                "--log",
                "sshd=" + log()));
        command.addAll(List.of(options));
        return command;
    }

    /** Collects what the process prints. */
    private Process start(Process process) throws IOException {
        processes.add(process);
        output = directory.resolve("output-" + processes.size());
        Files.createFile(output);
        Path file = output;
        Thread copier = new Thread(() -> {
            try (var reader = process.inputReader(StandardCharsets.UTF_8)) {
                for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                    Files.writeString(file, line + "\n", StandardOpenOption.APPEND);
                }
            } catch (IOException e) {
                // the process has ended, or the test
            }
        });
        copier.setDaemon(true);
        copier.start();
        return process;
    }

    private static Process processOf(List<String> command) throws IOException {
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    private void awaitSaid(String text) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(output()).contains(text));
    }

    private String output() throws IOException {
        return Files.readString(output);
    }

    private Path log() {
        return directory.resolve("auth.log");
    }

    private void appendFailures(String offender, int count) throws IOException {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < count; i++) {
            lines.append(SYSLOG.format(LocalDateTime.now()))
                    .append(" web1 sshd[4711]: Failed password for root from ")
                    .append(offender)
                    .append(" port 40022 ssh2\n");
        }
        Files.writeString(log(), lines, StandardOpenOption.APPEND);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
