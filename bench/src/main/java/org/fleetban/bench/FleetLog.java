package org.fleetban.bench;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.fleetban.engine.config.Configuration;
import org.fleetban.engine.config.ConfigurationReader;
import org.fleetban.engine.config.JailDefinition;
import org.fleetban.engine.filter.FilterException;
import org.fleetban.engine.filter.FilterSet;
import org.fleetban.engine.filter.FilterSetState;
import org.fleetban.engine.filter.JailFilter;
import org.fleetban.engine.filter.LogTime;
import org.fleetban.engine.filter.Outcome;
import org.fleetban.protocol.LineHeaders;

/**
 * What a fleet under attack writes in a few seconds: the {@link OpenSshLog} of each of its hosts, 26 % of the lines failures,
 * interleaved. Kept in memory as the records that its shippers publish; beside it, what must come of them by the sshd
 * filter alone, counted without Kafka.
 */
final class FleetLog {

    private static final int HOSTS = 200;
    private static final int LINES_PER_SECOND = 200_000;

    /** Gives 26 % of failures. */
    private static final int QUIET = 41;

    private static final String PATH = "/var/log/auth.log";
    private static final int BLOCK_LINES = 100_000;

    private final int lines;
    private final Instant readAt = Instant.now();
    private final byte[][] keys = new byte[HOSTS][];
    private final byte[][] blocks;
    private final int[] ends;
    private final Map<String, Integer> failures = new HashMap<>();
    private final int maxRetry;

    /** @param config the configuration whose sshd jail judges the lines */
    FleetLog(int lines, Path config) throws FilterException {
        this.lines = lines;
        this.ends = new int[lines];
        this.blocks = new byte[(lines + BLOCK_LINES - 1) / BLOCK_LINES][];
        Configuration configuration = ConfigurationReader.read(config, Set.of("sshd"), Map.of());
        JailDefinition jail = configuration.jails().stream()
                .filter(definition -> definition.name().equals("sshd"))
                .findFirst()
                .orElseThrow();
        this.maxRetry = jail.maxRetry();
        FilterSet filter = FilterSet.of(Map.of("sshd", JailFilter.compile(jail)));
        LocalDateTime start = LocalDateTime.ofInstant(readAt, ZoneId.systemDefault())
                .minus(Duration.ofSeconds(1 + lines / LINES_PER_SECOND));
        List<OpenSshLog> logs = IntStream.range(0, HOSTS)
                .mapToObj(host -> new OpenSshLog(host, start, QUIET, 1_000_000_000L * HOSTS / LINES_PER_SECOND))
                .toList();
        List<FilterSetState> states =
                logs.stream().map(unused -> filter.newState()).toList();
        for (int host = 0; host < HOSTS; host++) {
            keys[host] = ("web" + host + '|' + PATH).getBytes(StandardCharsets.UTF_8);
        }
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        for (int i = 0; i < lines; i++) {
            byte[] line = logs.get(i % HOSTS).next().getBytes(StandardCharsets.US_ASCII);
            filter.apply(states.get(i % HOSTS), line, null, readAt, LogTime.BOUNDED, (name, outcome) -> count(outcome));
            block.writeBytes(line);
            ends[i] = block.size();
            if ((i + 1) % BLOCK_LINES == 0 || i == lines - 1) {
                blocks[i / BLOCK_LINES] = block.toByteArray();
                block.reset();
            }
        }
    }

    private void count(Outcome outcome) {
        if (outcome instanceof Outcome.Matched matched) {
            matched.failures().forEach(failure -> failures.merge(failure.id(), 1, Integer::sum));
        }
    }

    int lines() {
        return lines;
    }

    /** How many failures the lines hold. */
    long failures() {
        return failures.values().stream().mapToLong(Integer::longValue).sum();
    }

    /** How many offenders fail often enough; all is within findtime. */
    long offenders() {
        return failures.values().stream().filter(count -> count >= maxRetry).count();
    }

    /** A line as its shipper publishes it. */
    ProducerRecord<byte[], byte[]> record(String topic, int i) {
        int begin = i % BLOCK_LINES == 0 ? 0 : ends[i - 1];
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
                topic,
                null,
                readAt.toEpochMilli(),
                keys[i % HOSTS],
                Arrays.copyOfRange(blocks[i / BLOCK_LINES], begin, ends[i]));
        record.headers()
                .add(new RecordHeader(LineHeaders.FILE, FILE))
                .add(new RecordHeader(
                        LineHeaders.OFFSET, Long.toString(100L * i).getBytes(StandardCharsets.US_ASCII)));
        return record;
    }

    private static final byte[] FILE = "fd01:262211:5d41402abc4b2a76".getBytes(StandardCharsets.US_ASCII);
}
