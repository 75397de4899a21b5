package org.fleetban.protocol;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * What the topics say of the fleet at this moment, whether a processor runs or not. Each question reads its topic from the
 * beginning, or from a moment, to the end of that instant. Not thread-safe.
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
    public FleetView(Map<String, String> client, Topics topics) {
        this.topics = topics;
        Map<String, Object> settings = new HashMap<>(client);
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        settings.remove(ConsumerConfig.GROUP_ID_CONFIG);
        this.consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /** The standing bans by key, {@code jail|id} or {@code jail|id|host}, in the order of the keys. */
    public Map<String, BanRecord> bans() {
        return table(topics.bans(), JsonCodec.of(BanRecord.class));
    }

    /** What the components report of themselves, by {@code host|component}. */
    public Map<String, HostRecord> hosts() {
        return table(topics.hosts(), JsonCodec.of(HostRecord.class));
    }

    /**
     * What happened to an offender in all jails, oldest first, without repeats.
     *
     * @param id the offender in canonical form
     */
    public List<BanEvent> historyOf(String id) {
        Map<String, BanEvent> events = new LinkedHashMap<>();
        byte[] part = ('|' + id).getBytes(StandardCharsets.UTF_8);
        read(partitions(topics.events()), Instant.EPOCH, record -> {
            if (contains(record.key(), part)) {
                decode(record, JsonCodec.of(BanEvent.class), event -> {
                    if (event.id().equals(id)) {
                        events.putIfAbsent(event.event(), event);
                    }
                });
            }
        });
        return events.values().stream()
                .sorted(java.util.Comparator.comparing(BanEvent::at))
                .toList();
    }

    /**
     * An offender's failures in all jails, each line once, in the order of log time.
     *
     * @param id the offender in canonical form
     * @param readSince failures read before this are left out
     */
    public List<FailureRecord> failuresOf(String id, Instant readSince) {
        Collection<FailureRecord> failures = new LinkedHashSet<>();
        List<TopicPartition> all = partitions(topics.failures());
        TopicPartition own = new TopicPartition(topics.failures(), OffenderPartition.of(id, all.size()));
        byte[] part = ('|' + id).getBytes(StandardCharsets.UTF_8);
        read(List.of(own), readSince, record -> {
            if (contains(record.key(), part)) {
                decode(record, JsonCodec.of(FailureRecord.class), failure -> {
                    if (failure.id().equals(id)) {
                        failures.add(failure);
                    }
                });
            }
        });
        return failures.stream()
                .sorted(java.util.Comparator.comparing(FailureRecord::time))
                .toList();
    }

    /** How many records could not be read so far; their offenders are missing from the answers. */
    public int unreadable() {
        return unreadable;
    }

    private <T> Map<String, T> table(String topic, JsonCodec<T> codec) {
        Map<String, T> table = new TreeMap<>();
        read(partitions(topic), Instant.EPOCH, record -> {
            if (record.key() == null) {
                unreadable++;
                return;
            }
            String key = new String(record.key(), StandardCharsets.UTF_8);
            table.remove(key);
            if (record.value() != null) {
                decode(record, codec, value -> table.put(key, value));
            }
        });
        return table;
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

    private static boolean contains(byte[] key, byte[] part) {
        if (key == null) {
            return false;
        }
        for (int from = 0; from + part.length <= key.length; from++) {
            int i = 0;
            while (i < part.length && key[from + i] == part[i]) {
                i++;
            }
            if (i == part.length) {
                return true;
            }
        }
        return false;
    }

    private List<TopicPartition> partitions(String topic) {
        List<TopicPartition> partitions = new ArrayList<>();
        for (PartitionInfo partition : consumer.partitionsFor(topic, PATIENCE)) {
            partitions.add(new TopicPartition(topic, partition.partition()));
        }
        return partitions;
    }

    private void read(List<TopicPartition> partitions, Instant since, Consumer<ConsumerRecord<byte[], byte[]>> action) {
        consumer.assign(partitions);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, PATIENCE);
        if (since.equals(Instant.EPOCH)) {
            consumer.seekToBeginning(partitions);
        } else {
            seekTo(since, ends);
        }
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey(), PATIENCE) < end.getValue())) {
            boolean progress = false;
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
                progress = true;
                action.accept(record);
            }
            if (progress) {
                deadline = System.nanoTime() + PATIENCE.toNanos();
            } else if (System.nanoTime() > deadline) {
                throw new TimeoutException("nothing came from " + partitions + " for " + PATIENCE.toSeconds() + " s");
            }
        }
    }

    private void seekTo(Instant since, Map<TopicPartition, Long> ends) {
        Map<TopicPartition, Long> times =
                ends.keySet().stream().collect(Collectors.toMap(partition -> partition, p -> since.toEpochMilli()));
        consumer.offsetsForTimes(times, PATIENCE)
                .forEach((partition, offset) ->
                        consumer.seek(partition, offset == null ? ends.getOrDefault(partition, 0L) : offset.offset()));
    }

    @Override
    public void close() {
        consumer.close();
    }
}
