package org.fleetban.processor;

import java.util.Map;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.errors.TaskMigratedException;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.internals.CacheFlushListener;
import org.apache.kafka.streams.state.internals.CachedStateStore;

/**
 * Tells a processor that its task begins to commit: what was sent until now is waited for afterwards. That may fail, and
 * the signal comes once more when the task is closed for it. A store that holds nothing, because Kafka Streams tells only
 * stores of a commit, through {@link CachedStateStore}, which is no public interface: this class alone knows it.
 */
final class CommitSignal implements StateStore, CachedStateStore<byte[], byte[]> {

    private final String name;
    private final LostPartitions lost;
    private Runnable listener = () -> {};
    private boolean failed;
    private boolean open;
    private int standstillsBefore;

    CommitSignal(String name, LostPartitions lost) {
        this.name = name;
        this.lost = lost;
    }

    /** Calls this with each commit, before what was sent is waited for; in the task's own thread. */
    void listen(Runnable onCommit) {
        listener = onCommit;
    }

    /**
     * Does work of the task. What Kafka does not take fails the task, which is closed for it, and by then writes nothing more: the
     * error is taken, so what it wrote would arrive, where what came before did not; and all that it has read since its last
     * commit comes again.
     *
     * @throws TaskMigratedException if another processor may have the task: Kafka Streams joins its group anew for it
     */
    void during(Runnable work) {
        try {
            if (lost.standstills() != standstillsBefore) {
                throw new TaskMigratedException("this process stood still for so long that others may have its tasks");
            }
            work.run();
        } catch (KafkaException | Error e) {
            failed = true;
            throw e;
        }
    }

    @Override
    public void flushCache() {
        if (!failed && !lost.areGivenUp()) {
            during(listener);
        }
    }

    @Override
    public void clearCache() {}

    @Override
    public boolean setFlushListener(CacheFlushListener<byte[], byte[]> flushListener, boolean sendOldValues) {
        return false;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void init(StateStoreContext context, StateStore root) {
        context.register(root, (key, value) -> {});
        failed = false;
        standstillsBefore = lost.standstills();
        open = true;
    }

    @Override
    public void commit(Map<TopicPartition, Long> changelogOffsets) {}

    @Override
    public void close() {
        listener = () -> {};
        open = false;
    }

    @Override
    public boolean persistent() {
        return false;
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    /** Builds the signal of each task. */
    record Builder(String name, LostPartitions lost) implements StoreBuilder<CommitSignal> {

        @Override
        public CommitSignal build() {
            return new CommitSignal(name, lost);
        }

        @Override
        public StoreBuilder<CommitSignal> withCachingEnabled() {
            return this;
        }

        @Override
        public StoreBuilder<CommitSignal> withCachingDisabled() {
            return this;
        }

        @Override
        public StoreBuilder<CommitSignal> withLoggingEnabled(Map<String, String> config) {
            return this;
        }

        @Override
        public StoreBuilder<CommitSignal> withLoggingDisabled() {
            return this;
        }

        @Override
        public Map<String, String> logConfig() {
            return Map.of();
        }

        @Override
        public boolean loggingEnabled() {
            return false;
        }
    }
}
