package org.fleetban.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * Many offenders and standing bans in a processor as the launcher starts it: its memory, how long a restart takes, and how
 * it lifts bans that end in the same second while new ones are decided. Run by {@code bench/scale}.
 *
 * <p>All comes of log lines: each offender fails once, those that are banned fail maxretry times, all of them in the same
 * second of log time. New bans meanwhile come from a jail with maxretry 1, from line to ban record.
 */
final class ScaleFigures {

    private static final int PARTITIONS = 12;
    private static final int HOSTS = 30;
    private static final int MAX_RETRY = 5;
    private static final int QUIET_S = 10;
    private static final int WARM_UP_S = 15;

    private final BrokerProcess broker;
    private final Path directory;
    private final String launcher;
    private final Path config;
    private final Instant logTime;
    private final Instant end;
    private final FollowedBans bans;
    private int starts;

    private ScaleFigures(BrokerProcess broker, Path directory, String launcher, int banSeconds) throws IOException {
        this.broker = broker;
        this.directory = directory;
        this.launcher = launcher;
        this.logTime = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        this.end = logTime.plusSeconds(banSeconds);
        this.config = configure(banSeconds);
        this.bans = new FollowedBans(broker.bootstrapServers(), broker.topics().bans());
    }

    /** Arguments: offenders, those of them that are banned, seconds from the start to the end of all bans, a directory, launcher. */
    public static void main(String[] arguments) throws Exception {
        int offenders = Integer.parseInt(arguments[0]);
        int bans = Integer.parseInt(arguments[1]);
        Path work = Path.of(arguments[3]);
        try (BrokerProcess broker = new BrokerProcess(Files.createDirectories(work.resolve("broker")), PARTITIONS)) {
            new ScaleFigures(
                            broker,
                            Files.createDirectories(work.resolve("fleetban")),
                            arguments[4],
                            Integer.parseInt(arguments[2]))
                    .measure(offenders, bans);
        }
        System.exit(0);
    }

    private Path configure(int banSeconds) throws IOException {
        Path to = Files.createDirectories(directory.resolve("config"));
        Files.createSymbolicLink(
                to.resolve("filter.d"), Path.of("config/filter.d").toRealPath());
        Files.writeString(to.resolve("fleetban.properties"), "bootstrap.servers=" + broker.bootstrapServers() + "\n");
        Files.writeString(to.resolve("jail.conf"), """
                [DEFAULT]
                enabled = true
                backend = auto
                filter = sshd
                port = ssh
                findtime = 1h
                [crowd]
                logpath = /var/log/auth.log
                maxretry = %d
                bantime = %d
                [new]
                logpath = /var/log/new.log
                maxretry = 1
                bantime = 1h
                """.formatted(MAX_RETRY, banSeconds));
        return to;
    }

    private void measure(int offenders, int banned) throws Exception {
        MeasuredProcess processor = start();
        try {
            long ready = processor.awaitSaid("fleetban: ready");
            say("empty: running after %.1f s, %,d MB resident", ready / 1e3, processor.residentMegabytes());
            long begin = System.nanoTime();
            long lines = feed(offenders, banned);
            try (Lag lag = new Lag(broker.bootstrapServers(), broker.topics(), PARTITIONS)) {
                lag.awaitNone();
            }
            double seconds = (System.nanoTime() - begin) / 1e9;
            say(
                    "%,d lines of %,d offenders, %,d of them banned: %.0f s, %,.0f lines/s",
                    lines, offenders, bans.count("crowd"), seconds, lines / seconds);
            memory(processor, "all counted");
            processor.kill();
            processor = start();
            say("kill -9 and start: running after %.1f s", processor.awaitSaid("fleetban: ready") / 1e3);
            processor.close();
            processor = start();
            say("stop and start: running after %.1f s", processor.awaitSaid("fleetban: ready") / 1e3);
            memory(processor, "started again");
            lift(banned);
            memory(processor, "bans lifted");
        } finally {
            processor.close();
            bans.close();
        }
    }

    private MeasuredProcess start() throws IOException {
        starts++;
        return new MeasuredProcess(
                List.of(launcher, "processor", "--config", config.toString(), "--data", directory + "/state"),
                directory.resolve("processor-" + starts + ".out"));
    }

    private long feed(int offenders, int bans) {
        long lines = 0;
        try (WrittenLines out =
                new WrittenLines(broker.bootstrapServers(), broker.topics().lines(), 5)) {
            for (int round = 0; round < MAX_RETRY; round++) {
                for (int offender = 0; offender < (round == 0 ? offenders : bans); offender++) {
                    int host = (offender + round) % HOSTS;
                    out.failure("web" + host, "/var/log/auth.log", logTime, address(offender));
                    lines++;
                }
            }
        }
        return lines;
    }

    private static String address(int offender) {
        return "11." + (offender >> 16) + '.' + (offender >> 8 & 255) + '.' + (offender & 255);
    }

    private static void memory(MeasuredProcess processor, String when) throws IOException, InterruptedException {
        long resident = processor.residentMegabytes();
        say("%s: heap %,d MB used after GC; %,d MB resident", when, processor.usedHeapMegabytes(), resident);
    }

    private void lift(int banned) throws Exception {
        long from = end.minusSeconds(QUIET_S).toEpochMilli();
        long left = from - System.currentTimeMillis();
        if (left < 0) {
            throw new IOException("all bans were over " + -left / 1000 + " s too early: let them last longer");
        }
        try (NewBans fresh =
                new NewBans(broker.bootstrapServers(), broker.topics().lines(), bans)) {
            // The first are not measured: code is compiled while it runs.
            fresh.write(Math.min(left / 1000, WARM_UP_S));
            Thread.sleep(Math.max(0, from - System.currentTimeMillis()));
            say("new bans before: line to record %s", fresh.write(QUIET_S));
            say("new bans meanwhile: line to record %s", fresh.writeUntil(() -> bans.lifted("crowd") >= banned));
        }
        say(
                "%,d of %,d bans lifted, the last %.1f s after their end",
                bans.lifted("crowd"), banned, (bans.lastLiftMs() - end.toEpochMilli()) / 1e3);
    }

    private static void say(String format, Object... values) {
        System.out.printf(format + "%n", values);
    }
}
