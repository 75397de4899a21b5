package org.fleetban.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.fleetban.app.settings.Settings;
import org.fleetban.protocol.BadRecordException;
import org.fleetban.protocol.BanEvent;
import org.fleetban.protocol.CommandRecord;
import org.fleetban.protocol.DeadLetterHeaders;
import org.fleetban.protocol.JsonCodec;
import org.fleetban.protocol.Topics;
import org.jspecify.annotations.Nullable;

/** Gives a command to the processors, and listens to what becomes of it. */
final class Orders {

    private static final Duration POLL = Duration.ofMillis(200);
    private static final int REQUEST_TIMEOUT_MS = 5_000;
    private static final int DELIVERY_TIMEOUT_MS = 15_000;

    private static final JsonCodec<CommandRecord> COMMANDS = JsonCodec.of(CommandRecord.class);
    private static final JsonCodec<BanEvent> EVENTS = JsonCodec.of(BanEvent.class);

    private final Environment environment;
    private final Settings settings;
    private final String servers;
    private final Topics topics;

    /**
     * @param environment who orders, and when
     * @param settings where Kafka is, and what its topics are called
     */
    Orders(Environment environment, Settings settings) {
        this.environment = environment;
        this.settings = settings;
        this.servers = settings.get(Settings.BOOTSTRAP_SERVERS);
        this.topics = settings.get(Settings.TOPICS_PREFIX);
    }

    /** Hears the events that follow a command. */
    @FunctionalInterface
    interface Listener {

        /**
         * Hears an event, of this command or of anything else.
         *
         * @param key of the event
         */
        Hearing hear(String key, BanEvent event);
    }

    /** What an event is to a command. */
    enum Hearing {
        /** Nothing. */
        FOREIGN,
        /** A part of its answer. */
        MORE,
        /** The rest of its answer. */
        LAST
    }

    /** What became of a command. */
    sealed interface Outcome {}

    /** The processors have carried it out. */
    record Done() implements Outcome {}

    /** It is stored, and the answer is not complete. */
    record Stored() implements Outcome {}

    /** The processors can't carry it out. */
    record Refused(String reason) implements Outcome {}

    /** A command that is unlike any other, ordered here and now. */
    CommandRecord command(
            CommandRecord.Type type,
            @Nullable String jail,
            @Nullable String id,
            @Nullable String host,
            @Nullable Long seconds,
            @Nullable String reason) {
        return new CommandRecord(
                UUID.randomUUID().toString(),
                type,
                jail,
                id,
                host,
                seconds,
                author(),
                reason,
                environment.clock().instant());
    }

    private String author() {
        String user = environment.variables().getOrDefault("SUDO_USER", System.getProperty("user.name", "unknown"));
        return user + '@' + settings.get(Settings.HOST_NAME);
    }

    /**
     * Stores a command, then listens as long as answers come.
     *
     * @param patience for how long nothing of the answer may come
     * @throws KafkaException if it could not be stored
     */
    Outcome give(CommandRecord command, Duration patience, Listener listener) throws InterruptedException {
        try (KafkaConsumer<byte[], byte[]> answers = answers()) {
            store(command);
            long deadline = System.nanoTime() + patience.toNanos();
            while (System.nanoTime() < deadline) {
                for (ConsumerRecord<byte[], byte[]> record : answers.poll(POLL)) {
                    String refusal = refusal(record, command);
                    if (refusal != null) {
                        return new Refused(refusal);
                    }
                    Hearing hearing = hear(record, listener);
                    if (hearing == Hearing.LAST) {
                        return new Done();
                    }
                    if (hearing == Hearing.MORE) {
                        deadline = System.nanoTime() + patience.toNanos();
                    }
                }
            }
            return new Stored();
        }
    }

    /** Reads events and dead letters from now on. */
    private KafkaConsumer<byte[], byte[]> answers() {
        Map<String, Object> config = new HashMap<>(settings.kafka("consumer", servers));
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        config.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 100);
        config.remove(ConsumerConfig.GROUP_ID_CONFIG);
        KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        List<TopicPartition> partitions = new ArrayList<>();
        for (String topic : List.of(topics.events(), topics.deadLetters())) {
            consumer.partitionsFor(topic)
                    .forEach(partition -> partitions.add(new TopicPartition(topic, partition.partition())));
        }
        consumer.assign(partitions);
        consumer.endOffsets(partitions).forEach(consumer::seek);
        return consumer;
    }

    /**
     * Stores a command and waits for no answer.
     *
     * @throws KafkaException if it could not be stored
     */
    void store(CommandRecord command) throws InterruptedException {
        Map<String, Object> config = new HashMap<>(settings.kafka("producer", servers));
        config.putIfAbsent(ProducerConfig.MAX_BLOCK_MS_CONFIG, DELIVERY_TIMEOUT_MS);
        config.putIfAbsent(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_TIMEOUT_MS);
        config.putIfAbsent(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, DELIVERY_TIMEOUT_MS);
        byte[] key = ((command.jail() == null ? "" : command.jail()) + '|' + (command.id() == null ? "" : command.id()))
                .getBytes(UTF_8);
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(topics.commands(), key, COMMANDS.encode(command)))
                    .get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof KafkaException cause ? cause : new KafkaException(e.getCause());
        }
    }

    private Hearing hear(ConsumerRecord<byte[], byte[]> record, Listener listener) {
        if (record.key() == null || record.value() == null || !record.topic().equals(topics.events())) {
            return Hearing.FOREIGN;
        }
        try {
            return listener.hear(new String(record.key(), UTF_8), EVENTS.decode(record.value()));
        } catch (BadRecordException e) {
            return Hearing.FOREIGN;
        }
    }

    /** Why the processors gave the command up; null where the record is not about it. */
    private @Nullable String refusal(ConsumerRecord<byte[], byte[]> record, CommandRecord command) {
        if (record.value() == null || !record.topic().equals(topics.deadLetters())) {
            return null;
        }
        Header from = record.headers().lastHeader(DeadLetterHeaders.TOPIC);
        Header reason = record.headers().lastHeader(DeadLetterHeaders.REASON);
        if (from == null || !topics.commands().equals(new String(from.value(), UTF_8))) {
            return null;
        }
        try {
            if (!COMMANDS.decode(record.value()).command().equals(command.command())) {
                return null;
            }
        } catch (BadRecordException e) {
            return null;
        }
        return reason == null ? "it does not say why" : new String(reason.value(), UTF_8);
    }
}
