package org.fleetban.processor;

import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.BytesDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.fleetban.protocol.Topics;

/**
 * The topology: {@code lines} → filter → {@code failures}; {@code failures} and {@code commands} → jail → {@code bans} and
 * {@code events}; {@code hosts} as a global table for {@code ignoreself}; what can't be used → {@code dead-letters}.
 */
final class ProcessorTopology {

    private static final Duration SWEEP_EVERY = Duration.ofMillis(100);

    private final JailRegistry registry;
    private final Topics topics;
    private final ProcessorSettings.Store storeKind;
    private final Clock clock;
    private final Figures figures;
    private final SweepShare share;
    private final LostPartitions lost;
    private final ChangelogWatch watch;
    private final CommittedPositions committed;

    ProcessorTopology(
            JailRegistry registry,
            Topics topics,
            ProcessorSettings.Store storeKind,
            Clock clock,
            Figures figures,
            SweepShare share,
            LostPartitions lost,
            ChangelogWatch watch,
            CommittedPositions committed) {
        this.registry = registry;
        this.topics = topics;
        this.storeKind = storeKind;
        this.clock = clock;
        this.figures = figures;
        this.share = share;
        this.lost = lost;
        this.watch = watch;
        this.committed = committed;
    }

    Topology build() {
        Deserializer<byte[]> in = new ByteArrayDeserializer();
        Serializer<byte[]> out = new ByteArraySerializer();
        LineClock lineClock = new LineClock(clock);
        OffenderPartitioner byOffender = new OffenderPartitioner();
        FleetAddresses fleet = new FleetAddresses();
        Topology topology = new Topology();
        topology.addSource(AutoOffsetReset.earliest(), Nodes.LINES, lineClock, in, in, topics.lines())
                .addProcessor(
                        Nodes.FILTER,
                        () -> new FilterProcessor(registry, figures, topics.lines(), watch, committed),
                        Nodes.LINES)
                .addStateStore(sessions(), Nodes.FILTER)
                .addStateStore(new CommitSignal.Builder(Nodes.LINE_COMMITS, lost), Nodes.FILTER)
                .addSink(Nodes.TO_FAILURES, topics.failures(), out, out, byOffender, Nodes.FILTER)
                .addSink(Nodes.LINES_TO_DEAD, topics.deadLetters(), out, out, Nodes.FILTER);
        topology.addSource(AutoOffsetReset.earliest(), Nodes.FAILURES, lineClock, in, in, topics.failures())
                .addSource(AutoOffsetReset.earliest(), Nodes.COMMANDS, lineClock, in, in, topics.commands())
                .addProcessor(
                        Nodes.JAIL,
                        () -> new JailProcessor(registry, fleet, topics, figures, SWEEP_EVERY, share, watch),
                        Nodes.FAILURES,
                        Nodes.COMMANDS)
                .addStateStore(offenders(), Nodes.JAIL)
                .addStateStore(new CommitSignal.Builder(Nodes.COMMITS, lost), Nodes.JAIL)
                .addSink(Nodes.TO_BANS, topics.bans(), out, out, Nodes.JAIL)
                .addSink(Nodes.TO_EVENTS, topics.events(), out, out, Nodes.JAIL)
                .addSink(Nodes.BANS_TO_FAILURES, topics.failures(), out, out, byOffender, Nodes.JAIL)
                .addSink(Nodes.TO_COMMANDS, topics.commands(), out, out, byOffender, Nodes.JAIL)
                .addSink(Nodes.JAIL_TO_DEAD, topics.deadLetters(), out, out, Nodes.JAIL);
        topology.addGlobalStore(
                Stores.keyValueStoreBuilder(
                                Stores.inMemoryKeyValueStore(Nodes.HOST_RECORDS), Serdes.Bytes(), Serdes.ByteArray())
                        .withLoggingDisabled(),
                Nodes.HOSTS,
                lineClock,
                new BytesDeserializer(),
                in,
                topics.hosts(),
                Nodes.FLEET,
                () -> new HostRecords(fleet, figures));
        return topology;
    }

    /** Not cached: {@link FilterSessions} keeps the sessions as objects. */
    private static StoreBuilder<KeyValueStore<Bytes, byte[]>> sessions() {
        return Stores.keyValueStoreBuilder(
                        Stores.inMemoryKeyValueStore(Nodes.SESSIONS), Serdes.Bytes(), Serdes.ByteArray())
                .withCachingDisabled()
                .withLoggingEnabled(Map.of());
    }

    /** Not cached: the cache would write to the changelog in another order than the processor does. */
    private StoreBuilder<KeyValueStore<Bytes, byte[]>> offenders() {
        KeyValueBytesStoreSupplier supplier = storeKind == ProcessorSettings.Store.MEMORY
                ? Stores.inMemoryKeyValueStore(Nodes.OFFENDERS)
                : Stores.persistentKeyValueStore(Nodes.OFFENDERS);
        return Stores.keyValueStoreBuilder(supplier, Serdes.Bytes(), Serdes.ByteArray())
                .withCachingDisabled()
                .withLoggingEnabled(Map.of());
    }
}
