package org.fleetban.shipper;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.helpers.NOPLogger;

final class InotifyWatchTest {

    @TempDir
    private Path directory;

    private final List<String> told = new ArrayList<>();

    private final DirectoryWatch.Changes changes = new DirectoryWatch.Changes() {
        @Override
        public void written(Path file) {
            told.add(file.getFileName().toString());
        }

        @Override
        public void rearranged() {
            told.add("rearranged");
        }
    };

    @Test
    void tellsOfWritesOnlyWhileTheyAreWanted() throws Exception {
        Path log = Files.createFile(directory.resolve("log"));
        try (InotifyWatch watch = new InotifyWatch(new Notices(NOPLogger.NOP_LOGGER, System::nanoTime))) {
            watch.watch(directory);
            append(log);
            awaitTold(watch, "log");

            watch.writes(false);
            told.clear();
            append(log);
            Files.createFile(directory.resolve("other"));
            awaitTold(watch, "rearranged");
            assertThat(told).doesNotContain("log");

            watch.writes(true);
            append(log);
            awaitTold(watch, "log");
        }
    }

    private void awaitTold(InotifyWatch watch, String what) throws InterruptedException {
        for (int i = 0; i < 100 && !told.contains(what); i++) {
            watch.await(TimeUnit.MILLISECONDS.toNanos(100), changes);
        }
        assertThat(told).contains(what);
    }

    private static void append(Path file) throws IOException {
        Files.writeString(file, "line\n", StandardOpenOption.APPEND);
    }
}
