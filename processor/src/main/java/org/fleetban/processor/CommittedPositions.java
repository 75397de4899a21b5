package org.fleetban.processor;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** Up to where this process's commits are known to have succeeded: one that gets no answer may have, or not. */
final class CommittedPositions {

    private final Map<TopicPartition, Long> positions = new ConcurrentHashMap<>();

    void succeeded(Map<TopicPartition, OffsetAndMetadata> offsets) {
        offsets.forEach((partition, position) -> positions.put(partition, position.offset()));
    }

    /** The offset of the next record to read; -1: no commit is known. */
    long of(TopicPartition partition) {
        return positions.getOrDefault(partition, -1L);
    }
}
