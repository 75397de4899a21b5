package org.fleetban.shipper;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Random programs of everything that happens to logs, to the shipper and to the broker: every complete line arrives, in
 * order, under one identity of its own.
 *
 * <p>{@code -Dshipper.programs=10000} is the long form; {@code -Dshipper.seed=N} begins with the program N.
 */
final class RandomProgramsTest {

    private static final int PROGRAMS = Integer.getInteger("shipper.programs", 300);
    private static final long SEED = Long.getLong("shipper.seed", 1);
    private static final int ACTIONS = 60;

    /** Where a sync of the disk costs nothing, so that the programs are many. */
    private static final Path MEMORY = Path.of("/dev/shm");

    @Test
    void everyCompleteLineArrivesInOrderUnderOneIdentity() throws IOException {
        for (long seed = SEED; seed < SEED + PROGRAMS; seed++) {
            Path directory = Files.isDirectory(MEMORY)
                    ? Files.createTempDirectory(MEMORY, "shipper")
                    : Files.createTempDirectory("shipper");
            try {
                run(directory, seed);
            } finally {
                delete(directory);
            }
        }
    }

    private static void run(Path directory, long seed) throws IOException {
        Path targets = Files.createDirectory(directory.resolve("targets"));
        SplittableRandom random = new SplittableRandom(seed);
        try (Host host = new Host(directory, List.of(Source.fromBeginning(directory.resolve("log") + "/*.log")))) {
            LogModel model = new LogModel(host, targets, random);
            try {
                for (int i = 0; i < ACTIONS; i++) {
                    model.randomAction();
                }
                model.finish();
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError(
                        "program " + seed + " (again: -Dshipper.programs=1 -Dshipper.seed=" + seed + ")\n  "
                                + String.join("\n  ", model.trace()),
                        e);
            }
        }
    }

    private static void delete(Path directory) throws IOException {
        List<Path> all;
        try (Stream<Path> paths = Files.walk(directory)) {
            all = paths.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : all) {
            Files.delete(path);
        }
    }
}
