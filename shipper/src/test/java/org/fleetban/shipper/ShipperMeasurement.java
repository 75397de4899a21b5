package org.fleetban.shipper;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.test.KafkaClusterTestKit;
import org.apache.kafka.common.test.TestKitNodes;
import org.apache.kafka.server.common.MetadataVersion;
import org.fleetban.protocol.Topics;

/**
 * Measures a shipper in a process of its own, with the launcher's flags, against a broker in this one: latency at 1,000
 * lines a second, throughput of a burst, resident memory and processor time. No test: run it by
 *
 * <pre>
 * mvn -q test-compile dependency:build-classpath -Dmdep.outputFile=target/classpath -pl shipper -am
 * java -cp shipper/target/test-classes:shipper/target/classes:protocol/target/classes:$(cat shipper/target/classpath) \
 *     org.fleetban.shipper.ShipperMeasurement SECONDS BURST_LINES
 * </pre>
 *
 * {@code -Dflags="..."} adds flags to the shipper's process.
 */
final class ShipperMeasurement {

    private static final List<String> FLAGS = List.of(
            "-XX:+UseSerialGC",
            "-Xmx32m",
            "-Xss512k",
            "-XX:TieredStopAtLevel=1",
            "-XX:ReservedCodeCacheSize=16m",
            "-Dlog4j2.level=warn");

    private static final int LINES_PER_SECOND = 1_000;
    private static final String LINE =
            " web1 sshd[12345]: Failed password for invalid user admin from 192.0.2.111 port 40022 ssh2\n";

    private final Path directory;
    private final String bootstrap;
    private final PrintStream out = System.out;

    private ShipperMeasurement(Path directory, String bootstrap) {
        this.directory = directory;
        this.bootstrap = bootstrap;
    }

    public static void main(String[] arguments) throws Exception {
        if (arguments.length == 3 && arguments[0].equals("ship")) {
            ship(Path.of(arguments[1]), arguments[2]);
            return;
        }
        try (KafkaClusterTestKit cluster = new KafkaClusterTestKit.Builder(new TestKitNodes.Builder()
                        .setCombined(true)
                        .setNumBrokerNodes(1)
                        .setNumControllerNodes(1)
                        .setBootstrapMetadataVersion(MetadataVersion.latestProduction())
                        .build())
                .setConfigProp("offsets.topic.replication.factor", "1")
                .build()) {
            cluster.format();
            cluster.startup();
            cluster.waitForReadyBrokers();
            try (Admin admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrapServers()))) {
                admin.createTopics(new Topics(Topics.DEFAULT_PREFIX).definitions(1, Optional.of((short) 1)))
                        .all()
                        .get();
            }
            Path directory = Files.createTempDirectory("shipper-measurement");
            new ShipperMeasurement(directory, cluster.bootstrapServers())
                    .measure(Integer.parseInt(arguments[0]), Integer.parseInt(arguments[1]));
        }
    }

    private static void ship(Path directory, String bootstrap) throws Exception {
        try (Shipper shipper = new Shipper(
                ShipperSettings.defaults("web1", directory.resolve("data")),
                List.of(Source.fromBeginning(directory + "/*.log")),
                List.of(),
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap),
                Clock.systemUTC())) {
            shipper.start();
            System.out.println("started");
            while (System.in.read() >= 0) {
                System.out.println(shipper.report().lines());
            }
        }
    }

    private void measure(int seconds, int burst) throws Exception {
        Path log = directory.resolve("auth.log");
        long begin = System.nanoTime();
        Process shipper = startShipper();
        if (shipper.inputReader().readLine() == null) {
            throw new IOException("the shipper ended");
        }
        out.printf("started after %d ms%n", millisSince(begin));
        try (KafkaConsumer<byte[], byte[]> consumer = consumer();
                OutputStream file = Files.newOutputStream(
                        log, StandardOpenOption.CREATE, StandardOpenOption.APPEND, StandardOpenOption.WRITE)) {
            latency(shipper, consumer, file, seconds);
            burst(shipper, file, burst);
        } finally {
            shipper.getOutputStream().close();
            shipper.waitFor(10, TimeUnit.SECONDS);
            shipper.destroyForcibly();
        }
    }

    private Process startShipper() throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(FLAGS);
        command.addAll(Arrays.stream(System.getProperty("flags", "").split(" "))
                .filter(flag -> !flag.isEmpty())
                .toList());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), ShipperMeasurement.class.getName()));
        command.addAll(List.of("ship", directory.toString(), bootstrap));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private KafkaConsumer<byte[], byte[]> consumer() {
        KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrap), new ByteArrayDeserializer(), new ByteArrayDeserializer());
        consumer.assign(List.of(new TopicPartition(new Topics(Topics.DEFAULT_PREFIX).lines(), 0)));
        consumer.seekToBeginning(consumer.assignment());
        return consumer;
    }

    private void latency(Process shipper, KafkaConsumer<byte[], byte[]> consumer, OutputStream file, int seconds)
            throws Exception {
        int count = seconds * LINES_PER_SECOND;
        long[] nanos = new long[count];
        Thread writer = new Thread(() -> write(file, count));
        long cpu = cpuMillis(shipper);
        long begin = System.nanoTime();
        writer.start();
        for (int received = 0; received < count; ) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
                String text = new String(record.value(), US_ASCII);
                nanos[received++] = System.nanoTime() - Long.parseLong(text.substring(0, text.indexOf(' ')));
            }
        }
        writer.join();
        double busy = 100.0 * (cpuMillis(shipper) - cpu) / millisSince(begin);
        long[] steady = Arrays.copyOfRange(nanos, count / 5, count);
        Arrays.sort(steady);
        out.printf(
                "%d lines/s for %d s: p50 %.1f ms, p99 %.1f ms, worst %.1f ms; %.1f %% of a core; resident %d MB%n",
                LINES_PER_SECOND,
                seconds,
                steady[steady.length / 2] / 1e6,
                steady[(int) (steady.length * 0.99)] / 1e6,
                steady[steady.length - 1] / 1e6,
                busy,
                residentMegabytes(shipper));
    }

    private static void write(OutputStream file, int count) {
        long begin = System.nanoTime();
        for (int i = 0; i < count; i++) {
            LockSupport.parkNanos(begin + i * (TimeUnit.SECONDS.toNanos(1) / LINES_PER_SECOND) - System.nanoTime());
            try {
                file.write((System.nanoTime() + LINE).getBytes(US_ASCII));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void burst(Process shipper, OutputStream file, int count) throws Exception {
        byte[] block = (System.nanoTime() + LINE).repeat(1_000).getBytes(US_ASCII);
        long before = shipped(shipper);
        long cpu = cpuMillis(shipper);
        long begin = System.nanoTime();
        Thread writer = new Thread(() -> {
            try {
                for (int i = 0; i < count / 1_000; i++) {
                    file.write(block);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        writer.start();
        while (shipped(shipper) - before < count) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
        writer.join();
        long millis = millisSince(begin);
        out.printf(
                "burst of %d lines: %d lines/s; %d ms of processor time; resident %d MB%n",
                count, 1_000L * count / millis, cpuMillis(shipper) - cpu, residentMegabytes(shipper));
    }

    private static long shipped(Process shipper) throws IOException {
        shipper.getOutputStream().write('\n');
        shipper.getOutputStream().flush();
        return Long.parseLong(shipper.inputReader().readLine());
    }

    private static long millisSince(long begin) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
    }

    private static long cpuMillis(Process process) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return 10 * (Long.parseLong(fields[11]) + Long.parseLong(fields[12]));
    }

    private static long residentMegabytes(Process process) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                .findFirst()
                .orElseThrow();
    }
}
