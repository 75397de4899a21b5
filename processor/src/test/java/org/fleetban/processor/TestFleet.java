package org.fleetban.processor;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.test.TestRecord;
import org.fleetban.protocol.BadRecordException;
import org.fleetban.protocol.BanEvent;
import org.fleetban.protocol.BanKey;
import org.fleetban.protocol.BanRecord;
import org.fleetban.protocol.CommandRecord;
import org.fleetban.protocol.FailureRecord;
import org.fleetban.protocol.HostRecord;
import org.fleetban.protocol.JsonCodec;
import org.fleetban.protocol.Topics;
import org.jspecify.annotations.Nullable;

/** The topology in a test driver, with a clock that the test moves. */
final class TestFleet implements AutoCloseable {

    static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

    private final Topics topics = new Topics("t.");
    private final Figures figures = new Figures();
    private final JailRegistry registry;
    private final Path directory;
    private final ProcessorSettings.Store store;
    private final Map<String, BanRecord> bans = new LinkedHashMap<>();
    private final Map<String, BanEvent> events = new LinkedHashMap<>();
    private final List<TestRecord<byte[], byte[]>> deadLetters = new ArrayList<>();
    private final Map<Bytes, byte[]> offenders = new LinkedHashMap<>();
    private final Map<Bytes, byte[]> sessions = new LinkedHashMap<>();
    private Instant now = START;
    private TopologyTestDriver driver;
    private long line;

    TestFleet(Path directory, Jail... jails) {
        this(directory, ProcessorSettings.Store.MEMORY, jails);
    }

    TestFleet(Path directory, ProcessorSettings.Store store, Jail... jails) {
        this.directory = directory;
        this.store = store;
        this.registry = new JailRegistry(List.of(jails));
        this.driver = newDriver();
    }

    private TopologyTestDriver newDriver() {
        Clock clock = new Clock() {
            @Override
            public ZoneOffset getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(java.time.ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                return now;
            }
        };
        ProcessorSettings settings =
                new ProcessorSettings("test", topics, Map.of("bootstrap.servers", "none:1"), directory, 1, store);
        Properties properties = Processor.properties(settings);
        return new TopologyTestDriver(
                new ProcessorTopology(
                                registry,
                                topics,
                                store,
                                clock,
                                figures,
                                new SweepShare(System::nanoTime),
                                new LostPartitions(() -> 0, 1_000),
                                new ChangelogWatch(0),
                                new CommittedPositions())
                        .build(),
                properties,
                now);
    }

    /** As {@link #restart}, after a crash that came before it was noted that the last command was carried out. */
    void restartBeforeTheCommandWasNoted() {
        crash(key -> key.get()[0] == OffenderKey.COMMAND || key.get()[0] == OffenderKey.POSITION);
    }

    /** As {@link #restartBeforeTheCommandWasNoted}, and again after the messages had arrived, before the command was read. */
    void restartTwiceBeforeTheCommandWasNoted() {
        crash(key -> key.get()[0] == OffenderKey.COMMAND
                || key.get()[0] == OffenderKey.POSITION
                || key.get()[0] == OffenderKey.OUTGOING);
    }

    /** The processor stops without a word and another one takes over what the changelogs hold. */
    void restart() {
        crash(key -> false);
    }

    private void crash(Predicate<Bytes> isLost) {
        collect();
        List<TestRecord<byte[], byte[]>> changelog =
                output("test-offenders-changelog").readRecordsToList();
        changelog.forEach(record -> put(offenders, record));
        offenders.keySet().removeIf(isLost);
        output("test-filter-sessions-changelog").readRecordsToList().forEach(record -> put(sessions, record));
        driver.close();
        driver = newDriver();
        KeyValueStore<Bytes, byte[]> after = driver.getKeyValueStore(Nodes.OFFENDERS);
        offenders.forEach(after::put);
        KeyValueStore<Bytes, byte[]> sessionsAfter = driver.getKeyValueStore(Nodes.SESSIONS);
        // The driver counts offsets anew: to it, whatever was written is before the next line.
        sessions.forEach((source, session) -> sessionsAfter.put(source, latestAsOfTheBeginning(session)));
    }

    private static byte[] latestAsOfTheBeginning(byte[] session) {
        int head = 1 + Long.BYTES;
        int latest = head;
        int next = head;
        ByteBuffer in = ByteBuffer.wrap(session);
        while (next < session.length) {
            latest = next;
            next = latest + Long.BYTES + Integer.BYTES + in.getInt(latest + Long.BYTES);
        }
        return ByteBuffer.allocate(head + session.length - latest)
                .put(session, 0, head)
                .put(session, latest, session.length - latest)
                .putLong(head, 0)
                .array();
    }

    /** The sources whose sessions the changelog held at the last restart. */
    List<String> rememberedSources() {
        return sessions.keySet().stream()
                .map(key -> new String(key.get(), StandardCharsets.UTF_8))
                .toList();
    }

    private static void put(Map<Bytes, byte[]> states, TestRecord<byte[], byte[]> change) {
        Bytes key = Bytes.wrap(change.key());
        if (change.value() == null) {
            states.remove(key);
        } else {
            states.put(key, change.value());
        }
    }

    /** Forgets what has arrived on bans and events so far, as if it had been lost on its way. */
    void loseOutput() {
        collect();
        bans.clear();
        events.clear();
    }

    JailRegistry registry() {
        return registry;
    }

    Instant now() {
        return now;
    }

    TestFleet advance(Duration by) {
        now = now.plus(by);
        driver.advanceWallClockTime(by);
        return this;
    }

    /** Ships the next line of a file, read now. */
    TestFleet ships(String host, String path, String text) {
        line++;
        return shipsAgain(host, path, line, text);
    }

    TestFleet shipsAgain(String host, String path, long offset, String text) {
        RecordHeaders headers = new RecordHeaders();
        headers.add("file", bytes("f1")).add("offset", bytes(Long.toString(offset)));
        return pipe(topics.lines(), bytes(host + '|' + path), bytes(text), headers, now);
    }

    /** A line of a file that has a second path. */
    TestFleet shipsOf(String path, String otherPath, String text) {
        line++;
        RecordHeaders headers = new RecordHeaders();
        headers.add("file", bytes("f1"))
                .add("offset", bytes(Long.toString(line)))
                .add("names", bytes(otherPath));
        return pipe(topics.lines(), bytes("web1|" + path), bytes(text), headers, now);
    }

    /** One failure, logged now, in the log of a jail. */
    TestFleet fails(String host, String jail, String id) {
        return ships(host, "/var/log/" + jail + ".log", "fail " + now.getEpochSecond() + ' ' + id);
    }

    TestFleet orders(CommandRecord command) {
        return ordersAt(command, now);
    }

    TestFleet ordersAt(CommandRecord command, Instant timestamp) {
        return pipe(
                topics.commands(),
                bytes("any"),
                JsonCodec.of(CommandRecord.class).encode(command),
                new RecordHeaders(),
                timestamp);
    }

    TestFleet reports(HostRecord host) {
        return pipe(
                topics.hosts(),
                bytes(host.host() + '|' + host.component()),
                JsonCodec.of(HostRecord.class).encode(host),
                new RecordHeaders(),
                now);
    }

    TestFleet pipe(
            String topic, byte @Nullable [] key, byte @Nullable [] value, RecordHeaders headers, Instant timestamp) {
        driver.createInputTopic(topic, new ByteArraySerializer(), new ByteArraySerializer())
                .pipeInput(new TestRecord<>(key, value, headers, timestamp));
        return this;
    }

    Topics topics() {
        return topics;
    }

    /** The table of bans, by key. */
    Map<String, BanRecord> bans() {
        collect();
        return Map.copyOf(bans);
    }

    /** A standing ban. */
    BanRecord ban(String key) {
        BanRecord ban = bans().get(key);
        if (ban == null) {
            throw new AssertionError("no ban of " + key + " among " + bans.keySet());
        }
        return ban;
    }

    /** The events, without the repeats. */
    List<BanEvent> events() {
        collect();
        return List.copyOf(events.values());
    }

    Stream<BanEvent.Type> eventTypes() {
        return events().stream().map(BanEvent::type);
    }

    List<TestRecord<byte[], byte[]>> deadLetters() {
        collect();
        return List.copyOf(deadLetters);
    }

    /** The failures recognised since the last restart. */
    List<FailureRecord> failures() {
        List<FailureRecord> failures = new ArrayList<>();
        try {
            for (TestRecord<byte[], byte[]> record : output(topics.failures()).readRecordsToList()) {
                failures.add(JsonCodec.of(FailureRecord.class).decode(record.value()));
            }
        } catch (BadRecordException e) {
            throw new AssertionError(e);
        }
        return failures;
    }

    long figure(String name) {
        return figures.snapshot().getOrDefault(name, 0L);
    }

    /** Makes the state of an offender unreadable. */
    void spoils(BanKey key) {
        KeyValueStore<Bytes, byte[]> store = driver.getKeyValueStore(Nodes.OFFENDERS);
        store.put(OffenderKey.of(key), new byte[] {127});
    }

    /** How many entries the state has, but for the position in the commands. */
    int states() {
        int count = 0;
        KeyValueStore<Bytes, byte[]> offenders = driver.getKeyValueStore(Nodes.OFFENDERS);
        try (KeyValueIterator<Bytes, byte[]> all = offenders.all()) {
            while (all.hasNext()) {
                count += all.next().key.get()[0] == OffenderKey.POSITION ? 0 : 1;
            }
        }
        return count;
    }

    private void collect() {
        try {
            for (TestRecord<byte[], byte[]> record : output(topics.bans()).readRecordsToList()) {
                String key = new String(record.key(), StandardCharsets.UTF_8);
                if (record.value() == null) {
                    bans.remove(key);
                } else {
                    bans.put(key, JsonCodec.of(BanRecord.class).decode(record.value()));
                }
            }
            for (TestRecord<byte[], byte[]> record : output(topics.events()).readRecordsToList()) {
                BanEvent event = JsonCodec.of(BanEvent.class).decode(record.value());
                events.putIfAbsent(event.event(), event);
            }
        } catch (BadRecordException e) {
            throw new AssertionError(e);
        }
        deadLetters.addAll(output(topics.deadLetters()).readRecordsToList());
    }

    private TestOutputTopic<byte[], byte[]> output(String topic) {
        return driver.createOutputTopic(topic, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        driver.close();
    }
}
