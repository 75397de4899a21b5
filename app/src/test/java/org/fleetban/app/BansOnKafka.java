package org.fleetban.app;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.fleetban.protocol.BadRecordException;
import org.fleetban.protocol.BanRecord;
import org.fleetban.protocol.JsonCodec;
import org.fleetban.protocol.Topics;

/** Waits for a ban in the table on Kafka. */
final class BansOnKafka {

    private BansOnKafka() {}

    /** The ban with this key, as soon as it is there. */
    static BanRecord awaitBan(String bootstrapServers, String prefix, String key) throws BadRecordException {
        List<byte[]> values = new ArrayList<>();
        try (KafkaConsumer<String, byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrapServers), new StringDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(new TopicPartition(new Topics(prefix).bans(), 0)));
            consumer.seekToBeginning(consumer.assignment());
            await().atMost(Duration.ofMinutes(2)).until(() -> {
                for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                    if (key.equals(record.key()) && record.value() != null) {
                        values.add(record.value());
                    }
                }
                return !values.isEmpty();
            });
        }
        return JsonCodec.of(BanRecord.class).decode(values.get(values.size() - 1));
    }
}
