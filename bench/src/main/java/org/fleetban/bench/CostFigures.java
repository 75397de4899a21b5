package org.fleetban.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.fleetban.engine.config.ConfigurationReader;
import org.fleetban.engine.config.JailDefinition;

/**
 * What a line costs a processor as the launcher starts it, and how much heap it needs, against the number of hosts, jails and
 * offenders. Run by {@code bench/cost}; prints the rows of a table in Markdown.
 *
 * <p>All jails read all logs, which is the worst: mostly a log has one jail or two. Of the lines 26 % are failures, of
 * offenders in turn; all offenders have failed before the measurement begins.
 */
final class CostFigures {

    private static final int PARTITIONS = 12;
    private static final int WARM_UP = 200_000;
    private static final int LINES = 300_000;
    private static final String LOG = "/var/log/auth.log";
    private static final Path FAIL2BAN = Path.of("/etc/fail2ban");

    private final Path work;
    private final String launcher;
    private final List<String> jails;

    private CostFigures(Path work, String launcher, List<String> jails) {
        this.work = work;
        this.launcher = launcher;
        this.jails = jails;
    }

    /** Arguments: a directory to work in, the launcher. */
    public static void main(String[] arguments) throws Exception {
        Path work = Path.of(arguments[0]);
        CostFigures figures = new CostFigures(work, arguments[1], stockJails(work));
        System.out.println("| hosts | jails | offenders | processor time a line | heap after GC | resident |");
        System.out.println("|---:|---:|---:|---:|---:|---:|");
        int all = figures.jails.size();
        for (int hosts : new int[] {1, 30, 300}) {
            figures.measure(hosts, 10, 10_000);
        }
        figures.measure(30, 1, 10_000);
        figures.measure(30, all, 10_000);
        figures.measure(30, 10, 100);
        figures.measure(30, 10, 300_000);
        System.exit(0);
    }

    /** fail2ban's own jails, sshd first. */
    private static List<String> stockJails(Path directory) throws IOException {
        Path config = link(directory.resolve("all"));
        // Fleetban only shuts out.
        Files.writeString(
                config.resolve("jail.local"), "[DEFAULT]\nenabled = true\n[pass2allow-ftp]\nblocktype = DROP\n");
        List<String> names = new ArrayList<>(ConfigurationReader.read(config, Set.of(), Map.of()).jails().stream()
                .map(JailDefinition::name)
                .toList());
        names.remove("sshd");
        names.add(0, "sshd");
        return names;
    }

    private static Path link(Path config) throws IOException {
        Files.createDirectories(config);
        for (String name : List.of("filter.d", "action.d", "jail.conf", "paths-common.conf", "paths-debian.conf")) {
            Files.createSymbolicLink(config.resolve(name), FAIL2BAN.resolve(name));
        }
        return config;
    }

    private void measure(int hosts, int jailCount, int offenders) throws Exception {
        Path directory = Files.createDirectories(work.resolve(hosts + "-" + jailCount + "-" + offenders));
        try (BrokerProcess broker =
                new BrokerProcess(Files.createDirectories(directory.resolve("broker")), PARTITIONS)) {
            Path config = configure(directory, broker, jailCount);
            MeasuredProcess processor = new MeasuredProcess(
                    List.of(launcher, "processor", "--config", config.toString(), "--data", directory + "/state"),
                    directory.resolve("processor.out"));
            try (Lag lag = new Lag(broker.bootstrapServers(), broker.topics(), PARTITIONS);
                    WrittenLines lines = new WrittenLines(
                            broker.bootstrapServers(), broker.topics().lines(), 5)) {
                processor.awaitSaid("fleetban: ready");
                for (int offender = 0; offender < offenders; offender++) {
                    lines.failure("web" + offender % hosts, LOG, now(), address(offender));
                }
                write(lines, lag, hosts, offenders, WARM_UP);
                long before = processor.processorMillis();
                write(lines, lag, hosts, offenders, LINES);
                double micros = (processor.processorMillis() - before) * 1_000.0 / LINES;
                long resident = processor.residentMegabytes();
                System.out.printf(
                        "| %,d | %d | %,d | %.1f µs | %,d MB | %,d MB |%n",
                        hosts, jailCount, offenders, micros, processor.usedHeapMegabytes(), resident);
            } finally {
                processor.close();
            }
        }
    }

    private static void write(WrittenLines lines, Lag lag, int hosts, int offenders, int count)
            throws IOException, InterruptedException, ExecutionException {
        for (int i = 0; i < count; i++) {
            String host = "web" + i % hosts;
            if (i % 50 < 13) {
                lines.failure(host, LOG, now(), address((int) (i * 31L % offenders)));
            } else {
                lines.success(host, LOG, now());
            }
        }
        lines.flush();
        lag.awaitNone();
    }

    private static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.SECONDS);
    }

    private static String address(int offender) {
        return "11." + (offender >> 16) + '.' + (offender >> 8 & 255) + '.' + (offender & 255);
    }

    private Path configure(Path directory, BrokerProcess broker, int jailCount) throws IOException {
        Path config = link(directory.resolve("config"));
        StringBuilder local = new StringBuilder();
        for (String jail : jails.subList(0, jailCount)) {
            local.append("[%s]\nenabled = true\nbackend = auto\nblocktype = DROP\nlogpath = %s\n".formatted(jail, LOG));
        }
        Files.writeString(config.resolve("jail.local"), local);
        Files.writeString(
                config.resolve("fleetban.properties"), "bootstrap.servers=" + broker.bootstrapServers() + "\n");
        return config;
    }
}
