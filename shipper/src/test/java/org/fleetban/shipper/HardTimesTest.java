package org.fleetban.shipper;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashSet;
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

    private static void append(Path file, String text) throws IOException {
        Files.write(file, text.getBytes(US_ASCII), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}
