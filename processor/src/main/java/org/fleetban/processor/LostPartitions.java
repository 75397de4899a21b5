package org.fleetban.processor;

import java.util.Collection;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.common.TopicPartition;

/**
 * Knows whether a processing thread gives up tasks that another processor has already, because it was not heard for too long.
 * Kafka Streams closes such tasks as it closes others; what they would still write could replace what the other has written.
 */
final class LostPartitions {

    private final ThreadLocal<Boolean> givingUp = ThreadLocal.withInitial(() -> false);

    /** Whether this thread is about to close tasks that it has lost. */
    boolean areGivenUp() {
        return givingUp.get();
    }

    /** A listener that does the same, and whose thread is known to give up what it has lost. */
    ConsumerRebalanceListener noticing(ConsumerRebalanceListener listener) {
        return new ConsumerRebalanceListener() {
            @Override
            public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
                listener.onPartitionsAssigned(partitions);
            }

            @Override
            public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
                listener.onPartitionsRevoked(partitions);
            }

            @Override
            public void onPartitionsLost(Collection<TopicPartition> partitions) {
                givingUp.set(true);
                try {
                    listener.onPartitionsLost(partitions);
                } finally {
                    givingUp.set(false);
                }
            }
        };
    }
}
