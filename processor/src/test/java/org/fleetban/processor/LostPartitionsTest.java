package org.fleetban.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.errors.TaskMigratedException;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.junit.jupiter.api.Test;

class LostPartitionsTest {

    private final AtomicLong now = new AtomicLong();
    private final LostPartitions lost = new LostPartitions(now::get, 1_000);
    private final CommitSignal commits = new CommitSignal("commits", lost);
    private final List<String> written = new ArrayList<>();

    @Test
    void aTaskThatAnotherProcessorHasAlreadyWritesNothingMore() {
        commits.listen(() -> written.add("state"));
        ConsumerRebalanceListener listener = lost.noticing(new ClosesTheTask(), () -> {});

        listener.onPartitionsLost(List.of());
        assertThat(written).isEmpty();

        listener.onPartitionsRevoked(List.of());
        assertThat(written).containsExactly("state");
    }

    @Test
    void aTaskOfAProcessThatStoodStillIsGivenUpAndWritesNothingMore() {
        commits.listen(() -> written.add("state"));
        for (int i = 0; i < 5; i++) {
            now.addAndGet(1_000);
            lost.look();
            commits.flushCache();
        }
        assertThat(written).hasSize(5);
        written.clear();

        now.addAndGet(1_001);
        assertThatThrownBy(() -> commits.during(() -> written.add("record"))).isInstanceOf(TaskMigratedException.class);
        lost.look();
        CommitSignal committing = new CommitSignal("commits", lost);
        commits.flushCache();
        assertThat(written).isEmpty();

        committing.init(
                Contexts.prepared(new MockProcessorContext<byte[], byte[]>()).getStateStoreContext(), committing);
        committing.during(() -> written.add("of a task that began afterwards"));
        assertThat(written).hasSize(1);

        now.addAndGet(1_001);
        assertThatThrownBy(committing::flushCache).isInstanceOf(TaskMigratedException.class);
    }

    /** Kafka Streams asks a task that has failed to write once more, with the error already taken. */
    @Test
    void aTaskThatHasFailedWritesNothingMore() {
        commits.listen(() -> {
            written.add("state");
            throw new StreamsException("an earlier record");
        });
        assertThatThrownBy(commits::flushCache).isInstanceOf(StreamsException.class);
        commits.flushCache();
        assertThat(written).containsExactly("state");

        CommitSignal others = new CommitSignal("commits", lost);
        others.listen(() -> written.add("another task's"));
        assertThatThrownBy(() -> others.during(() -> {
                    throw new StreamsException("an earlier record");
                }))
                .isInstanceOf(StreamsException.class);
        others.flushCache();
        assertThat(written).containsExactly("state");

        others.init(
                Contexts.prepared(new MockProcessorContext<byte[], byte[]>()).getStateStoreContext(), others);
        others.listen(() -> written.add("revived"));
        others.flushCache();
        assertThat(written).containsExactly("state", "revived");
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
