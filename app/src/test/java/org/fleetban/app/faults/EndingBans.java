package org.fleetban.app.faults;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.fleetban.protocol.CommandRecord;
import org.fleetban.protocol.JsonCodec;
import org.fleetban.protocol.Topics;

/** Bans by order that end some seconds later, in waves: hundreds of them in the same millisecond. */
final class EndingBans {

    private static final int OF_A_WAVE = 300;
    private static final int FIRST_ENDS_AFTER_S = 6;
    private static final int APART_S = 4;

    /** Nobody of {@link AttackScript} has such an address. */
    private static final String NETWORK = "12.";

    private final int waves;
    private final Instant at;

    /** @param at when they are ordered */
    EndingBans(int waves, Instant at) {
        this.waves = waves;
        this.at = at.truncatedTo(ChronoUnit.MILLIS);
    }

    int waves() {
        return waves;
    }

    int count() {
        return waves * OF_A_WAVE;
    }

    /** When the bans of a wave end. */
    Instant end(int wave) {
        return at.plusSeconds(seconds(wave));
    }

    private static long seconds(int wave) {
        return FIRST_ENDS_AFTER_S + (long) APART_S * wave;
    }

    /** Writes the orders. */
    void order(String bootstrap, Topics topics) throws Exception {
        JsonCodec<CommandRecord> codec = JsonCodec.of(CommandRecord.class);
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrap, "linger.ms", 5),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            List<Future<?>> sent = new ArrayList<>();
            for (int wave = 0; wave < waves; wave++) {
                for (int i = 0; i < OF_A_WAVE; i++) {
                    CommandRecord order = order(wave, NETWORK + wave + '.' + (i >> 8) + '.' + (i & 255));
                    sent.add(producer.send(new ProducerRecord<>(
                            topics.commands(), Fleet.bytes("sshd|" + order.id()), codec.encode(order))));
                }
            }
            for (Future<?> record : sent) {
                record.get(60, TimeUnit.SECONDS);
            }
        }
    }

    private CommandRecord order(int wave, String id) {
        String command = UUID.nameUUIDFromBytes(Fleet.bytes(id)).toString();
        return new CommandRecord(
                command, CommandRecord.Type.BAN, "sshd", id, null, seconds(wave), "operator", "a test", at);
    }

    /** How many stand in a table. */
    static long standing(Result result) {
        return result.bans().keySet().stream()
                .filter(key -> key.startsWith("sshd|" + NETWORK))
                .count();
    }

    /** How many were banned and lifted, each by one event. */
    static long bannedAndLifted(Result result) {
        return result.events().entrySet().stream()
                .filter(entry -> entry.getKey().startsWith("sshd|" + NETWORK))
                .filter(entry -> entry.getValue().size() == 2)
                .count();
    }
}
