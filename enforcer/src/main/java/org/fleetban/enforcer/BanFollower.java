package org.fleetban.enforcer;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.fleetban.protocol.BadRecordException;
import org.fleetban.protocol.BanHead;
import org.fleetban.protocol.BanHeadCodec;
import org.fleetban.protocol.BanRecord;
import org.fleetban.protocol.CommandRecord;
import org.fleetban.protocol.JsonCodec;
import org.fleetban.protocol.Topics;
import org.jspecify.annotations.Nullable;

/**
 * Reads the table of bans from its beginning and follows it, on a thread of its own, into a queue. Belongs to no consumer
 * group: every host reads everything, and keeps its own place.
 */
final class BanFollower implements Runnable, AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration ANSWER = Duration.ofSeconds(5);
    private static final long QUIET_NANOS = Duration.ofSeconds(10).toNanos();
    private static final long RETRY_MS = 1_000;

    /**
     * After an outage of this length the table is read anew: a broker may forget a tombstone after a day
     * ({@code delete.retention.ms}), and then nothing would tell that a ban was lifted.
     */
    private static final long RELOAD_NANOS = Duration.ofMinutes(10).toNanos();

    /** What jail and offender of a ban amount to at most; longer keys are refused. */
    private static final int MAX_KEY = 8192;

    private final String topic;
    private final String commandsTopic;
    private final LongSupplier waitingSince;
    private final Map<String, Object> config;
    private final BlockingQueue<Message> inbox;
    private final BanHeadCodec codec = new BanHeadCodec();
    private final JsonCodec<BanRecord> wholeCodec = JsonCodec.of(BanRecord.class);
    private final Predicate<String> whole;
    private final LongSupplier demand;
    private final JsonCodec<CommandRecord> commandCodec = JsonCodec.of(CommandRecord.class);
    private final AtomicBoolean closed = new AtomicBoolean();
    private final AtomicBoolean anew = new AtomicBoolean();
    private volatile @Nullable KafkaConsumer<byte[], byte[]> current;
    private boolean away;
    private boolean commandsForbidden;

    /** Where the commands end that were there when following them began. */
    private Map<TopicPartition, Long> oldCommands = Map.of();

    /** What the follower tells. */
    sealed interface Message {}

    /** The table is being read from its beginning; what was told before is void once {@link Loaded} follows. */
    record Loading() implements Message {}

    /**
     * Records in their order.
     *
     * @param position the offset behind them
     */
    record Records(List<Row> rows, long position) implements Message {}

    /**
     * Everything that was in the table when reading began has been told.
     *
     * @param position the offset behind it
     * @param demand for what records were wanted whole when reading began
     */
    record Loaded(long position, long demand) implements Message {}

    /** Kafka does not answer. */
    record Away(String why) implements Message {}

    /** Kafka answers again. */
    record Back() implements Message {}

    /**
     * The operator lets bans through.
     *
     * @param until those that wait since then or earlier, in milliseconds since the epoch
     */
    record Confirm(CommandRecord order, long until) implements Message {}

    /** Something that the operator should know. */
    record Notice(String text) implements Message {}

    /** The brokers' addresses. */
    record Brokers(List<InetAddress> addresses) implements Message {}

    /**
     * One record.
     *
     * @param key of the record
     * @param ban null: the ban is lifted
     * @param whole everything that the record says, where that was asked for
     * @param fault why the record could not be read; the ban before it is void
     */
    record Row(
            String key,
            @Nullable BanHead ban,
            @Nullable BanRecord whole,
            @Nullable String fault) {

        static Row fault(String key, String fault) {
            return new Row(key, null, null, fault);
        }
    }

    /**
     * @param waitingSince since when a ban waits for the operator, in milliseconds since the epoch: commands before that
     *     do not matter
     * @param whole the jails whose bans are wanted with everything that the record says
     * @param demand grows whenever these become more
     */
    BanFollower(
            Topics topics,
            Map<String, Object> clientConfig,
            BlockingQueue<Message> inbox,
            LongSupplier waitingSince,
            Predicate<String> whole,
            LongSupplier demand) {
        this.whole = whole;
        this.demand = demand;
        this.topic = topics.bans();
        this.commandsTopic = topics.commands();
        this.waitingSince = waitingSince;
        this.config = config(clientConfig);
        this.inbox = inbox;
    }

    private static Map<String, Object> config(Map<String, Object> given) {
        Map<String, Object> config = new HashMap<>();
        config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 1_000);
        config.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 1 << 20);
        config.put(ConsumerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1_000);
        config.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) ANSWER.toMillis());
        config.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) ANSWER.toMillis());
        config.putAll(given);
        config.remove(ConsumerConfig.GROUP_ID_CONFIG);
        config.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        config.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        return config;
    }

    @Override
    public void run() {
        while (!closed.get()) {
            try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(config)) {
                current = consumer;
                load(consumer);
                follow(consumer);
            } catch (WakeupException | InterruptException e) {
                if (closed.get()) {
                    return;
                }
            } catch (InvalidOffsetException e) {
                // The topic was made anew or cut off behind our place: what we know may be void, so read it all.
                continue;
            } catch (TopicAuthorizationException e) {
                forbidden(e);
            } catch (KafkaException e) {
                told(new Away(reason(e)));
                pause();
            } finally {
                current = null;
            }
        }
    }

    /** Reads the table from its beginning once more, because more of its records are wanted whole. Any thread. */
    void readAnew() {
        anew.set(true);
    }

    private void load(KafkaConsumer<byte[], byte[]> consumer) {
        List<PartitionInfo> infos = consumer.partitionsFor(topic, ANSWER);
        if (infos.isEmpty()) {
            throw new KafkaException("topic " + topic + " does not exist");
        }
        tellBrokers(consumer);
        List<TopicPartition> partitions = infos.stream()
                .map(info -> new TopicPartition(topic, info.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, ANSWER);
        told(new Back());
        long demanded = demand.getAsLong();
        told(new Loading());
        long lastRecord = System.nanoTime();
        while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            if (tell(consumer)) {
                lastRecord = System.nanoTime();
            } else if (System.nanoTime() - lastRecord > QUIET_NANOS) {
                throw new KafkaException("no records for " + QUIET_NANOS / 1_000_000_000 + " s while reading " + topic);
            }
        }
        told(new Loaded(position(consumer), demanded));
        followCommands(consumer);
    }

    /** Follows the operator's commands too, from the moment since which something waits for one. */
    private void followCommands(KafkaConsumer<byte[], byte[]> consumer) {
        if (commandsForbidden
                || consumer.assignment().stream().anyMatch(at -> at.topic().equals(commandsTopic))) {
            return;
        }
        List<TopicPartition> commands = consumer.partitionsFor(commandsTopic, ANSWER).stream()
                .map(info -> new TopicPartition(commandsTopic, info.partition()))
                .toList();
        Map<TopicPartition, Long> places = new HashMap<>();
        consumer.assignment().forEach(partition -> places.put(partition, consumer.position(partition)));
        oldCommands = consumer.endOffsets(commands, ANSWER);
        places.putAll(oldCommands);
        long since = waitingSince.getAsLong();
        if (since != Long.MAX_VALUE) {
            Map<TopicPartition, Long> times = new HashMap<>();
            commands.forEach(partition -> times.put(partition, since));
            consumer.offsetsForTimes(times, ANSWER).forEach((partition, found) -> {
                if (found != null) {
                    places.put(partition, found.offset());
                }
            });
        }
        consumer.assign(places.keySet());
        places.forEach(consumer::seek);
    }

    private void forbidden(TopicAuthorizationException e) {
        if (e.unauthorizedTopics().contains(commandsTopic)) {
            commandsForbidden = true;
            told(new Notice("'fleetban confirm' does not reach this host: it may not read " + commandsTopic));
        } else {
            told(new Away(reason(e)));
            pause();
        }
    }

    private void follow(KafkaConsumer<byte[], byte[]> consumer) {
        long lastSign = System.nanoTime();
        while (!closed.get() && !anew.getAndSet(false)) {
            if (tell(consumer)) {
                lastSign = System.nanoTime();
            } else if (System.nanoTime() - lastSign > QUIET_NANOS) {
                try {
                    consumer.endOffsets(consumer.assignment(), ANSWER);
                } catch (TimeoutException e) {
                    told(new Away(reason(e)));
                    continue;
                }
                if (System.nanoTime() - lastSign > RELOAD_NANOS) {
                    return;
                }
                told(new Back());
                tellBrokers(consumer);
                followCommands(consumer);
                lastSign = System.nanoTime();
            }
        }
    }

    private boolean tell(KafkaConsumer<byte[], byte[]> consumer) {
        ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
        if (records.isEmpty()) {
            return false;
        }
        List<Row> rows = new ArrayList<>(records.count());
        List<Confirm> orders = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            if (record.topic().equals(topic)) {
                rows.add(row(record));
            } else {
                order(record).ifPresent(orders::add);
            }
        }
        if (!rows.isEmpty()) {
            told(new Records(rows, position(consumer)));
        }
        orders.forEach(this::told);
        return true;
    }

    /** The table has one partition. */
    private long position(KafkaConsumer<byte[], byte[]> consumer) {
        return consumer.assignment().stream()
                .filter(partition -> partition.topic().equals(topic))
                .mapToLong(consumer::position)
                .sum();
    }

    /** An order that concerns enforcers; what nobody understands, the processor keeps with the reason. */
    private Optional<Confirm> order(ConsumerRecord<byte[], byte[]> record) {
        if (record.value() == null) {
            return Optional.empty();
        }
        try {
            CommandRecord order = commandCodec.decode(record.value());
            if (order.type() != CommandRecord.Type.CONFIRM) {
                return Optional.empty();
            }
            TopicPartition partition = new TopicPartition(record.topic(), record.partition());
            boolean old = record.offset() < oldCommands.getOrDefault(partition, 0L);
            return Optional.of(new Confirm(order, old ? record.timestamp() : Long.MAX_VALUE));
        } catch (BadRecordException e) {
            return Optional.empty();
        }
    }

    private Row row(ConsumerRecord<byte[], byte[]> record) {
        if (record.key() == null) {
            return Row.fault("", where(record) + ": a record without a key");
        }
        if (record.key().length > MAX_KEY) {
            return Row.fault("", where(record) + ": a key of " + record.key().length + " bytes");
        }
        String key = new String(record.key(), StandardCharsets.UTF_8);
        if (record.value() == null) {
            return new Row(key, null, null, null);
        }
        try {
            BanHead ban = codec.decode(record.value());
            BanRecord everything = whole.test(ban.jail()) ? wholeCodec.decode(record.value()) : null;
            return new Row(key, ban, everything, null);
        } catch (BadRecordException e) {
            return Row.fault(key, where(record) + ": " + e.getMessage());
        }
    }

    private static String where(ConsumerRecord<byte[], byte[]> record) {
        return record.topic() + '-' + record.partition() + " offset " + record.offset();
    }

    private void tellBrokers(KafkaConsumer<byte[], byte[]> consumer) {
        Set<String> hosts = new LinkedHashSet<>();
        Stream.of(String.valueOf(config.get(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG))
                        .replaceAll("[\\[\\]\\s]", "")
                        .split(","))
                .map(server -> server.replaceFirst(":[0-9]+$", ""))
                .forEach(hosts::add);
        consumer.listTopics(ANSWER).values().stream()
                .flatMap(List::stream)
                .flatMap(info -> Stream.of(info.replicas()))
                .map(Node::host)
                .forEach(hosts::add);
        List<InetAddress> addresses = new ArrayList<>();
        for (String host : hosts) {
            try {
                addresses.addAll(List.of(InetAddress.getAllByName(host)));
            } catch (UnknownHostException e) {
                // A broker that has no address here is none that this host talks to.
            }
        }
        told(new Brokers(List.copyOf(new LinkedHashSet<>(addresses))));
    }

    private void told(Message message) {
        if (message instanceof Away) {
            if (away) {
                return;
            }
            away = true;
        } else if (message instanceof Back) {
            if (!away) {
                return;
            }
            away = false;
        }
        try {
            inbox.put(message);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptException(e);
        }
    }

    private void pause() {
        try {
            Thread.sleep(RETRY_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            closed.set(true);
        }
    }

    private String reason(KafkaException e) {
        return "Kafka at " + config.get(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG) + " does not answer: "
                + e.getMessage();
    }

    @Override
    public void close() {
        closed.set(true);
        KafkaConsumer<byte[], byte[]> consumer = current;
        if (consumer != null) {
            consumer.wakeup();
        }
    }
}
