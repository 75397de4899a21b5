package org.fleetban.app;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.fleetban.protocol.HostRecord;
import org.fleetban.protocol.HostReport;
import org.fleetban.protocol.Topics;

/**
 * Tells the fleet, on {@code hosts}, what the parts of this process do, every few seconds. What can't be sent is not kept:
 * the next report says more.
 */
final class HostReporter implements AutoCloseable {

    private static final long INTERVAL_S = 10;
    private static final int MAX_BLOCK_MS = 1_000;

    private final String topic;
    private final KafkaProducer<byte[], byte[]> producer;
    private final List<Part> parts = new ArrayList<>();
    private final Consumer<String> problems;
    private String told = "";
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread daemon = new Thread(task, "host-reporter");
        daemon.setDaemon(true);
        return daemon;
    });

    /**
     * What reports.
     *
     * @param report what it says of itself at the moment
     * @param instance tells it from another of its kind on the same host; empty where a host has but one
     */
    record Part(Supplier<HostRecord> report, String instance) {

        private static String key(HostRecord report, String instance) {
            String component = report.host() + '|' + report.component();
            return instance.isEmpty() ? component : component + '|' + instance;
        }
    }

    /**
     * @param topics the topics' names
     * @param producerConfig settings of a Kafka producer
     * @param problems takes what can't be reported, once
     */
    HostReporter(Topics topics, Map<String, Object> producerConfig, Consumer<String> problems) {
        this.problems = problems;
        Map<String, Object> config = new HashMap<>(producerConfig);
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, MAX_BLOCK_MS);
        config.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 1L << 20);
        this.topic = topics.hosts();
        this.producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** Adds a part; called before {@link #start}. */
    void add(Part part) {
        parts.add(part);
    }

    /** Reports at once, and from then on every ten seconds. */
    void start() {
        thread.scheduleWithFixedDelay(this::report, 0, INTERVAL_S, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        thread.shutdownNow();
        producer.close(Duration.ofMillis(MAX_BLOCK_MS));
    }

    private void report() {
        for (Part part : parts) {
            try {
                HostRecord record = part.report().get();
                byte[] key = Part.key(record, part.instance()).getBytes(StandardCharsets.UTF_8);
                producer.send(new ProducerRecord<>(topic, key, HostReport.encode(record)));
            } catch (RuntimeException e) {
                // One part that can't report must not make the others, and the host, look dead.
                tellOnce("a report of this host can't be sent: " + e);
            }
        }
    }

    private void tellOnce(String problem) {
        if (!problem.equals(told)) {
            told = problem;
            problems.accept(problem);
        }
    }
}
