package org.fleetban.protocol;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * What the topics say of the fleet at this moment, whether a processor runs or not. Each question reads its topic from the
 * beginning, or from a moment, to the end of that instant; all throw {@link TimeoutException} when Kafka falls silent, and
 * {@link UnknownTopicOrPartitionException} where there is no such topic. Not thread-safe.
 */
public final class FleetView implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Topics topics;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private int unreadable;

    /**
     * @param client settings as Kafka names them, {@code bootstrap.servers} at least
     * @param topics names of the topics
     */
    public FleetView(Map<String, ?> client, Topics topics) {
        this.topics = topics;
        Map<String, Object> settings = new HashMap<>(client);
        settings.putIfAbsent(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 5_000);
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        settings.remove(ConsumerConfig.GROUP_ID_CONFIG);
        this.consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /** What a caller needs of a ban. */
    @FunctionalInterface
    public interface BanForm<T> {

        /**
         * Makes it.
         *
         * @param key of the ban
         * @param ban as in the table
         * @param offset in the table
         * @return null leaves the ban out
         */
        @Nullable
        T of(String key, BanRecord ban, long offset);
    }

    /** The standing bans by key, {@code jail|id} or {@code jail|id|host}, in the order of the keys. */
    public Map<String, BanRecord> bans() {
        return bans((key, ban, offset) -> ban);
    }

    /**
     * The standing bans by key, each in the form that the caller needs: a table of bans with all their evidence is larger
     * than a command's memory.
     *
     * @param form makes it of the ban
     */
    public <T> Map<String, T> bans(BanForm<T> form) {
        Map<String, T> table = new TreeMap<>();
        read(partitions(topics.bans()), Instant.EPOCH, Long.MAX_VALUE, record -> {
            String key = keyOf(record);
            table.remove(key);
            decode(record, JsonCodec.of(BanRecord.class), ban -> {
                T formed = form.of(key, ban, record.offset());
                if (formed != null) {
                    table.put(key, formed);
                }
            });
        });
        return table;
    }

    /** The offset behind the last record of the table of bans: what an enforcer's position is compared with. */
    public long endOfBans() {
        return consumer.endOffsets(partitions(topics.bans()), PATIENCE).values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    /**
     * What a component reports of itself.
     *
     * @param latest its last report
     * @param previous the one before it, null where Kafka has forgotten it
     */
    public record Reports(HostRecord latest, @Nullable HostRecord previous) {

        /** How much a counter grew a second between the two; null where that is not known. */
        public @Nullable Double perSecond(String figure) {
            if (previous == null) {
                return null;
            }
            long ms = Duration.between(previous.at(), latest.at()).toMillis();
            long growth = latest.figure(figure) - previous.figure(figure);
            return ms <= 0 || growth < 0 ? null : Double.valueOf(growth * 1000.0 / ms);
        }
    }

    /** What the components report of themselves, by {@code host|component}. */
    public Map<String, Reports> hosts() {
        Map<String, Reports> table = new TreeMap<>();
        read(partitions(topics.hosts()), Instant.EPOCH, Long.MAX_VALUE, record -> {
            String key = keyOf(record);
            Reports before = table.remove(key);
            decode(
                    record,
                    JsonCodec.of(HostRecord.class),
                    latest -> table.put(key, new Reports(latest, before == null ? null : before.latest())));
        });
        return table;
    }

    /**
     * What happened to an offender in all jails, oldest first, without repeats.
     *
     * @param id the offender in canonical form
     */
    public List<BanEvent> historyOf(String id) {
        return events(Instant.EPOCH, keyWith(id), event -> event.id().equals(id));
    }

    /**
     * What happened in a jail, oldest first, without repeats.
     *
     * @param since events written before this are left out
     */
    public List<BanEvent> eventsOf(String jail, Instant since) {
        return events(since, keyOfJail(jail), event -> event.jail().equals(jail));
    }

    private List<BanEvent> events(Instant since, Predicate<byte[]> keys, Predicate<BanEvent> wanted) {
        JsonCodec<BanEvent> codec = JsonCodec.of(BanEvent.class);
        Map<String, BanEvent> events = new LinkedHashMap<>();
        read(partitions(topics.events()), since, Long.MAX_VALUE, record -> {
            if (record.key() != null && keys.test(record.key())) {
                decode(record, codec, event -> {
                    if (wanted.test(event)) {
                        events.putIfAbsent(event.event(), event);
                    }
                });
            }
        });
        return events.values().stream()
                .sorted(Comparator.comparing(BanEvent::at))
                .toList();
    }

    /**
     * What operators ordered, oldest first, each once; whether it was carried out the events tell.
     *
     * @param since orders written before this are left out
     */
    public List<CommandRecord> commands(Instant since) {
        JsonCodec<CommandRecord> codec = JsonCodec.of(CommandRecord.class);
        Map<String, CommandRecord> commands = new LinkedHashMap<>();
        read(
                partitions(topics.commands()),
                since,
                Long.MAX_VALUE,
                record -> decode(record, codec, command -> commands.putIfAbsent(command.command(), command)));
        return commands.values().stream()
                .sorted(Comparator.comparing(CommandRecord::at))
                .toList();
    }

    /**
     * An offender's failures in all jails, each line once, in the order of log time.
     *
     * @param id the offender in canonical form
     * @param readSince failures read before this are left out
     */
    public List<FailureRecord> failuresOf(String id, Instant readSince) {
        List<TopicPartition> all = partitions(topics.failures());
        TopicPartition own = new TopicPartition(topics.failures(), OffenderPartition.of(id, all.size()));
        Predicate<byte[]> keys = keyWith(id);
        JsonCodec<FailureRecord> codec = JsonCodec.of(FailureRecord.class);
        Map<Line, FailureRecord> failures = new LinkedHashMap<>();
        read(List.of(own), readSince, Long.MAX_VALUE, record -> {
            if (record.key() != null && keys.test(record.key())) {
                decode(record, codec, failure -> {
                    if (failure.id().equals(id)) {
                        failures.putIfAbsent(Line.of(failure), failure);
                    }
                });
            }
        });
        return failures.values().stream()
                .sorted(Comparator.comparing(FailureRecord::time))
                .toList();
    }

    private record Line(String jail, String host, String path, String file, long offset) {
        static Line of(FailureRecord failure) {
            return new Line(failure.jail(), failure.host(), failure.path(), failure.file(), failure.offset());
        }
    }

    /**
     * Shows the failures of a jail in the order of their partitions; a line may come twice.
     *
     * @param readSince failures read before this are left out
     * @param most so many records of all jails are looked at, the latest
     * @return whether that were all since then
     */
    public boolean failuresIn(String jail, Instant readSince, long most, Consumer<FailureRecord> each) {
        Predicate<byte[]> keys = keyOfJail(jail);
        JsonCodec<FailureRecord> codec = JsonCodec.of(FailureRecord.class);
        return read(partitions(topics.failures()), readSince, most, record -> {
            if (record.key() != null && keys.test(record.key())) {
                decode(record, codec, failure -> {
                    if (failure.jail().equals(jail)) {
                        each.accept(failure);
                    }
                });
            }
        });
    }

    /** How many records could not be read so far; their offenders are missing from the answers. */
    public int unreadable() {
        return unreadable;
    }

    private static String keyOf(ConsumerRecord<byte[], byte[]> record) {
        return record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
    }

    private <T> void decode(ConsumerRecord<byte[], byte[]> record, JsonCodec<T> codec, Consumer<T> then) {
        if (record.value() == null) {
            return;
        }
        T value;
        try {
            value = codec.decode(record.value());
        } catch (BadRecordException e) {
            unreadable++;
            return;
        }
        then.accept(value);
    }

    /** Keys that may be of an offender: most records need not be decoded to be passed over. */
    private static Predicate<byte[]> keyWith(String id) {
        byte[] part = ('|' + id).getBytes(StandardCharsets.UTF_8);
        return key -> {
            for (int from = 0; from + part.length <= key.length; from++) {
                if (holds(key, from, part)) {
                    return true;
                }
            }
            return false;
        };
    }

    private static Predicate<byte[]> keyOfJail(String jail) {
        byte[] start = (jail + '|').getBytes(StandardCharsets.UTF_8);
        return key -> key.length >= start.length && holds(key, 0, start);
    }

    private static boolean holds(byte[] key, int from, byte[] part) {
        int i = 0;
        while (i < part.length && key[from + i] == part[i]) {
            i++;
        }
        return i == part.length;
    }

    private List<TopicPartition> partitions(String topic) {
        List<PartitionInfo> infos = consumer.partitionsFor(topic, PATIENCE);
        if (infos == null || infos.isEmpty()) {
            throw new UnknownTopicOrPartitionException("there is no topic " + topic);
        }
        List<TopicPartition> partitions = new ArrayList<>();
        for (PartitionInfo partition : infos) {
            partitions.add(new TopicPartition(topic, partition.partition()));
        }
        return partitions;
    }

    /** Returns whether nothing since that moment was left out because it was more than {@code most} records. */
    private boolean read(
            List<TopicPartition> partitions,
            Instant since,
            long most,
            Consumer<ConsumerRecord<byte[], byte[]>> action) {
        consumer.assign(partitions);
        consumer.resume(partitions);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, PATIENCE);
        boolean all = seek(since, ends, most / partitions.size());
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!pauseAtEnd(ends)) {
            boolean progress = false;
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
                progress = true;
                Long end = ends.get(new TopicPartition(record.topic(), record.partition()));
                if (end != null && record.offset() < end) {
                    action.accept(record);
                }
            }
            if (progress) {
                deadline = System.nanoTime() + PATIENCE.toNanos();
            } else if (System.nanoTime() > deadline) {
                throw new TimeoutException("nothing came from " + partitions + " for " + PATIENCE.toSeconds() + " s");
            }
        }
        return all;
    }

    /** Asks for nothing more of the partitions that are read; returns whether all are. */
    private boolean pauseAtEnd(Map<TopicPartition, Long> ends) {
        List<TopicPartition> done = new ArrayList<>();
        ends.forEach((partition, end) -> {
            if (consumer.position(partition, PATIENCE) >= end) {
                done.add(partition);
            }
        });
        consumer.pause(done);
        return done.size() == ends.size();
    }

    private boolean seek(Instant since, Map<TopicPartition, Long> ends, long mostEach) {
        Map<TopicPartition, Long> starts = consumer.beginningOffsets(ends.keySet(), PATIENCE);
        if (!since.equals(Instant.EPOCH)) {
            Map<TopicPartition, Long> times =
                    ends.keySet().stream().collect(Collectors.toMap(partition -> partition, p -> since.toEpochMilli()));
            Map<TopicPartition, @Nullable OffsetAndTimestamp> found = consumer.offsetsForTimes(times, PATIENCE);
            starts = new HashMap<>(ends);
            for (Map.Entry<TopicPartition, @Nullable OffsetAndTimestamp> start : found.entrySet()) {
                OffsetAndTimestamp at = start.getValue();
                if (at != null) {
                    starts.put(start.getKey(), at.offset());
                }
            }
        }
        boolean all = true;
        for (Map.Entry<TopicPartition, Long> end : ends.entrySet()) {
            long start = starts.getOrDefault(end.getKey(), 0L);
            long least = end.getValue() - mostEach;
            all &= start >= least;
            consumer.seek(end.getKey(), Math.max(start, least));
        }
        return all;
    }

    @Override
    public void close() {
        consumer.close();
    }
}
