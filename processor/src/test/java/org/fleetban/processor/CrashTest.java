package org.fleetban.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.core.ThrowingRunnable;
import org.fleetban.protocol.BadRecordException;
import org.fleetban.protocol.BanEvent;
import org.fleetban.protocol.BanRecord;
import org.fleetban.protocol.JsonCodec;
import org.fleetban.protocol.Topics;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Processors as processes, killed with SIGKILL at random moments, against one that nothing happens to. The long form:
 * {@code -Dfleetban.crash.kills=50 -Dfleetban.crash.lines=200000}.
 */
class CrashTest {

    private static final int KILLS = Integer.getInteger("fleetban.crash.kills", 2);
    private static final int LINES = Integer.getInteger("fleetban.crash.lines", 5_000);
    private static final int PARTITIONS = 4;
    private static final int HOSTS = 8;
    private static final Duration PATIENCE = Duration.ofSeconds(120);

    private final long seed = Long.getLong("fleetban.crash.seed", 20_260_301L);
    private final Instant start = Instant.now().minusSeconds(3600);

    @TempDir
    private Path directory;

    /** One line of a host's log, and when it was logged. */
    private record LogLine(int host, long second, String text) {}

    @Test
    void killedProcessorsEndWithTheBansAndEventsOfOneThatNothingHappenedTo() throws Exception {
        List<LogLine> lines = lines(new Random(seed));
        try (KafkaBroker broker = new KafkaBroker()) {
            Topics calm = broker.createTopics("calm.", PARTITIONS);
            Topics stormy = broker.createTopics("stormy.", PARTITIONS);
            try (Processor processor = new Processor(
                    ProcessorProcess.settings(broker.bootstrap(), calm, directory.resolve("calm")),
                    new JailRegistry(ProcessorProcess.jails()))) {
                processor.start();
                feed(broker, calm, lines);
                awaitAllFailures(broker, calm, lines);
                await().atMost(PATIENCE)
                        .pollInterval(Duration.ofMillis(500))
                        .until(() -> table(broker, calm).size() == attackers(lines));
            }
            Map<String, BanRecord> bans = table(broker, calm);
            Map<String, Set<String>> events = eventsPerOffender(broker, calm);
            storm(broker, stormy, lines, () -> {
                assertThat(table(broker, stormy)).as("seed %d", seed).isEqualTo(bans);
                assertThat(eventsPerOffender(broker, stormy))
                        .as("seed %d", seed)
                        .isEqualTo(events);
            });
            assertThat(broker.read(stormy.deadLetters())).isEmpty();
        }
    }

    private void storm(KafkaBroker broker, Topics topics, List<LogLine> lines, ThrowingRunnable converged)
            throws Exception {
        Random random = new Random(seed);
        Process[] processors = {start(broker, topics, 0), start(broker, topics, 1)};
        try {
            int fed = 0;
            for (int kill = 1; kill <= KILLS; kill++) {
                int until = (int) ((long) lines.size() * kill / KILLS);
                int recognised = broker.read(topics.failures()).size();
                feed(broker, topics, lines.subList(fed, until));
                fed = until;
                awaitFailures(broker, topics, recognised + random.nextInt(3) * 40);
                int victim = random.nextInt(processors.length);
                processors[victim].destroyForcibly().waitFor();
                if (random.nextInt(3) == 0) {
                    deleteRecursively(state(victim));
                }
                processors[victim] = start(broker, topics, victim);
            }
            awaitAllFailures(broker, topics, lines);
            await().atMost(PATIENCE).pollInterval(Duration.ofSeconds(1)).untilAsserted(converged);
        } finally {
            for (Process processor : processors) {
                processor.destroyForcibly().waitFor();
            }
        }
    }

    /** Attackers fail maxretry times or more from one log, or exactly maxretry times over several hosts; others less. */
    private static List<LogLine> lines(Random random) {
        List<LogLine> lines = new ArrayList<>();
        int offender = 0;
        while (lines.size() < LINES) {
            String id = id(offender++);
            int begin = random.nextInt(3000);
            int kind = random.nextInt(10);
            if (kind == 0) {
                int failures = 3 + random.nextInt(30);
                int host = random.nextInt(HOSTS);
                for (int i = 0; i < failures; i++) {
                    lines.add(new LogLine(host, begin + i * 7L, id));
                }
            } else if (kind == 1) {
                for (int i = 0; i < 3; i++) {
                    lines.add(new LogLine((begin + i) % HOSTS, begin + i * 11L, id));
                }
            } else if (kind == 2) {
                for (int i = 0; i < 2; i++) {
                    lines.add(new LogLine((begin + i) % HOSTS, begin + i * 11L, id));
                }
            } else {
                for (int i = 0; i < 5; i++) {
                    lines.add(new LogLine(random.nextInt(HOSTS), begin + i, ""));
                }
            }
        }
        lines.sort(java.util.Comparator.comparingLong(LogLine::second));
        return lines;
    }

    private static String id(int offender) {
        return "10." + (offender >> 16) + '.' + (offender >> 8 & 255) + '.' + (offender & 255);
    }

    private final Map<String, Long> offsets = new HashMap<>();

    private void feed(KafkaBroker broker, Topics topics, List<LogLine> lines) {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrap(), "linger.ms", "5"),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            for (LogLine line : lines) {
                long second = start.getEpochSecond() + line.second();
                String text = line.text().isEmpty() ? "nothing" : "fail " + second + ' ' + line.text();
                String key = "web" + line.host() + "|/var/log/sshd.log";
                long offset = offsets.merge(topics.prefix() + key, 1L, Long::sum);
                ProducerRecord<byte[], byte[]> record =
                        new ProducerRecord<>(topics.lines(), null, second * 1000 + 500, bytes(key), bytes(text));
                record.headers().add("file", bytes("f")).add("offset", bytes(Long.toString(offset)));
                producer.send(record);
            }
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private Process start(KafkaBroker broker, Topics topics, int number) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ProcessorProcess.class.getName(),
                        broker.bootstrap(),
                        topics.prefix(),
                        state(number).toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(new File("target", "processor-" + number + ".log")))
                .start();
    }

    private Path state(int number) {
        return directory.resolve("state-" + number);
    }

    private static void deleteRecursively(Path path) throws IOException {
        if (Files.exists(path)) {
            try (Stream<Path> files = Files.walk(path)) {
                for (Path file :
                        files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private static void awaitFailures(KafkaBroker broker, Topics topics, int count) {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(100))
                .until(() -> broker.read(topics.failures()).size() >= count);
    }

    private static Map<String, Integer> failures(List<LogLine> lines) {
        Map<String, Integer> failures = new HashMap<>();
        lines.forEach(line -> failures.merge(line.text(), 1, Integer::sum));
        failures.remove("");
        return failures;
    }

    private static long attackers(List<LogLine> lines) {
        return failures(lines).values().stream().filter(count -> count >= 3).count();
    }

    private static void awaitAllFailures(KafkaBroker broker, Topics topics, List<LogLine> lines) {
        long expected =
                failures(lines).values().stream().mapToLong(Integer::longValue).sum();
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(500))
                .until(() -> broker.read(topics.failures()).stream()
                                .map(record -> new String(record.value(), StandardCharsets.UTF_8))
                                .distinct()
                                .count()
                        == expected);
    }

    private static Map<String, BanRecord> table(KafkaBroker broker, Topics topics) throws BadRecordException {
        Map<String, BanRecord> table = new TreeMap<>();
        for (ConsumerRecord<byte[], byte[]> record : broker.read(topics.bans())) {
            String key = new String(record.key(), StandardCharsets.UTF_8);
            if (record.value() == null) {
                table.remove(key);
            } else {
                table.put(key, JsonCodec.of(BanRecord.class).decode(record.value()));
            }
        }
        return table;
    }

    private static Map<String, Set<String>> eventsPerOffender(KafkaBroker broker, Topics topics)
            throws BadRecordException {
        Map<String, Set<String>> events = new TreeMap<>();
        for (ConsumerRecord<byte[], byte[]> record : broker.read(topics.events())) {
            BanEvent event = JsonCodec.of(BanEvent.class).decode(record.value());
            events.computeIfAbsent(event.id(), id -> new HashSet<>()).add(event.type() + " " + event.event());
        }
        return events;
    }
}
