package org.fleetban.processor;

import java.util.Collection;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.common.TopicPartition;

/**
 * Knows whether another processor may have this one's tasks: because the group says so, or because this process stood still
 * for so long (SIGSTOP, a suspended machine) that the group must have given them away, which it hears only later. A guest
 * whose hypervisor pauses it may find all its clocks where they stood, and notices nothing. Kafka Streams
 * closes such tasks as it closes others; what they would still write could replace what the other has written.
 */
final class LostPartitions {

    private final LongSupplier clock;
    private final long standstillMs;
    private final ThreadLocal<Boolean> givingUp = ThreadLocal.withInitial(() -> false);
    private volatile long lastLookMs;
    private volatile int standstills;

    /**
     * @param clock in milliseconds; wall-clock time, as that is what goes on while a machine is suspended
     * @param standstillMs how long {@link #look} may not be called until the process counts as having stood still
     */
    LostPartitions(LongSupplier clock, long standstillMs) {
        this.clock = clock;
        this.standstillMs = standstillMs;
        this.lastLookMs = clock.getAsLong();
    }

    /** To be called all the time, several times within the time of a standstill. */
    synchronized void look() {
        long now = clock.getAsLong();
        if (now - lastLookMs > standstillMs) {
            standstills++;
        }
        lastLookMs = now;
    }

    /** How many times the process has stood still, up to this moment: a task is lost that began with fewer. */
    int standstills() {
        if (clock.getAsLong() - lastLookMs > standstillMs) {
            look();
        }
        return standstills;
    }

    /** Whether this thread is about to close tasks that it has lost. */
    boolean areGivenUp() {
        return givingUp.get();
    }

    /**
     * A listener that does the same, and whose thread is known to give up what it has lost.
     *
     * @param onChange is called at the end of each rebalance of the group
     */
    ConsumerRebalanceListener noticing(ConsumerRebalanceListener listener, Runnable onChange) {
        return new ConsumerRebalanceListener() {
            @Override
            public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
                listener.onPartitionsAssigned(partitions);
                onChange.run();
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
