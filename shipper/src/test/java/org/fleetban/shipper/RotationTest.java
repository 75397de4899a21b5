package org.fleetban.shipper;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the shipper makes of everything that happens to log files. */
final class RotationTest {

    @TempDir
    private Path directory;

    private Host host;
    private Path log;

    @BeforeEach
    void start() {
        host = Host.following(directory, "auth.log");
        log = host.logs().resolve("auth.log");
        host.start();
    }

    @AfterEach
    void stop() {
        host.close();
    }

    @Test
    void sendsEachLineWithTheKeyOfItsFileAndItsOffset() throws IOException {
        append(log, "first\nsecond\n");
        host.settle();

        assertThat(host.lines()).containsExactly("first", "second");
        assertThat(host.broker().arrived())
                .extracting(MemorySink.Arrived::offset)
                .containsExactly(0L, 6L);
        assertThat(host.broker().arrived()).extracting(MemorySink.Arrived::key).containsOnly("web1|" + log);
        assertThat(host.broker().arrived())
                .extracting(MemorySink.Arrived::file)
                .doesNotContain("")
                .containsOnly(host.broker().arrived().get(0).file());
    }

    @Test
    void aLogThatIsFollowedNoLongerIsTakenUpWhereItWasLeft() throws IOException {
        append(log, "first\n");
        host.settle();
        host.follow("other.log", "absent.log");
        host.settle();
        assertThat(host.report().problems()).hasSize(2);
        host.follow("other.log");
        host.settle();
        assertThat(host.report().problems()).hasSize(1);
        append(log, "second\n");
        append(host.logs().resolve("other.log"), "other\n");
        host.settle();
        assertThat(host.lines()).containsExactly("first", "other");
        assertThat(host.report().files()).hasSize(1);

        host.follow("auth.log");
        host.settle();
        assertThat(host.lines()).containsExactly("first", "other", "second");
        assertThat(host.broker().arrived())
                .filteredOn(line -> line.key().endsWith("auth.log"))
                .extracting(MemorySink.Arrived::file)
                .containsOnly(host.broker().arrived().get(0).file());
    }

    @Test
    void whatIsUnreadOfAFileThatWasRotatedAwayIsSentAlthoughOtherLogsAreFollowed() throws IOException {
        append(log, "first\n");
        host.settle();
        append(log, "second\n");
        Files.delete(log);
        host.follow("auth.log", "other.log");
        append(log, "third\n");
        host.settle();

        assertThat(host.lines()).containsExactlyInAnyOrder("first", "second", "third");
    }

    @Test
    void anIncompleteLineWaitsForItsEnd() throws IOException {
        append(log, "from 192.0.2.1");
        host.settle();
        assertThat(host.lines()).isEmpty();

        append(log, "1 port 22\n");
        host.settle();
        assertThat(host.lines()).containsExactly("from 192.0.2.11 port 22");
    }

    @Test
    void bytesPassAsTheyAre() throws IOException {
        append(log, "\u00ff\u0000\u0080 broken\r\n\nafter an empty line\n");
        host.settle();

        assertThat(host.lines()).containsExactly("\u00ff\u0000\u0080 broken\r", "", "after an empty line");
    }

    @Test
    void aLineOfExactlyTheLimitIsWhole() throws IOException {
        append(log, "x".repeat(Host.MAX_LINE) + "\nnext\n");
        host.settle();

        assertThat(host.lines()).containsExactly("x".repeat(Host.MAX_LINE), "next");
        assertThat(host.report().cutLines()).isZero();
    }

    @Test
    void aLineBeyondTheLimitIsCutAndCounted() throws IOException {
        append(log, "x".repeat(Host.MAX_LINE + 1) + "\nnext\n");
        host.settle();

        assertThat(host.lines()).containsExactly("x".repeat(Host.MAX_LINE), "next");
        assertThat(host.report().cutLines()).isOne();
    }

    @Test
    void theRestOfALongLineIsSkippedAfterARestart() throws IOException {
        append(log, "x".repeat(3 * Host.MAX_LINE));
        host.settle();
        host.stop();
        append(log, "rest\nnext\n");
        host.start();
        host.settle();

        assertThat(host.lines()).containsExactly("x".repeat(Host.MAX_LINE), "next");
    }

    @Test
    void aLineThatTheBrokerRefusesIsCountedAndTheNextOneGoesOn() throws IOException {
        host.broker().refuseFrom(100);
        append(log, "small\n" + "x".repeat(150) + "\nsmall again\n");
        host.settle();

        assertThat(host.lines()).containsExactly("small", "small again");
        assertThat(host.report().refusedLines()).isOne();
        assertThat(host.report().lagBytes()).isZero();
    }

    @Test
    void aRenamedFileIsReadToItsEndAndTheNewOneFromItsBeginning() throws IOException {
        append(log, "one\n");
        host.settle();
        append(log, "two\n");
        Files.move(log, host.logs().resolve("auth.log.1"));
        append(host.logs().resolve("auth.log.1"), "three\n");
        append(log, "four\n");
        host.settle();
        append(host.logs().resolve("auth.log.1"), "five\n");
        host.settle();

        assertThat(host.lines()).containsExactlyInAnyOrder("one", "two", "three", "four", "five");
        assertThat(fileOf("two")).isEqualTo(fileOf("one")).isEqualTo(fileOf("three"));
        assertThat(fileOf("four")).isNotEqualTo(fileOf("one"));
        assertThat(host.broker().arrived()).extracting(MemorySink.Arrived::key).containsOnly("web1|" + log);
    }

    @Test
    void aDeletedFileIsReadToItsEnd() throws IOException {
        append(log, "one\n");
        host.settle();
        append(log, "two\n");
        Files.delete(log);
        append(log, "three\n");
        host.settle();

        assertThat(host.lines()).containsExactlyInAnyOrder("one", "two", "three");
        assertThat(fileOf("three")).isNotEqualTo(fileOf("one"));
    }

    @Test
    void aRotatedFileIsLetGoWhenItWasQuietForLong() throws IOException {
        append(log, "one\n");
        host.settle();
        Files.delete(log);
        append(log, "two\n");
        host.settle();
        assertThat(host.report().rotatedFiles()).isOne();

        host.turn(Host.GRACE.plusSeconds(1));
        host.settle();
        assertThat(host.report().rotatedFiles()).isZero();
        assertThat(host.report().files()).hasSize(1);
    }

    @Test
    void aTruncatedFileIsReadFromItsBeginningUnderAnotherIdentity() throws IOException {
        append(log, "one\ntwo\n");
        host.settle();
        truncate(log);
        append(log, "three\n");
        host.settle();

        assertThat(host.lines()).containsExactly("one", "two", "three");
        assertThat(fileOf("three")).isNotEqualTo(fileOf("one"));
    }

    @Test
    void aFileThatIsWrittenAnewBeyondItsOldLengthIsNoticed() throws IOException {
        append(log, "one\n");
        host.settle();
        truncate(log);
        append(log, "quite another beginning\n");
        host.settle();

        assertThat(host.lines()).containsExactly("one", "quite another beginning");
        assertThat(host.report().truncations()).isOne();
    }

    @Test
    void aHeaderThatEveryFileBeginsWithDoesNotMixThemUp() throws IOException {
        append(log, "#header\none\n");
        host.settle();
        truncate(log);
        append(log, "#header\n");
        host.settle();
        append(log, "two\n");
        host.settle();

        assertThat(host.lines()).containsExactly("#header", "one", "#header", "two");
        assertThat(host.broker().arrived().stream()
                        .map(MemorySink.Arrived::identity)
                        .distinct())
                .hasSize(4);
    }

    @Test
    void copytruncateLosesNothingThatIsInTheCopy() throws IOException {
        append(log, "one\n");
        host.settle();
        append(log, "two\n");
        Files.copy(log, host.logs().resolve("auth.log.1"));
        truncate(log);
        append(log, "three\n");
        host.settle();

        assertThat(host.lines()).containsExactlyInAnyOrder("one", "two", "three");
        assertThat(fileOf("two")).isEqualTo(fileOf("one"));
    }

    @Test
    void aCopyThatThePatternNamesTooIsNotReadTwice() throws IOException {
        host.close();
        host = Host.following(directory, "auth.log*");
        host.start();
        append(log, "one\ntwo\n");
        host.settle();
        append(log, "three\n");
        Path copy = host.logs().resolve("auth.log.1");
        append(copy, "");
        host.turns(2);
        append(copy, "one\n");
        host.turns(2);
        append(copy, "two\nthree\n");
        host.turns(2);
        truncate(log);
        append(log, "four\n");
        host.settle();
        assertThat(host.lines()).containsExactlyInAnyOrder("one", "two", "three", "four");

        append(host.logs().resolve("auth.log.other"), "five\n");
        host.settle();
        host.stop();
        host.start();
        host.settle();
        assertThat(host.lines()).containsExactlyInAnyOrder("one", "two", "three", "four", "five");
    }

    @Test
    void copytruncateWhileTheShipperIsDownLosesNothing() throws IOException {
        append(log, "one\n");
        host.settle();
        host.kill();
        append(log, "two\n");
        Files.copy(log, host.logs().resolve("auth.log.1"));
        truncate(log);
        append(log, "three\n");
        host.start();
        host.settle();

        assertThat(host.lines()).containsExactlyInAnyOrder("one", "two", "three");
        assertThat(fileOf("two")).isEqualTo(fileOf("one"));
    }

    @Test
    void aRotationWhileTheShipperIsDownLosesNothing() throws IOException {
        append(log, "one\n");
        host.settle();
        host.stop();
        append(log, "two\n");
        Files.move(log, host.logs().resolve("auth.log.1"));
        append(log, "three\n");
        host.start();
        host.settle();

        assertThat(host.lines()).containsExactlyInAnyOrder("one", "two", "three");
        assertThat(fileOf("two")).isEqualTo(fileOf("one"));
    }

    @Test
    void aFileThatGotTheInodeOfADeletedOneIsAnotherFile() throws IOException {
        append(log, "one\n");
        host.settle();
        host.kill();
        // The same inode with another content is what a re-used inode looks like.
        truncate(log);
        append(log, "another file, and longer\n");
        host.start();
        host.settle();

        assertThat(host.lines()).containsExactly("one", "another file, and longer");
        assertThat(fileOf("another file, and longer")).isNotEqualTo(fileOf("one"));
    }

    @Test
    void aSymbolicLinkIsFollowedToItsNewTargetAndBack() throws IOException {
        Path first = host.logs().resolve("first");
        Path second = host.logs().resolve("second");
        append(first, "a1\n");
        append(second, "b1\n");
        link(first);
        host.settle();
        link(second);
        append(first, "a2\n");
        host.settle();
        host.turn(Host.GRACE.plusSeconds(1));
        host.settle();
        append(first, "a3\n");
        link(first);
        host.settle();

        assertThat(host.lines()).containsExactlyInAnyOrder("a1", "b1", "a2", "a3");
        assertThat(fileOf("a3")).isEqualTo(fileOf("a1"));
    }

    @Test
    void aFileThatTwoPatternsNameDifferentlyIsReadOnceAndItsLinesCarryBothNames() throws IOException {
        host.close();
        Path link = host.logs().resolve("link.log");
        host = new Host(
                directory, List.of(Source.fromBeginning(log.toString()), Source.fromBeginning(link.toString())));
        append(log, "one\n");
        Files.createSymbolicLink(link, log);
        host.start();
        host.settle();
        Files.move(log, host.logs().resolve("auth.log.1"));
        append(host.logs().resolve("auth.log.1"), "two\n");
        append(log, "three\n");
        host.settle();

        assertThat(host.lines()).containsExactlyInAnyOrder("one", "two", "three");
        assertThat(host.broker().arrived())
                .allSatisfy(arrived -> assertThat(List.of(arrived.key().substring("web1|".length()), arrived.names()))
                        .containsExactlyInAnyOrder(log.toString(), link.toString()));
    }

    @Test
    void compressedRotationsAreLeftAlone() throws IOException {
        host.close();
        host = Host.following(directory, "auth.log*");
        host.start();
        append(log, "one\n");
        append(host.logs().resolve("auth.log.2.gz"), "no text\n");
        host.settle();

        assertThat(host.lines()).containsExactly("one");
    }

    @Test
    void aRotatedFileThatThePatternNamesTooIsNotReadTwice() throws IOException {
        host.close();
        host = Host.following(directory, "auth.log*");
        host.start();
        append(log, "one\n");
        host.settle();
        Files.move(log, host.logs().resolve("auth.log.1"));
        append(log, "two\n");
        host.settle();
        host.stop();
        host.start();
        host.settle();

        assertThat(host.lines()).containsExactly("one", "two");
    }

    @Test
    void filesThatExistAreFollowedFromTheirEndWhereThatIsAsked() throws IOException {
        host.close();
        append(log, "old\nincompl");
        host = new Host(directory, List.of(Source.fromEnd(host.logs() + "/*.log")));
        host.start();
        host.settle();
        append(log, "ete\n");
        append(host.logs().resolve("new.log"), "all of it\n");
        host.settle();
        host.kill();
        append(host.logs().resolve("later.log"), "all of this\n");
        host.start();
        host.settle();

        assertThat(host.lines()).containsExactlyInAnyOrder("incomplete", "all of it", "all of this");
    }

    @Test
    void aDirectoryAPipeAndAnUnreadableFileAreReportedAndTheRestGoesOn() throws Exception {
        host.close();
        host = Host.following(directory, "*.log");
        Files.createDirectory(host.logs().resolve("directory.log"));
        assertThat(new ProcessBuilder("mkfifo", host.logs().resolve("pipe.log").toString())
                        .start()
                        .waitFor())
                .isZero();
        Files.createSymbolicLink(host.logs().resolve("circle.log"), host.logs().resolve("circle.log"));
        host.start();
        append(log, "one\n");
        host.settle();

        assertThat(host.lines()).containsExactly("one");
        assertThat(host.report().problems())
                .containsOnlyKeys(
                        host.logs() + "/directory.log", host.logs() + "/pipe.log", host.logs() + "/circle.log");

        Files.delete(host.logs().resolve("directory.log"));
        append(host.logs().resolve("directory.log"), "a file now\n");
        host.settle();
        assertThat(host.lines()).containsExactly("one", "a file now");
        assertThat(host.report().problems()).doesNotContainKey(host.logs() + "/directory.log");
    }

    @Test
    void aMissingFileIsReportedUntilItAppears() throws IOException {
        host.settle();
        assertThat(host.report().problems()).hasSize(1);

        append(log, "one\n");
        host.settle();
        assertThat(host.report().problems()).isEmpty();
    }

    @Test
    void whileTheBrokerIsAwayNothingIsReadAndNothingIsLost() throws IOException {
        append(log, "one\n");
        host.settle();
        host.broker().away(true);
        for (int i = 0; i < 5; i++) {
            append(log, "before rotation " + i + "\n");
            host.turn(Duration.ofSeconds(2));
            Files.move(log, host.logs().resolve("auth.log.1"), StandardCopyOption.REPLACE_EXISTING);
            append(log, "after rotation " + i + "\n");
            host.turn(Duration.ofMinutes(10));
        }
        assertThat(host.report().kafkaAway()).isTrue();
        assertThat(host.report().lagBytes()).isPositive();
        assertThat(host.report().lagMillis())
                .isGreaterThan(Duration.ofMinutes(40).toMillis());

        host.broker().away(false);
        host.settle();
        assertThat(host.lines()).hasSize(11).doesNotHaveDuplicates();
        assertThat(host.report().kafkaAway()).isFalse();
        assertThat(host.report().lagBytes()).isZero();
        assertThat(host.report().lagMillis()).isZero();
    }

    @Test
    void linesThatWereNotAcknowledgedAreSentAgainUnderTheSameIdentity() throws IOException {
        append(log, "one\ntwo\n");
        host.turn(Duration.ofSeconds(2));
        host.turn(Duration.ofSeconds(2));
        assertThat(host.broker().inFlight()).isEqualTo(2);
        host.broker().acknowledge(1);
        host.turn(Duration.ofSeconds(2));
        host.kill();
        host.start();
        host.settle();

        assertThat(host.lines()).containsExactly("one", "two", "two");
        assertThat(host.broker().arrived().get(2).identity())
                .isEqualTo(host.broker().arrived().get(1).identity());
    }

    @Test
    void theIdentityIsOnDiskBeforeTheFirstLineIsSent() throws IOException {
        append(log, "one\n");
        while (host.broker().inFlight() == 0) {
            host.turn(Duration.ofMillis(1));
        }
        host.kill();
        append(log, "two\n");
        host.start();
        host.settle();

        assertThat(host.lines()).containsExactly("one", "one", "two");
        assertThat(host.broker().arrived().stream()
                        .map(MemorySink.Arrived::file)
                        .distinct())
                .hasSize(1);
    }

    @Test
    void aBrokenConnectionIsReplacedAndWhatWasInFlightIsSentAgain() throws IOException {
        append(log, "one\ntwo\n");
        host.turn(Duration.ofSeconds(2));
        host.turn(Duration.ofSeconds(2));
        host.broker().fail(2);
        host.settle();

        assertThat(host.lines()).containsExactly("one", "two", "one", "two");
        assertThat(host.report().reconnects()).isOne();
        assertThat(host.report().lines()).isEqualTo(2);
    }

    private String fileOf(String line) {
        return host.broker().arrived().stream()
                .filter(arrived -> arrived.text().equals(line))
                .findFirst()
                .orElseThrow()
                .file();
    }

    private void link(Path target) throws IOException {
        Path next = host.logs().resolve("next");
        Files.createSymbolicLink(next, target);
        Files.move(next, log, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static void append(Path file, String text) throws IOException {
        Files.write(file, text.getBytes(ISO_8859_1), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private static void truncate(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(0);
        }
    }
}
