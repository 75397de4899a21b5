package org.fleetban.app;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.fleetban.protocol.BadRecordException;
import org.fleetban.protocol.BanEvent;
import org.fleetban.protocol.BanRecord;
import org.fleetban.protocol.JsonCodec;
import org.fleetban.protocol.Topics;

/**
 * Writes each ban and unban as a line in fail2ban's form: first the bans that stand ({@code Restore Ban}), then every
 * event from there on. An event that arrives twice is written once.
 */
final class BanLog implements AutoCloseable {

    /** Repeats come from a resend or a restart of the processor, close to the first: this many back are remembered. */
    private static final int REMEMBERED_EVENTS = 100_000;

    private static final Duration POLL = Duration.ofMillis(500);

    private final Topics topics;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final LogForm form;
    private final Clock clock;
    private final Consumer<String> out;
    private final Thread thread;
    private final JsonCodec<BanRecord> bans = JsonCodec.of(BanRecord.class);
    private final JsonCodec<BanEvent> events = JsonCodec.of(BanEvent.class);
    private final Set<String> seen = new LinkedHashSet<>();

    /**
     * @param topics the topics' names
     * @param consumerConfig settings of a Kafka consumer
     * @param form the form of the lines
     * @param clock tells which bans are over
     * @param out takes the lines, one at a time
     */
    BanLog(Topics topics, Map<String, Object> consumerConfig, LogForm form, Clock clock, Consumer<String> out) {
        Map<String, Object> config = new HashMap<>(consumerConfig);
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        config.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, "100");
        this.topics = topics;
        this.consumer = new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        this.form = form;
        this.clock = clock;
        this.out = out;
        this.thread = new Thread(this::follow, "ban-log");
        this.thread.setDaemon(true);
    }

    /**
     * Writes the standing bans and remembers where the events end; from then on nothing is missed. The event of a standing
     * ban may come again, from a processor that was killed before it could remember: it is not written again.
     */
    void start() {
        List<TopicPartition> eventPartitions = consumer.partitionsFor(topics.events()).stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
        Map<TopicPartition, Long> ends = consumer.endOffsets(eventPartitions);
        writeStandingBans();
        consumer.assign(eventPartitions);
        ends.forEach(consumer::seek);
        thread.start();
    }

    @Override
    public void close() {
        consumer.wakeup();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void writeStandingBans() {
        TopicPartition partition = new TopicPartition(topics.bans(), 0);
        consumer.assign(List.of(partition));
        consumer.seekToBeginning(List.of(partition));
        long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
        Map<String, BanRecord> standing = new LinkedHashMap<>();
        while (consumer.position(partition) < end) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                String key =
                        record.key() == null ? "" : new String(record.key(), java.nio.charset.StandardCharsets.UTF_8);
                standing.remove(key);
                if (record.value() != null) {
                    try {
                        standing.put(key, bans.decode(record.value()));
                    } catch (BadRecordException e) {
                        warn(record, e);
                    }
                }
            }
        }
        Instant now = clock.instant();
        for (BanRecord ban : standing.values()) {
            seen.add(ban.event());
            if (ban.until() == null || ban.until().isAfter(now)) {
                out.accept(form.action(now, LogForm.Level.NOTICE, ban.jail(), "Restore Ban " + ban.id()));
            }
        }
    }

    private void follow() {
        try (consumer) {
            while (true) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    if (record.value() == null) {
                        continue;
                    }
                    try {
                        write(events.decode(record.value()));
                    } catch (BadRecordException e) {
                        warn(record, e);
                    }
                }
            }
        } catch (WakeupException e) {
            // close() ends the loop this way
        }
    }

    private void write(BanEvent event) {
        if (!seen.add(event.event())) {
            return;
        }
        if (seen.size() > REMEMBERED_EVENTS) {
            seen.remove(seen.iterator().next());
        }
        LogForm.Level level = event.type() == BanEvent.Type.REFUSED ? LogForm.Level.WARNING : LogForm.Level.NOTICE;
        String message = switch (event.type()) {
            case BAN -> "Ban " + event.id();
            case EXTEND -> "Increase Ban " + event.id() + until(event);
            case UNBAN -> "Unban " + event.id();
            case EXPIRED ->
                "Expired " + event.id() + ": banned from " + event.since() + until(event)
                        + " had its lines been read in time";
            case REFUSED -> "Refused " + event.id() + (event.reason() == null ? "" : ": " + event.reason());
        };
        out.accept(form.action(clock.instant(), level, event.jail(), message));
    }

    private static String until(BanEvent event) {
        return event.until() == null ? " for ever" : " until " + event.until();
    }

    private void warn(ConsumerRecord<byte[], byte[]> record, BadRecordException e) {
        out.accept(form.action(
                clock.instant(),
                LogForm.Level.WARNING,
                "fleetban",
                record.topic() + "-" + record.partition() + " offset " + record.offset() + ": " + e.getMessage()));
    }
}
