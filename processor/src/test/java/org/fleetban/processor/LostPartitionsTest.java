package org.fleetban.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class LostPartitionsTest {

    private final LostPartitions lost = new LostPartitions();
    private final CommitSignal commits = new CommitSignal("commits", lost);
    private final List<String> written = new ArrayList<>();

    @Test
    void aTaskThatAnotherProcessorHasAlreadyWritesNothingMore() {
        commits.listen(() -> written.add("state"));
        ConsumerRebalanceListener listener = lost.noticing(new ClosesTheTask());

        listener.onPartitionsLost(List.of());
        assertThat(written).isEmpty();

        listener.onPartitionsRevoked(List.of());
        assertThat(written).containsExactly("state");
    }

    /** As Kafka Streams does: each task that is closed, is told to write before. */
    private final class ClosesTheTask implements ConsumerRebalanceListener {
        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {}

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            commits.flushCache();
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            commits.flushCache();
        }
    }
}
