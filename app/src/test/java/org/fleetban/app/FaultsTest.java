package org.fleetban.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.opentest4j.TestAbortedException;

/**
 * Broker, two processors, shippers and an enforcer as processes, killed with SIGKILL or frozen at random moments. The long form is
 * {@code bench/faults}; what the processes say is in {@code target/faults}.
 */
final class FaultsTest {

    private static final int KILLS = Integer.getInteger("fleetban.faults.kills", 9);
    private static final int LINES = Integer.getInteger("fleetban.faults.lines", 3_000);
    private static final long SEED = Long.getLong("fleetban.faults.seed", System.nanoTime());

    @Test
    void whateverIsKilledBansEventsAndFirewallAreThoseOfAFleetThatNothingHappenedTo() throws Exception {
        Path directory = Path.of("target", "faults").toAbsolutePath();
        deleteRecursively(directory);
        Files.createDirectories(directory);
        System.out.printf("faults: %d kills, %d lines, seed %d%n", KILLS, LINES, SEED);
        try (TestNetwork network = TestNetwork.create()) {
            run(network.startInHost(command(directory, "kernel")));
        } catch (TestAbortedException noNamespaces) {
            // Everything but the kernel is compared all the same, and the run says so.
            run(new ProcessBuilder(command(directory, "dry-run"))
                    .redirectErrorStream(true)
                    .start());
        }
    }

    private static void run(Process run) throws InterruptedException {
        Thread watchdog = new Thread(() -> {
            try {
                if (!run.waitFor(120 + 40L * KILLS, TimeUnit.SECONDS)) {
                    run.destroy();
                }
            } catch (InterruptedException e) {
                run.destroy();
            }
        });
        watchdog.start();
        StringBuilder said = new StringBuilder();
        run.inputReader(StandardCharsets.UTF_8).lines().forEach(line -> {
            System.out.println("faults: " + line);
            said.append(line).append('\n');
        });
        assertThat(run.waitFor()).as("seed %d%n%s", SEED, said).isZero();
        watchdog.join();
    }

    private static List<String> command(Path directory, String firewall) {
        return List.of(
                TestNetwork.javaCommand(),
                "-Xmx1g",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dlog4j2.configurationFile=" + System.getProperty("log4j2.configurationFile"),
                "-cp",
                System.getProperty("java.class.path"),
                "org.fleetban.app.faults.FaultRun",
                directory.toString(),
                Integer.toString(KILLS),
                Integer.toString(LINES),
                Long.toString(SEED),
                firewall);
    }

    private static void deleteRecursively(Path path) throws IOException {
        if (Files.exists(path)) {
            try (Stream<Path> files = Files.walk(path)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
