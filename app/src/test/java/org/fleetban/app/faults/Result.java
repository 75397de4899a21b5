package org.fleetban.app.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.fleetban.protocol.Topics;

/**
 * What a fleet came to. The moment of a decision and the identity of a file, a random number, are left out: no two runs
 * have the same.
 *
 * @param bans the table by key, complete records
 * @param events of each offender by key: type and identity of every event, each once, complete
 * @param repeats events that came again
 * @param deadLetters how many
 */
record Result(Map<String, String> bans, Map<String, TreeSet<String>> events, long repeats, int deadLetters) {

    private static final JsonMapper JSON = new JsonMapper();

    static Result read(String bootstrap, Topics topics) throws IOException {
        Map<String, String> bans = new TreeMap<>();
        for (ConsumerRecord<byte[], byte[]> record : records(bootstrap, topics.bans())) {
            if (record.value() == null) {
                bans.remove(text(record.key()));
            } else {
                bans.put(text(record.key()), comparable(record.value()));
            }
        }
        Map<String, TreeSet<String>> events = new TreeMap<>();
        long repeats = 0;
        for (ConsumerRecord<byte[], byte[]> record : records(bootstrap, topics.events())) {
            boolean isNew = events.computeIfAbsent(text(record.key()), key -> new TreeSet<>())
                    .add(comparable(record.value()));
            repeats += isNew ? 0 : 1;
        }
        return new Result(
                bans, events, repeats, records(bootstrap, topics.deadLetters()).size());
    }

    private static String comparable(byte[] json) throws IOException {
        ObjectNode node = (ObjectNode) JSON.readTree(json);
        node.remove("at");
        for (JsonNode line : node.path("evidence")) {
            ((ObjectNode) line).remove("file");
        }
        return node.toString();
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Everything in a topic, from its beginning to its end at this moment. */
    private static List<ConsumerRecord<byte[], byte[]>> records(String bootstrap, String topic) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrap), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(partition -> new TopicPartition(topic, partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream()
                    .anyMatch(partition -> consumer.position(partition) < ends.getOrDefault(partition, 0L))) {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
            }
        }
        return records;
    }
}
