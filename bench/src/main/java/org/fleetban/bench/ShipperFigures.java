package org.fleetban.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Figures of the shipper, as the launcher starts it, with the embedded broker beside it, which has worked before; then the same
 * of rsyslog with omkafka, and of fail2ban's server reading the same log. Run by {@code bench/shipper}.
 */
final class ShipperFigures {

    static final int LINES_PER_SECOND = 1_000;
    private static final int BLOCK = 1_000;
    private static final int WARM_UP_SECONDS = 5;
    private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(10);
    private static final DateTimeFormatter SYSLOG = DateTimeFormatter.ofPattern("MMM dd HH:mm:ss", Locale.ENGLISH);

    private final Path work;
    private final BrokerProcess broker;
    private final int burst;

    private ShipperFigures(Path work, BrokerProcess broker, int burst) {
        this.work = work;
        this.broker = broker;
        this.burst = burst;
    }

    /** Arguments: seconds at 1,000 lines/s, the same for the others, lines of the burst, a directory to work in, and the launcher. */
    public static void main(String[] arguments) throws Exception {
        Path work = Path.of(arguments[3]);
        try (BrokerProcess broker = new BrokerProcess(Files.createDirectories(work.resolve("broker")))) {
            ShipperFigures figures = new ShipperFigures(work, broker, Integer.parseInt(arguments[2]));
            int others = Integer.parseInt(arguments[1]);
            figures.bare();
            figures.fleetban(arguments[4], Integer.parseInt(arguments[0]));
            figures.rsyslog(others);
            figures.fail2ban(others);
        }
    }

    /** What the broker takes from a producer with nothing behind it; it also warms the broker up, for whoever comes first. */
    private void bare() {
        byte[] key = "web1|/var/log/auth.log".getBytes(US_ASCII);
        byte[] line = ShippedLines.line(now(), 1).getBytes(US_ASCII);
        Map<String, Object> config = Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                broker.bootstrapServers(),
                ProducerConfig.COMPRESSION_TYPE_CONFIG,
                "lz4",
                ProducerConfig.LINGER_MS_CONFIG,
                1,
                ProducerConfig.BATCH_SIZE_CONFIG,
                64 * 1024);
        long begin = System.nanoTime();
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int i = 0; i < burst; i++) {
                producer.send(new ProducerRecord<>(broker.topics().lines(), key, line));
            }
        }
        System.out.printf("bare producer: %.0f lines/s%n", burst * 1e9 / (System.nanoTime() - begin));
    }

    private void fleetban(String launcher, int seconds) throws Exception {
        Path directory = Files.createDirectories(work.resolve("fleetban"));
        Path log = Files.createFile(directory.resolve("auth.log"));
        Path config = Configurations.fleetban(directory, log, broker.bootstrapServers());
        try (MeasuredProcess process = new MeasuredProcess(
                List.of(launcher, "shipper", "--config", config.toString(), "--data", directory + "/state"),
                directory.resolve("out"))) {
            System.out.printf("fleetban shipper%n  ready after %d ms%n", process.awaitSaid("fleetban: ready"));
            measure(process, log, seconds);
        }
    }

    private void rsyslog(int seconds) throws Exception {
        Path directory = Files.createDirectories(work.resolve("rsyslog"));
        Path log = Files.createFile(directory.resolve("auth.log"));
        Path config = Configurations.rsyslog(directory, log, broker);
        if (config.toString().isEmpty()) {
            System.out.println("rsyslogd: left out, rsyslog-kafka is not installed");
            return;
        }
        try (MeasuredProcess process = new MeasuredProcess(
                List.of("/usr/sbin/rsyslogd", "-n", "-f", config.toString(), "-i", directory + "/pid"),
                directory.resolve("out"))) {
            System.out.println("rsyslogd with imfile and omkafka");
            measure(process, log, seconds);
        }
    }

    private void measure(MeasuredProcess process, Path log, int seconds) throws Exception {
        try (ShippedLines lines = new ShippedLines(broker.bootstrapServers());
                OutputStream file = Files.newOutputStream(log, StandardOpenOption.APPEND)) {
            long[] nanos = steadily(process, lines, file, seconds);
            Arrays.sort(nanos);
            System.out.printf(
                    "    line appended, record in Kafka: p50 %.1f ms, p99 %.1f ms, worst %.1f ms%n",
                    nanos[nanos.length / 2] / 1e6,
                    nanos[(int) (nanos.length * 0.99)] / 1e6,
                    nanos[nanos.length - 1] / 1e6);
            burst(process, lines, file);
        }
    }

    /** Returns how long each line took, in nanoseconds, those of the first seconds left out. */
    private long[] steadily(MeasuredProcess process, @Nullable ShippedLines lines, OutputStream file, int seconds)
            throws Exception {
        int count = (WARM_UP_SECONDS + seconds) * LINES_PER_SECOND;
        long[] nanos = new long[count];
        int[] received = {0};
        Thread writer = new Thread(() -> writeSteadily(file, count));
        writer.start();
        TimeUnit.SECONDS.sleep(lines == null ? WARM_UP_SECONDS : 0);
        long begin = System.nanoTime();
        long busy = process.processorMillis();
        boolean warm = lines == null;
        while (lines == null ? writer.isAlive() : received[0] < count) {
            if (lines == null) {
                TimeUnit.MILLISECONDS.sleep(100);
            } else {
                lines.poll(record -> nanos[received[0]++] = System.nanoTime() - ShippedLines.number(record.value()));
            }
            if (!warm && received[0] >= WARM_UP_SECONDS * LINES_PER_SECOND) {
                warm = true;
                begin = System.nanoTime();
                busy = process.processorMillis();
            }
            if (System.nanoTime() - begin > PATIENCE_NANOS + TimeUnit.SECONDS.toNanos(seconds)) {
                throw new IOException("of " + count + " lines only " + received[0] + " arrived");
            }
        }
        writer.join();
        System.out.printf(
                "  %d lines/s for %d s: %.1f %% of a core, resident %d MB%n",
                LINES_PER_SECOND,
                seconds,
                100.0 * (process.processorMillis() - busy) / TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin),
                process.residentMegabytes());
        return Arrays.copyOfRange(nanos, WARM_UP_SECONDS * LINES_PER_SECOND, count);
    }

    /** Appends so many lines, 1,000 a second. */
    static void writeSteadily(OutputStream file, int count) {
        long begin = System.nanoTime();
        for (int i = 0; i < count; i++) {
            LockSupport.parkNanos(begin + i * (TimeUnit.SECONDS.toNanos(1) / LINES_PER_SECOND) - System.nanoTime());
            try {
                file.write(ShippedLines.line(now(), System.nanoTime()).getBytes(US_ASCII));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void burst(MeasuredProcess process, ShippedLines lines, OutputStream file) throws Exception {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < BLOCK; i++) {
            text.append(ShippedLines.line(now(), System.nanoTime()));
        }
        byte[] block = text.toString().getBytes(US_ASCII);
        long count = (long) burst / BLOCK * BLOCK;
        long before = lines.count();
        long busy = process.processorMillis();
        long begin = System.nanoTime();
        for (int i = 0; i < burst / BLOCK; i++) {
            file.write(block);
        }
        while (lines.count() - before < count) {
            if (System.nanoTime() - begin > PATIENCE_NANOS) {
                throw new IOException("of " + count + " lines only " + (lines.count() - before) + " arrived");
            }
            TimeUnit.MILLISECONDS.sleep(5);
        }
        long took = System.nanoTime() - begin;
        System.out.printf(
                "  burst of %d lines: %.0f lines/s, %.2f µs of processor time a line, resident %d MB%n",
                count,
                count * 1e9 / took,
                (process.processorMillis() - busy) * 1e3 / count,
                process.residentMegabytes());
    }

    private void fail2ban(int seconds) throws Exception {
        Path directory = Files.createDirectories(work.resolve("fail2ban"));
        Path log = Files.createFile(directory.resolve("auth.log"));
        if (!Files.exists(Path.of("/usr/bin/fail2ban-server"))) {
            System.out.println("fail2ban-server: left out, it is not installed");
            return;
        }
        try (MeasuredProcess process = new MeasuredProcess(
                        Configurations.fail2ban(directory, log, "WARNING"), directory.resolve("out"));
                OutputStream file = Files.newOutputStream(log, StandardOpenOption.APPEND)) {
            TimeUnit.SECONDS.sleep(2);
            System.out.println("fail2ban-server with the sshd jail, nothing done about bans");
            steadily(process, null, file, seconds);
        }
    }

    private static String now() {
        return SYSLOG.format(LocalDateTime.now());
    }
}
