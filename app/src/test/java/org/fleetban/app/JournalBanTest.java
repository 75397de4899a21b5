package org.fleetban.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.fleetban.protocol.BanRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** From entries of a real journal over a real Kafka to a ban. */
final class JournalBanTest {

    private static final String WRITER = "/lib/systemd/systemd-journal-remote";
    private static final String OFFENDER = "203.0.113.7";

    @TempDir
    private Path directory;

    /** @param backend of the processor's jail: its hosts may differ */
    @ParameterizedTest
    @ValueSource(strings = {"systemd", "auto"})
    void bansWhoFailsInTheJournal(String backend) throws Exception {
        if (!"true".equals(System.getenv("CI"))) {
            assumeTrue(Files.exists(Path.of(WRITER)), "the package systemd-journal-remote is not installed");
        }
        Path journal = Files.createDirectories(directory.resolve("journal"));
        try (ProcessorOnKafka processor = new ProcessorOnKafka(directory)) {
            Path host = processor.configuration("host", "systemd[journalpath=" + journal + "]");
            Instant first = Instant.now().minusSeconds(20).truncatedTo(ChronoUnit.MILLIS);
            log(journal, first);
            log(journal, first.plusSeconds(1));
            Parts parts = processor.start(processor.configuration("processor", backend));
            Jails jails = new Jails(host, List.of());
            parts.shipper(jails.onHost(jails.read()));
            parts.awaitReady();
            log(journal, first.plusSeconds(2));
            BanRecord ban = processor.awaitBan("sshd|" + OFFENDER);

            assertThat(ban.count()).isEqualTo(3);
            assertThat(ban.since()).isEqualTo(first.plusSeconds(2));
            assertThat(ban.evidence())
                    .allSatisfy(evidence -> assertThat(evidence.path())
                            .isEqualTo("journal:_SYSTEMD_UNIT=ssh.service + _SYSTEMD_UNIT=sshd.service"));
            assertThat(ban.evidence().get(0).time()).isEqualTo(first);
            assertThat(ban.evidence().get(0).line())
                    .isEqualTo("web1 sshd[77]: Failed password for invalid user Jan  1 00:00:00 2020 from " + OFFENDER
                            + " port 40022 ssh2");
        }
    }

    @Test
    void whatTheShipperReadsIsSaidAndBadOptionsDoNotStopTheRest() throws Exception {
        Path config = new ProcessorOnKafka(directory).configuration("host", "systemd[journalpath=relative]");
        Files.writeString(config.resolve("jail.d/more.local"), """
                [asterisk]
                enabled = true
                backend = systemd[journalflags=1]
                journalmatch = --file=/etc/shadow
                [apache-auth]
                enabled = true
                logpath = /var/log/apache2/error.log
                [apache-botsearch]
                enabled = true
                backend = systemd
                journalmatch = _COMM=apache2
                    SYSLOG_IDENTIFIER=httpd
                """);
        Jails jails = new Jails(config, List.of(LogOption.parse("apache-botsearch=" + config.resolve("jail.conf"))));
        LogSources sources = LogSources.of(jails.onHost(jails.read()));

        assertThat(sources.files())
                .extracting(source -> source.pattern())
                .containsExactly(
                        "/var/log/apache2/error.log",
                        config.resolve("jail.conf").toString());
        assertThat(sources.journals()).singleElement().satisfies(journal -> {
            assertThat(journal.match()).isEqualTo("_COMM=apache2 + SYSLOG_IDENTIFIER=httpd");
            assertThat(journal.options()).containsExactly("--system", "--merge");
        });
        assertThat(sources.problems())
                .extracting(problem -> problem.toString())
                .contains("[sshd] backend = systemd: journalpath: expected an absolute path, read 'relative'")
                .anySatisfy(said ->
                        assertThat(said).startsWith("[asterisk] backend = systemd: journalmatch '--file=/etc/shadow"));
    }

    /** An entry whose message holds what looks like a time: the user's name is the client's choice. */
    private void log(Path journal, Instant time) throws Exception {
        long micros = TimeUnit.MILLISECONDS.toMicros(time.toEpochMilli());
        Path export = directory.resolve("export");
        Files.writeString(export, """
                __REALTIME_TIMESTAMP=%d
                __MONOTONIC_TIMESTAMP=%d
                _BOOT_ID=0123456789abcdef0123456789abcdef
                _HOSTNAME=web1
                _SYSTEMD_UNIT=ssh.service
                SYSLOG_IDENTIFIER=sshd
                _PID=77
                _SOURCE_REALTIME_TIMESTAMP=%d
                MESSAGE=Failed password for invalid user Jan  1 00:00:00 2020 from %s port 40022 ssh2

                """.formatted(micros + 500, micros, micros, OFFENDER));
        Process writer = new ProcessBuilder(WRITER, "--output=" + journal.resolve("system.journal"), export.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(writer.getInputStream().readAllBytes(), UTF_8);
        assertThat(writer.waitFor()).as(said).isZero();
    }
}
