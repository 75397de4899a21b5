package org.fleetban.processor;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.fleetban.protocol.HostRecord;
import org.fleetban.protocol.JailSummary;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The processor of the fleet: a Kafka Streams application. Several share the work by the partitions. */
public final class Processor implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Processor.class);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(4);
    private static final Duration IGNORE_LISTS_EVERY = Duration.ofSeconds(60);
    private static final long RESTART_PAUSE_MS = 1_000;

    /** So long does the work of a processor that was killed lie idle, also where it is started again at once. */
    private static final int SESSION_TIMEOUT_MS = 10_000;

    /** How long a thread waits for records before it goes on lifting bans. */
    private static final long POLL_MS = 25;

    private static final long LOOK_EVERY_MS = 250;

    private final Figures figures = new Figures();
    private final LostPartitions lost;
    private final KafkaStreams streams;
    private final JailRegistry registry;
    private final ScheduledExecutorService refresher = daemon("ignore-lists");
    private final ScheduledExecutorService lookout = daemon("standstill");

    /**
     * @param settings of this processor
     * @param registry the jails; may be changed while it runs
     */
    public Processor(ProcessorSettings settings, JailRegistry registry) {
        SweepShare share = new SweepShare(System::nanoTime);
        Properties properties = properties(settings);
        int sessionTimeoutMs = sessionTimeoutMs(properties);
        this.lost = new LostPartitions(System::currentTimeMillis, sessionTimeoutMs / 2);
        ChangelogWatch watch = new ChangelogWatch(2L * sessionTimeoutMs);
        CommittedPositions committed = new CommittedPositions();
        ProcessorTopology topology = new ProcessorTopology(
                registry,
                settings.topics(),
                settings.store(),
                Clock.systemUTC(),
                figures,
                share,
                lost,
                watch,
                committed);
        this.streams = new KafkaStreams(topology.build(), properties, new PromptClients(share, lost, watch, committed));
        this.streams.setGlobalStateRestoreListener(watch);
        this.streams.setUncaughtExceptionHandler(this::replaceThread);
        this.registry = registry;
    }

    private static ScheduledExecutorService daemon(String name) {
        return Executors.newSingleThreadScheduledExecutor(task -> {
            Thread daemon = new Thread(task, name);
            daemon.setDaemon(true);
            return daemon;
        });
    }

    /** As Kafka Streams finds it; the settings' own may stand under several names. */
    private static int sessionTimeoutMs(Properties properties) {
        Object value = new StreamsConfig(properties)
                .getMainConsumerConfigs("group", "client", 1)
                .get(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG);
        return value == null ? SESSION_TIMEOUT_MS : Integer.parseInt(value.toString());
    }

    static Properties properties(ProcessorSettings settings) {
        Properties properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, settings.applicationId());
        properties.put(StreamsConfig.STATE_DIR_CONFIG, settings.stateDirectory().toString());
        properties.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, settings.threads());
        properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.AT_LEAST_ONCE);
        properties.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 500);
        // Failures and commands need no common order; to wait for the one costs the other a tenth of its time.
        properties.put(StreamsConfig.MAX_TASK_IDLE_MS_CONFIG, StreamsConfig.MAX_TASK_IDLE_MS_DISABLED);
        properties.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
        properties.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0);
        properties.put(StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG, BadRecordHandlers.Processing.class);
        properties.put(StreamsConfig.PRODUCTION_EXCEPTION_HANDLER_CLASS_CONFIG, BadRecordHandlers.Production.class);
        properties.put(BadRecordHandlers.DEAD_LETTERS, settings.topics().deadLetters());
        // As long as a thread has work: PromptClients.
        properties.put(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), 50);
        properties.put(StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), 256 * 1024);
        properties.put(StreamsConfig.producerPrefix(ProducerConfig.COMPRESSION_TYPE_CONFIG), "lz4");
        properties.put(StreamsConfig.producerPrefix(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG), true);
        properties.put(StreamsConfig.producerPrefix(ProducerConfig.ACKS_CONFIG), "all");
        properties.put(StreamsConfig.POLL_MS_CONFIG, POLL_MS);
        properties.put(StreamsConfig.consumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), SESSION_TIMEOUT_MS);
        properties.put(StreamsConfig.consumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG), 2_000);
        properties.put(StreamsConfig.consumerPrefix(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG), 4 * 1024 * 1024);
        properties.putAll(settings.kafka());
        return properties;
    }

    /** Starts; returns at once. What goes wrong later is logged and tried again. */
    public void start() {
        refresher.scheduleWithFixedDelay(
                this::refreshIgnoreLists, 0, IGNORE_LISTS_EVERY.toMillis(), TimeUnit.MILLISECONDS);
        lookout.scheduleWithFixedDelay(lost::look, 0, LOOK_EVERY_MS, TimeUnit.MILLISECONDS);
        streams.start();
    }

    private void refreshIgnoreLists() {
        try {
            registry.refreshIgnoreLists();
        } catch (RuntimeException e) {
            LOG.error("The ignore lists stay as they are", e);
        }
    }

    /** What Kafka Streams says of itself: {@code RUNNING}, {@code REBALANCING} … */
    public KafkaStreams.State state() {
        return streams.state();
    }

    /** Counters since the start, by name. */
    public Map<String, Long> figures() {
        return figures.snapshot();
    }

    /**
     * What this processor reports of itself on {@code hosts}: its {@link #figures()}, the jails that it runs, and what
     * went wrong.
     *
     * @param host the host's name
     * @param version of Fleetban
     * @param now when it is reported
     */
    public HostRecord toHostRecord(String host, String version, Instant now) {
        List<JailSummary> jails =
                registry.jails().all().stream().map(Jail::summary).toList();
        Map<String, Long> counts = figures();
        List<String> notes = Troubles.of(counts);
        return new HostRecord(
                host, "processor", version, now, List.of(), counts, List.of(), jails, null, List.of(), notes);
    }

    /** Stops within a few seconds. Bans stay in their table. */
    @Override
    public void close() {
        refresher.shutdownNow();
        // Others, or this one's next start, take its work over at once and not after the session's timeout.
        streams.close(CloseOptions.timeout(CLOSE_TIMEOUT)
                .withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP));
        lookout.shutdownNow();
    }

    private StreamThreadExceptionResponse replaceThread(Throwable failure) {
        figures.count("threads.replaced");
        LOG.error("A processing thread failed and is replaced: {}", failure.toString(), failure);
        try {
            Thread.sleep(RESTART_PAUSE_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return StreamThreadExceptionResponse.REPLACE_THREAD;
    }
}
