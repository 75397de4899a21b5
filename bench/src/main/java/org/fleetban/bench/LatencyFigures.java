package org.fleetban.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * From a line in a log to its ban with a consumer: shipper and processor as the launcher starts them, the embedded broker beside
 * them, 1,000 lines a second of which 26 % are failures. Then fail2ban's server on such a log, to the line in which it says
 * that it bans. Run by {@code bench/latency}.
 *
 * <p>Twenty times a second an offender fails for the fifth time, and so is banned; from that line on it is measured.
 */
final class LatencyFigures {

    private static final int LINES_PER_SECOND = 1_000;
    private static final int WARM_UP_SECONDS = 20;

    /** Every tenth line is of an offender that is measured. */
    private static final int EVERY = 10;

    private static final int MAX_RETRY = 5;
    private static final int LINES_PER_BAN = EVERY * MAX_RETRY;

    /** With those of the measured offenders, 26 % of failures. */
    private static final int QUIET = 118;

    private static final int FAIL2BAN_START_SECONDS = 3;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final DateTimeFormatter SYSLOG = DateTimeFormatter.ofPattern("MMM ppd HH:mm:ss", Locale.ROOT);
    private static final Pattern BAN_OF_FAIL2BAN =
            Pattern.compile("(\\S+ \\S+),(\\d{3}) fail2ban\\.actions .* Ban (11\\.\\S+)");
    private static final DateTimeFormatter FAIL2BAN = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);

    private final Path work;
    private final int bans;

    private LatencyFigures(Path work, int bans) {
        this.work = work;
        this.bans = bans;
    }

    /** Arguments: bans to measure, a directory to work in, and the launcher. */
    public static void main(String[] arguments) throws Exception {
        LatencyFigures figures = new LatencyFigures(Path.of(arguments[1]), Integer.parseInt(arguments[0]));
        long[] own = figures.fleetban(arguments[2]);
        long[] theirs = figures.fail2ban();
        if (theirs.length > 0) {
            System.out.printf(
                    "fail2ban takes %.0f times as long at p50, %.0f times at p99%n",
                    (double) percentile(theirs, 50) / percentile(own, 50),
                    (double) percentile(theirs, 99) / percentile(own, 99));
        }
        System.exit(0);
    }

    private long[] fleetban(String launcher) throws Exception {
        Path directory = Files.createDirectories(work.resolve("fleetban"));
        Path log = Files.createFile(directory.resolve("auth.log"));
        Path config = Path.of("config");
        try (BrokerProcess broker = new BrokerProcess(Files.createDirectories(work.resolve("broker")));
                MeasuredProcess processor = new MeasuredProcess(
                        Configurations.part("processor", launcher, broker, config, directory),
                        directory.resolve("processor.out"));
                MeasuredProcess shipper = new MeasuredProcess(
                        Configurations.part("shipper", launcher, broker, config, directory),
                        directory.resolve("shipper.out"));
                KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                        Map.of("bootstrap.servers", broker.bootstrapServers()),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer())) {
            processor.awaitSaid("fleetban: ready");
            shipper.awaitSaid("fleetban: ready");
            TopicPartition partition = new TopicPartition(broker.topics().bans(), 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            Map<String, Long> arrived = new HashMap<>();
            Writer writer = new Writer(log, total());
            long end = Long.MAX_VALUE;
            writer.start();
            while (System.nanoTime() < end && arrived.size() < total()) {
                consumer.poll(Duration.ofMillis(100)).forEach(record -> {
                    String id = new String(record.key(), UTF_8).substring("sshd|".length());
                    if (id.startsWith("11.")) {
                        arrived.putIfAbsent(id, System.nanoTime());
                    }
                });
                if (end == Long.MAX_VALUE && !writer.isAlive()) {
                    end = System.nanoTime() + PATIENCE.toNanos();
                }
            }
            writer.join();
            long busy = processor.processorMillis() + shipper.processorMillis() + broker.processorMillis();
            System.out.printf(
                    "fleetban shipper, processor and broker: %.0f %% of a core, start included%n",
                    busy * 1e8 / writer.took());
            return report("line appended, ban with a consumer", writer, arrived);
        }
    }

    private long[] fail2ban() throws Exception {
        if (!Files.exists(Path.of("/usr/bin/fail2ban-server"))) {
            System.out.println("fail2ban: left out, it is not installed");
            return new long[0];
        }
        Path directory = Files.createDirectories(work.resolve("fail2ban"));
        Path log = Files.createFile(directory.resolve("auth.log"));
        List<String> command = Configurations.fail2ban(directory, log, "INFO");
        Path said = directory.resolve("log");
        Map<String, Long> arrived = new HashMap<>();
        Writer writer = new Writer(log, total());
        try (MeasuredProcess process = new MeasuredProcess(command, directory.resolve("out"))) {
            TimeUnit.SECONDS.sleep(FAIL2BAN_START_SECONDS);
            writer.start();
            writer.join();
            long end = System.nanoTime() + PATIENCE.toNanos();
            while (System.nanoTime() < end && arrived.size() < total()) {
                TimeUnit.MILLISECONDS.sleep(500);
                BAN_OF_FAIL2BAN
                        .matcher(Files.readString(said))
                        .results()
                        .forEach(ban ->
                                arrived.putIfAbsent(ban.group(3), writer.nanoTime(time(ban.group(1), ban.group(2)))));
            }
            System.out.printf(
                    "fail2ban-server with its sshd filter (%s): %.0f %% of a core, start included%n",
                    backend(Files.readString(said)), process.processorMillis() * 1e8 / writer.took());
        }
        return report("line appended, ban in its log, before its action", writer, arrived);
    }

    private static String backend(String log) {
        Matcher matcher = Pattern.compile("Initiated '(\\w+)' backend").matcher(log);
        return matcher.find() ? "back-end " + matcher.group(1) : "unknown back-end";
    }

    private static long time(String seconds, String millis) {
        return LocalDateTime.parse(seconds, FAIL2BAN)
                        .atZone(ZoneId.systemDefault())
                        .toInstant()
                        .toEpochMilli()
                + Long.parseLong(millis);
    }

    /** Bans, those of the warm-up included. */
    private int total() {
        return WARM_UP_SECONDS * LINES_PER_SECOND / LINES_PER_BAN + bans;
    }

    private long[] report(String what, Writer writer, Map<String, Long> arrived) throws IOException {
        if (arrived.size() != total()) {
            throw new IOException("of " + total() + " offenders " + arrived.size() + " were banned");
        }
        int first = total() - bans;
        long[] nanos = new long[bans];
        for (int i = 0; i < bans; i++) {
            String id = EnforcerFigures.address(first + i);
            nanos[i] = arrived.getOrDefault(id, Long.MAX_VALUE) - writer.written[first + i];
        }
        Arrays.sort(nanos);
        System.out.printf(
                "  %s: p50 %.1f ms, p90 %.1f ms, p99 %.1f ms, worst %.1f ms (%,d bans)%n",
                what,
                percentile(nanos, 50) / 1e6,
                percentile(nanos, 90) / 1e6,
                percentile(nanos, 99) / 1e6,
                nanos[bans - 1] / 1e6,
                bans);
        return nanos;
    }

    private static long percentile(long[] sorted, int percent) {
        return sorted[Math.min(sorted.length - 1, sorted.length * percent / 100)];
    }

    /** Appends the lines, each when it is due. */
    private static final class Writer extends Thread {

        private final Path log;
        private final long beginNanos = System.nanoTime();
        private final long beginMillis = System.currentTimeMillis();

        /** When the line was appended with which each offender reached maxretry. */
        private final long[] written;

        private long endNanos;

        Writer(Path log, int bans) {
            super("writer");
            this.log = log;
            this.written = new long[bans];
        }

        long took() {
            return endNanos - beginNanos;
        }

        /** A time of the wall clock in that of the lines' times. */
        long nanoTime(long millis) {
            return beginNanos + TimeUnit.MILLISECONDS.toNanos(millis - beginMillis);
        }

        @Override
        public void run() {
            OpenSshLog others =
                    new OpenSshLog(1, LocalDateTime.now(), QUIET, TimeUnit.SECONDS.toNanos(1) / LINES_PER_SECOND);
            long begin = System.nanoTime();
            try (OutputStream file = Files.newOutputStream(log, StandardOpenOption.APPEND)) {
                for (int i = 0; i < written.length * LINES_PER_BAN; i++) {
                    boolean measured = i % EVERY == EVERY - 1;
                    String line = (measured ? failure(i / LINES_PER_BAN) : others.next()) + '\n';
                    LockSupport.parkNanos(
                            begin + i * (TimeUnit.SECONDS.toNanos(1) / LINES_PER_SECOND) - System.nanoTime());
                    if (i % LINES_PER_BAN == LINES_PER_BAN - 1) {
                        written[i / LINES_PER_BAN] = System.nanoTime();
                    }
                    file.write(line.getBytes(US_ASCII));
                }
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
            endNanos = System.nanoTime();
        }

        private static String failure(int offender) {
            return SYSLOG.format(LocalDateTime.now()) + " web1 sshd[4711]: Failed password for root from "
                    + EnforcerFigures.address(offender) + " port 40022 ssh2";
        }
    }
}
