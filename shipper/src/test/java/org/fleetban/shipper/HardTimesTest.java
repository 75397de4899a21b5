package org.fleetban.shipper;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the shipper does when the host is in a bad state, or larger than usual. */
final class HardTimesTest {

    @TempDir
    private Path directory;

    @Test
    void aCheckpointThatCannotBeWrittenStopsNoLine() throws IOException {
        try (Host host = Host.following(directory, "auth.log")) {
            Path log = host.logs().resolve("auth.log");
            host.start();
            Path inTheWay = Files.createDirectory(host.data().resolve("shipper.checkpoint.tmp"));
            append(log, "one\n");
            host.settle();
            assertThat(host.lines()).containsExactly("one");
            assertThat(host.report().problems()).containsKey("checkpoint");

            Files.delete(inTheWay);
            host.settle();
            assertThat(host.report().problems()).doesNotContainKey("checkpoint");
            host.kill();
            append(log, "two\n");
            host.start();
            host.settle();
            assertThat(host.lines()).containsExactly("one", "two");
        }
    }

    @Test
    void tenThousandFilesInOnePatternAreFollowed() throws IOException {
        int count = 10_000;
        try (Host host = Host.withRoom(directory, "*.log", 10_000_000)) {
            for (int i = 0; i < count; i++) {
                append(host.logs().resolve(i + ".log"), i + "\n");
            }
            host.start();
            host.turns(4);
            append(host.logs().resolve("77.log"), "again\n");
            host.turns(4);
            host.stop();
            host.start();
            append(host.logs().resolve("78.log"), "and again\n");
            host.turns(4);

            Set<String> expected = new HashSet<>(Set.of("again", "and again"));
            IntStream.range(0, count).mapToObj(Integer::toString).forEach(expected::add);
            assertThat(host.lines().size()).isEqualTo(expected.size());
            assertThat(new HashSet<>(host.lines()).equals(expected)).isTrue();
            assertThat(host.report().files().size()).isEqualTo(count);
        }
    }

    @Test
    void aPauseOfAnHourIsNoReasonToLetGoOfWhatIsUnread() throws IOException {
        try (Host host = Host.following(directory, "auth.log")) {
            Path log = host.logs().resolve("auth.log");
            host.start();
            append(log, "one\n");
            host.settle();
            append(log, "two\n");
            Files.move(log, host.logs().resolve("auth.log.1"));
            append(host.logs().resolve("auth.log.1"), "three\n");
            host.turn(Duration.ofHours(1));
            host.settle();

            assertThat(host.lines()).containsExactly("one", "two", "three");
        }
    }

    @Test
    void rotatedFilesStayOpenUpToALimitThatIsReported() throws IOException {
        try (Host host = Host.following(directory, "auth.log").openingAtMost(100, 3)) {
            Path log = host.logs().resolve("auth.log");
            append(log, "line 0\n");
            host.start();
            host.settle();
            host.broker().away(true);
            for (int i = 1; i <= 5; i++) {
                append(log, "line " + i + "\n");
                host.turns(2);
                Files.delete(log);
                host.turns(2);
            }
            assertThat(host.report().rotatedFiles()).isEqualTo(3);
            assertThat(host.report().givenUpFiles()).isEqualTo(2);
            assertThat(host.report().givenUpBytes()).isEqualTo(14);

            host.broker().away(false);
            append(log, "line 6\n");
            host.settle();
            assertThat(host.lines()).containsExactlyInAnyOrder("line 0", "line 3", "line 4", "line 5", "line 6");
        }
    }

    @Test
    void moreFilesThanMayBeOpenAreSaidAndTheRestGoesOn() throws IOException {
        try (Host host = Host.following(directory, "*.log").openingAtMost(3, 1)) {
            for (int i = 0; i < 5; i++) {
                append(host.logs().resolve(i + ".log"), i + "\n");
            }
            host.start();
            host.settle();
            assertThat(host.lines()).hasSize(3);
            assertThat(host.report().problems().get("open files")).contains("more than 3 log files");

            for (String line : List.copyOf(host.lines()).subList(0, 2)) {
                Files.delete(host.logs().resolve(line + ".log"));
            }
            host.turns(2);
            host.turn(Host.GRACE.plusSeconds(1));
            host.settle();
            assertThat(host.lines()).containsExactlyInAnyOrder("0", "1", "2", "3", "4");
            assertThat(host.report().problems()).doesNotContainKey("open files");
        }
    }

    @Test
    void theLimitOfOpenFilesIsThatOfTheProcess() {
        assertThat(OpenFiles.of(1_024)).isEqualTo(new OpenFiles(924, 462));
        assertThat(OpenFiles.ofThisProcess().followed()).isGreaterThan(100);
    }

    @Test
    void aFullDiskUnderTheCheckpointStopsNoLine() throws Exception {
        try (Host host = Host.following(directory, "auth.log");
                SmallDisk disk = SmallDisk.mount(host.data(), "64k")) {
            Path log = host.logs().resolve("auth.log");
            append(log, "one\n");
            host.start();
            host.settle();
            disk.fill();
            append(log, "two\n");
            host.settle();
            assertThat(host.lines()).containsExactly("one", "two");
            assertThat(host.report().problems().get("checkpoint")).contains("No space left on device");

            disk.free();
            host.settle();
            assertThat(host.report().problems()).doesNotContainKey("checkpoint");
            host.kill();
            append(log, "three\n");
            host.start();
            host.settle();
            assertThat(host.lines()).containsExactly("one", "two", "three");
            host.kill();
        }
    }

    private static void append(Path file, String text) throws IOException {
        Files.write(file, text.getBytes(US_ASCII), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}
