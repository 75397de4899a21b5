package org.fleetban.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.fleetban.protocol.BanRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** rsyslog in the place of Fleetban's shipper, with the configuration that docs/shippers.md shows. */
final class RsyslogTest {

    private static final Path RSYSLOGD = Path.of("/usr/sbin/rsyslogd");
    private static final Path OMKAFKA = Path.of("/usr/lib/x86_64-linux-gnu/rsyslog/omkafka.so");
    private static final String OFFENDER = "203.0.113.7";

    @TempDir
    private Path directory;

    @Test
    void bansWhomRsyslogReports() throws Exception {
        if (!"true".equals(System.getenv("CI"))) {
            assumeTrue(Files.exists(RSYSLOGD) && Files.exists(OMKAFKA), "the package rsyslog-kafka is not installed");
        }
        try (ProcessorOnKafka processor = new ProcessorOnKafka(directory)) {
            Parts parts = processor.start(processor.configuration("config", "auto"));
            parts.awaitReady();
            Path socket = directory.resolve("socket");
            Process rsyslog = start(socket, processor.topics().lines());
            try {
                for (int i = 0; i < 3; i++) {
                    log(socket, "Failed password for root from " + OFFENDER + " port 40022 ssh2");
                }
                BanRecord ban = processor.awaitBan("sshd|" + OFFENDER);

                assertThat(ban.count()).isEqualTo(3);
                assertThat(ban.evidence()).allSatisfy(evidence -> {
                    assertThat(evidence.host()).isEqualTo("web1");
                    assertThat(evidence.path()).isEqualTo("/var/log/auth.log");
                    assertThat(evidence.line())
                            .endsWith("web1 sshd[77]: Failed password for root from " + OFFENDER + " port 40022 ssh2");
                });
            } finally {
                rsyslog.destroy();
                if (!rsyslog.waitFor(20, TimeUnit.SECONDS)) {
                    rsyslog.destroyForcibly();
                }
            }
        }
    }

    private Process start(Path socket, String topic) throws Exception {
        Path config = directory.resolve("rsyslog.conf");
        Files.writeString(config, """
                global(workDirectory="%1$s" localHostname="web1")
                module(load="imuxsock" SysSock.Use="off")
                input(type="imuxsock" Socket="%2$s")
                %3$s
                """.formatted(directory, socket, documented(topic)));
        Path said = directory.resolve("rsyslog.out");
        Process rsyslog = new ProcessBuilder(
                        RSYSLOGD.toString(), "-n", "-f", config.toString(), "-i", directory + "/rsyslog.pid")
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        await().atMost(Duration.ofSeconds(30)).until(() -> {
            assertThat(rsyslog.isAlive()).as(Files.readString(said)).isTrue();
            return Files.exists(socket);
        });
        return rsyslog;
    }

    /** The configuration as documented, with this broker and topic. */
    private static String documented(String topic) throws Exception {
        String page = Files.readString(Path.of("..", "docs", "shippers.md"));
        int begin = page.indexOf("    module(load=\"omkafka\")");
        int end = page.indexOf("\n\n", begin);
        assertThat(begin).isPositive();
        return page.substring(begin, end)
                .replace("kafka1:9092", TestCluster.bootstrapServers())
                .replace("fleetban.lines", topic);
    }

    private static void log(Path socket, String message) throws Exception {
        Process logger = new ProcessBuilder(
                        "logger", "--socket", socket.toString(), "-p", "auth.info", "-t", "sshd[77]", message)
                .inheritIO()
                .start();
        assertThat(logger.waitFor()).isZero();
    }
}
