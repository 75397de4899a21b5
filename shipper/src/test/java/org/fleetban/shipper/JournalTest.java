package org.fleetban.shipper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The journal, read by the real journalctl from real journal files. */
final class JournalTest {

    private static final String SSH = "_SYSTEMD_UNIT=ssh.service + _SYSTEMD_UNIT=sshd.service";
    private static final List<String> JOURNALCTL = List.of("journalctl");
    private static final Duration LOOK_BACK = Duration.ofDays(1);

    private final Path directory;
    private final Journal journal;
    private Host host;

    JournalTest(@TempDir Path directory) {
        this.directory = directory;
        this.journal = new Journal(directory);
        this.host = following(SSH);
    }

    @AfterEach
    void end() {
        host.close();
    }

    private Host following(String... matches) {
        return following(JOURNALCTL, matches);
    }

    private Host following(List<String> program, String... matches) {
        return Host.following(directory, sources(matches), program);
    }

    private List<JournalSource> sources(String... matches) {
        return List.of(matches).stream()
                .map(match -> new JournalSource(match, journal.options(), LOOK_BACK))
                .toList();
    }

    private void turnUntil(BooleanSupplier reached) {
        await().atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> {
                    host.turns(1);
                    return reached.getAsBoolean();
                });
    }

    /** The running journalctl, once those of earlier tests have ended. */
    private static ProcessHandle onlyJournalctl() {
        List<ProcessHandle> running = new ArrayList<>();
        await().atMost(Duration.ofSeconds(20)).until(() -> {
            running.clear();
            ProcessHandle.current()
                    .children()
                    .filter(child -> child.info().command().orElse("").endsWith("journalctl"))
                    .forEach(running::add);
            return running.size() == 1;
        });
        return running.get(0);
    }

    private void turnUntilLines(int count) {
        turnUntil(() -> host.lines().size() >= count);
    }

    @Test
    void anEntryBecomesTheLineThatFail2banMakesOfIt() {
        journal.sshd("Failed password for root from 203.0.113.7 port 1 ssh2");
        journal.write(Map.of("_SYSTEMD_UNIT", "cron.service", "MESSAGE", "not wanted"));
        host.start();
        turnUntilLines(1);
        journal.sshd("two\nlines");
        turnUntilLines(2);

        assertThat(host.lines())
                .containsExactly(
                        "web1 sshd[77]: Failed password for root from 203.0.113.7 port 1 ssh2",
                        "web1 sshd[77]: two\\nlines");
        MemorySink.Arrived first = host.broker().arrived().get(0);
        assertThat(first.key()).isEqualTo("web1|journal:" + SSH);
        assertThat(first.file()).matches("[0-9a-f]{32}");
        assertThat(first.offset()).isEqualTo(1);
        assertThat(first.time()).isEqualTo(Journal.time(1));
    }

    @Test
    void otherMatchesAreFollowedFromWhereTheJournalWasLeft() {
        journal.write(Map.of("_SYSTEMD_UNIT", "cron.service", "MESSAGE", "not wanted yet"));
        journal.sshd("one");
        host.start();
        turnUntilLines(1);
        host.followJournals(sources("_SYSTEMD_UNIT=cron.service", SSH));
        journal.sshd("two");
        journal.write(Map.of("_SYSTEMD_UNIT", "cron.service", "MESSAGE", "wanted"));
        turnUntil(() -> host.lines().stream().anyMatch(line -> line.endsWith("wanted")));
        turnUntil(() -> host.lines().stream().anyMatch(line -> line.endsWith("two")));

        assertThat(host.lines()).filteredOn(line -> line.endsWith("one")).hasSize(1);
        assertThat(host.lines()).filteredOn(line -> line.endsWith("two")).hasSize(1);
        assertThat(host.lines()).noneMatch(line -> line.endsWith("not wanted yet"));
    }

    @Test
    void bytesPassAsTheyAreAndALongLineIsCutAndCounted() {
        journal.sshd("Invalid user \u00e9\u0000\u00ff from 203.0.113.7");
        journal.sshd("x".repeat(100 * Host.MAX_LINE));
        journal.sshd("after");
        host.start();
        turnUntilLines(3);

        assertThat(host.lines().get(0)).isEqualTo("web1 sshd[77]: Invalid user \u00e9\u0000\u00ff from 203.0.113.7");
        assertThat(host.lines().get(1)).hasSize(Host.MAX_LINE).endsWith("xxx");
        assertThat(host.lines().get(2)).isEqualTo("web1 sshd[77]: after");
        assertThat(host.report().cutLines()).isEqualTo(1);
    }

    @Test
    void eachMatchIsASourceOfItsOwnAndOneProcessServesAll() {
        host = following(SSH, "_COMM=nginx PRIORITY=3 PRIORITY=4", "SYSLOG_IDENTIFIER='my app'");
        journal.sshd("a");
        journal.write(
                Map.of("_COMM", "nginx", "PRIORITY", "3", "MESSAGE", "b"),
                Map.of("_COMM", "nginx", "PRIORITY", "6", "MESSAGE", "not wanted"),
                Map.of("_COMM", "nginx", "PRIORITY", "4", "SYSLOG_IDENTIFIER", "my app", "MESSAGE", "c"));
        host.start();
        turnUntilLines(4);

        assertThat(host.broker().arrived())
                .extracting(arrived -> arrived.key() + " " + arrived.text())
                .containsExactly(
                        "web1|journal:" + SSH + " web1 sshd[77]: a",
                        "web1|journal:_COMM=nginx PRIORITY=3 PRIORITY=4 web1 nginx: b",
                        "web1|journal:_COMM=nginx PRIORITY=3 PRIORITY=4 web1 my app: c",
                        "web1|journal:SYSLOG_IDENTIFIER='my app' web1 my app: c");
        assertThat(onlyJournalctl().isAlive()).isTrue();
    }

    @Test
    void withoutAMatchEveryEntryIsALine() {
        host = following("");
        journal.write(Map.of("MESSAGE", "a"), Map.of("SYSLOG_IDENTIFIER", "app", "MESSAGE", "b"));
        host.start();
        turnUntilLines(2);
        assertThat(host.lines()).containsExactly("web1 a", "web1 app: b");
        assertThat(host.broker().arrived().get(0).key()).isEqualTo("web1|journal:");
    }

    @Test
    void afterKillNineItGoesOnWhereItsLinesWereAcknowledged() {
        IntStream.range(0, 5).forEach(i -> journal.sshd("line " + i));
        host.start();
        turnUntilLines(5);
        List<MemorySink.Arrived> before = List.copyOf(host.broker().arrived());
        journal.sshd("line 5");
        await().atMost(Duration.ofSeconds(20)).until(() -> {
            host.turn(Duration.ofSeconds(2));
            return host.broker().inFlight() == 1;
        });
        host.kill();
        assertThat(host.lines()).hasSize(6);
        journal.sshd("line 6");
        host.start();
        turnUntilLines(8);

        // The line that arrived without an acknowledgement comes once more, under the same identity.
        List<MemorySink.Arrived> after = host.broker().arrived();
        assertThat(after.subList(0, 5)).isEqualTo(before);
        assertThat(host.lines().subList(5, 8))
                .containsExactly("web1 sshd[77]: line 5", "web1 sshd[77]: line 5", "web1 sshd[77]: line 6");
        assertThat(after.get(5).identity()).isEqualTo(after.get(6).identity());
        assertThat(after.stream().map(MemorySink.Arrived::identity).distinct()).hasSize(7);
        assertThat(host.report().journalGaps()).isZero();
    }

    @Test
    void whatAJournalHeldWhenItWasFirstFollowedIsNotForgottenByARestart() {
        host.start();
        host.turns(2);
        host.stop();
        journal.sshd("while it was down");
        host.start();
        turnUntilLines(1);
        assertThat(host.lines()).containsExactly("web1 sshd[77]: while it was down");
    }

    @Test
    void aRotatedJournalIsReadOnAndAVacuumedOneIsSaid() throws IOException {
        journal.sshd("a");
        host.start();
        turnUntilLines(1);
        Path old = journal.file();
        journal.rotate();
        journal.sshd("b");
        turnUntilLines(2);
        host.stop();
        journal.sshd("c");
        journal.rotate();
        journal.sshd("d");
        Files.delete(old);
        Files.delete(directory.resolve("journal/system-1.journal"));
        host.start();
        turnUntilLines(3);

        assertThat(host.lines()).containsExactly("web1 sshd[77]: a", "web1 sshd[77]: b", "web1 sshd[77]: d");
        assertThat(host.report().journalGaps()).isEqualTo(1);
    }

    @Test
    void aJournalctlThatDiesIsStartedAgainAndNothingIsLost() {
        journal.sshd("a");
        host.start();
        turnUntilLines(1);
        onlyJournalctl().destroyForcibly();
        journal.sshd("b");
        turnUntilLines(2);
        assertThat(host.lines()).containsExactly("web1 sshd[77]: a", "web1 sshd[77]: b");
        assertThat(host.report().journalGaps()).isZero();
    }

    @Test
    void withoutJournalctlTheProblemIsSaidAndTheRestGoesOn() throws IOException {
        host = following(List.of(directory + "/no-such-program"), SSH);
        host.start();
        turnUntil(() -> host.report().problems().values().stream()
                .anyMatch(problem -> problem.contains("journalctl cannot be started")));
    }

    @Test
    void whatJournalctlSaysAtItsEndIsReported() {
        host = Host.following(
                directory,
                List.of(new JournalSource(SSH, List.of("--directory=" + directory + "/nowhere"), LOOK_BACK)),
                JOURNALCTL);
        host.start();
        turnUntil(() -> host.report().problems().values().stream()
                .anyMatch(problem -> problem.contains("exit code 1") && problem.contains("nowhere")));
    }

    @Test
    void whileTheBrokerIsAwayTheJournalIsTheBuffer() {
        host.broker().away(true);
        IntStream.range(0, 50).forEach(i -> journal.sshd("line " + i));
        host.start();
        host.turns(5);
        host.broker().away(false);
        turnUntilLines(50);
        assertThat(host.lines())
                .containsExactlyElementsOf(IntStream.range(0, 50)
                        .mapToObj(i -> "web1 sshd[77]: line " + i)
                        .toList());
    }

    @Test
    void aBrokenConnectionSendsAgainWhatWasInFlight() {
        IntStream.range(0, 5).forEach(i -> journal.sshd("line " + i));
        host.start();
        await().atMost(Duration.ofSeconds(20)).until(() -> {
            host.turn(Duration.ofSeconds(2));
            return host.broker().inFlight() == 5;
        });
        host.broker().acknowledge(2);
        host.broker().fail(2);
        turnUntilLines(7);
        assertThat(host.broker().arrived().stream()
                        .map(MemorySink.Arrived::identity)
                        .distinct())
                .hasSize(5);
        assertThat(host.lines().get(6)).isEqualTo("web1 sshd[77]: line 4");
    }

    @Test
    void aMatchIsNeverTakenForAnOptionOrACommand() {
        assertThatThrownBy(() -> following("--output=json")).hasMessageContaining("expected FIELD=value");
        assertThatThrownBy(() -> following("--file=/etc/shadow")).hasMessageContaining("expected FIELD=value");
        assertThatThrownBy(() -> following("/usr/sbin/sshd")).hasMessageContaining("expected FIELD=value");
        assertThatThrownBy(() -> following("__CURSOR=x")).hasMessageContaining("expected FIELD=value");
        assertThatThrownBy(() -> following("A='x")).hasMessageContaining("not closed");
        assertThatThrownBy(() -> following("A=" + "x".repeat(5_000))).hasMessageContaining("4096");
        host = following("_COMM='$(touch " + directory + "/hacked) ; -n1 `id`'");
        journal.write(Map.of("_COMM", "$(touch " + directory + "/hacked) ; -n1 `id`", "MESSAGE", "a"));
        host.start();
        turnUntilLines(1);
        assertThat(directory.resolve("hacked")).doesNotExist();
    }
}
