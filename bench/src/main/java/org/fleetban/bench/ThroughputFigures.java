package org.fleetban.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Bytes;
import org.fleetban.processor.ProcessorSettings;
import org.fleetban.protocol.Topics;
import org.jspecify.annotations.Nullable;

/**
 * Lines a second from the topic to bans by a processor as the launcher starts it, and what the same broker gives to a bare
 * producer and consumer of the same records. Run by {@code bench/throughput}.
 */
final class ThroughputFigures {

    private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(2);
    private static final double WARM_FROM = 0.4;
    private static final Duration LOOK_EVERY = Duration.ofMillis(50);

    private final BrokerProcess broker;
    private final Topics topics;
    private final FleetLog log;

    private ThroughputFigures(BrokerProcess broker, FleetLog log) {
        this.broker = broker;
        this.topics = broker.topics();
        this.log = log;
    }

    /** Arguments: lines, a directory to work in, and the launcher. */
    public static void main(String[] arguments) throws Exception {
        Path work = Path.of(arguments[1]);
        FleetLog log = new FleetLog(Integer.parseInt(arguments[0]), Path.of("config"));
        System.out.printf(
                "%,d lines of 200 hosts, %.1f %% of them failures, %,d offenders to ban%n",
                log.lines(), 100.0 * log.failures() / log.lines(), log.offenders());
        boolean right;
        try (BrokerProcess broker = new BrokerProcess(Files.createDirectories(work.resolve("broker")))) {
            ThroughputFigures figures = new ThroughputFigures(broker, log);
            figures.produce(figures.topics.lines());
            double bare = figures.bare();
            right = figures.processor(arguments[2], Files.createDirectories(work.resolve("processor")), bare);
        }
        System.exit(right ? 0 : 1);
    }

    private Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
    }

    private void produce(String topic) {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers",
                        broker.bootstrapServers(),
                        "compression.type",
                        "lz4",
                        "batch.size",
                        64 * 1024,
                        "linger.ms",
                        5),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            AtomicReference<@Nullable Exception> failed = new AtomicReference<>();
            for (int i = 0; i < log.lines(); i++) {
                producer.send(log.record(topic, i), (metadata, failure) -> {
                    if (failure != null) {
                        failed.compareAndSet(null, failure);
                    }
                });
            }
            producer.flush();
            Exception failure = failed.get();
            if (failure != null) {
                throw new IllegalStateException("the lines were not taken", failure);
            }
        }
    }

    private KafkaConsumer<byte[], byte[]> consumer(String topic, int partitions) {
        KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        broker.bootstrapServers(),
                        "max.poll.records",
                        2_000,
                        "auto.offset.reset",
                        "earliest"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        List<TopicPartition> all = partitions(topic, partitions);
        consumer.assign(all);
        consumer.seekToBeginning(all);
        return consumer;
    }

    private static List<TopicPartition> partitions(String topic, int partitions) {
        return IntStream.range(0, partitions)
                .mapToObj(partition -> new TopicPartition(topic, partition))
                .toList();
    }

    /** A producer and a consumer at the same time; returns lines a second through both. */
    private double bare() throws Exception {
        String topic = new Topics("bare.").lines();
        try (Admin admin = admin()) {
            admin.createTopics(new Topics("bare.")
                            .definitions(BrokerProcess.PARTITIONS, Optional.of((short) 1)).stream()
                                    .filter(definition -> definition.name().equals(topic))
                                    .toList())
                    .all()
                    .get();
        }
        long begin;
        try (KafkaConsumer<byte[], byte[]> consumer = consumer(topic, BrokerProcess.PARTITIONS)) {
            begin = System.nanoTime();
            CompletableFuture<Void> producing = CompletableFuture.runAsync(() -> produce(topic));
            int consumed = 0;
            while (consumed < log.lines() && !producing.isCompletedExceptionally()) {
                consumed += consumer.poll(Duration.ofMillis(100)).count();
                requirePatience(begin, consumed + " lines consumed");
            }
            producing.get();
        }
        double perSecond = log.lines() * 1e9 / (System.nanoTime() - begin);
        System.out.printf("bare producer and consumer over the same broker: %,.0f lines/s through both%n", perSecond);
        return perSecond;
    }

    private boolean processor(String launcher, Path directory, double bare) throws Exception {
        long brokerBusy = broker.processorMillis();
        long begin = System.nanoTime();
        try (MeasuredProcess process = new MeasuredProcess(
                        Configurations.part("processor", launcher, broker, Path.of("config"), directory),
                        directory.resolve("out"));
                KafkaConsumer<byte[], byte[]> bans = consumer(topics.bans(), 1);
                Admin admin = admin()) {
            Set<Bytes> banned = new HashSet<>();
            long firstLine = 0;
            long warm = 0;
            long warmLines = 0;
            long warmBusy = 0;
            long warmBrokerBusy = 0;
            while (true) {
                long next = System.nanoTime() + LOOK_EVERY.toNanos();
                while (System.nanoTime() < next) {
                    bans.poll(LOOK_EVERY).forEach(ban -> banned.add(Bytes.wrap(ban.key())));
                }
                long read = committed(admin, topics.lines());
                long now = System.nanoTime();
                firstLine = firstLine == 0 && read > 0 ? now : firstLine;
                if (warm == 0 && read > WARM_FROM * log.lines()) {
                    warm = now;
                    warmLines = read;
                    warmBusy = process.processorMillis();
                    warmBrokerBusy = broker.processorMillis();
                }
                if (read == log.lines()
                        && banned.size() >= log.offenders()
                        && committed(admin, topics.failures())
                                == end(admin, topics.failures(), BrokerProcess.PARTITIONS)) {
                    break;
                }
                requirePatience(begin, read + " lines read, " + banned.size() + " bans");
            }
            long end = System.nanoTime();
            double warmRate = (log.lines() - warmLines) * 1e9 / (end - warm);
            System.out.printf(
                    "fleetban processor, all input committed and all bans with a consumer:%n"
                            + "  warm, over the last %.0f %%: %,.0f lines/s, %.0f %% of bare"
                            + " (processor %.0f %%, broker %.0f %% of a core)%n"
                            + "  from the process's start: %,.0f lines/s; the first commit after %.1f s; resident %d MB;"
                            + " %.1f s of processor time, the broker's %.1f s%n",
                    100 - 100 * WARM_FROM,
                    warmRate,
                    100 * warmRate / bare,
                    (process.processorMillis() - warmBusy) * 1e8 / (end - warm),
                    (broker.processorMillis() - warmBrokerBusy) * 1e8 / (end - warm),
                    log.lines() * 1e9 / (end - begin),
                    (firstLine - begin) / 1e9,
                    process.residentMegabytes(),
                    process.processorMillis() / 1e3,
                    (broker.processorMillis() - brokerBusy) / 1e3);
            long failures = end(admin, topics.failures(), BrokerProcess.PARTITIONS);
            long deadLetters = end(admin, topics.deadLetters(), 1);
            boolean right = banned.size() == log.offenders() && failures == log.failures() && deadLetters == 0;
            System.out.printf(
                    "  %s: %,d offenders banned of %,d, %,d failures of %,d, %d dead letters%n",
                    right ? "right" : "WRONG", banned.size(), log.offenders(), failures, log.failures(), deadLetters);
            return right;
        }
    }

    private static void requirePatience(long begin, String state) throws IOException {
        if (System.nanoTime() - begin > PATIENCE_NANOS) {
            throw new IOException("no end within two minutes: " + state);
        }
    }

    private static long committed(Admin admin, String topic) throws Exception {
        Map<TopicPartition, OffsetAndMetadata> offsets = admin.listConsumerGroupOffsets(
                        ProcessorSettings.DEFAULT_APPLICATION_ID)
                .partitionsToOffsetAndMetadata()
                .get();
        return offsets.entrySet().stream()
                .filter(entry -> entry.getKey().topic().equals(topic) && entry.getValue() != null)
                .mapToLong(entry -> entry.getValue().offset())
                .sum();
    }

    private static long end(Admin admin, String topic, int partitions) throws Exception {
        Map<TopicPartition, ListOffsetsResultInfo> ends = admin.listOffsets(partitions(topic, partitions).stream()
                        .collect(Collectors.toMap(partition -> partition, unused -> OffsetSpec.latest())))
                .all()
                .get();
        return ends.values().stream().mapToLong(ListOffsetsResultInfo::offset).sum();
    }
}
