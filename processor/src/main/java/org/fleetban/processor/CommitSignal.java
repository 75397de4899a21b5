package org.fleetban.processor;

import java.util.Map;
import org.apache.kafka.common.TopicPartition;
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
    private boolean open;

    CommitSignal(String name, LostPartitions lost) {
        this.name = name;
        this.lost = lost;
    }

    /** Calls this with each commit, before what was sent is waited for; in the task's own thread. */
    void listen(Runnable onCommit) {
        listener = onCommit;
    }

    @Override
    public void flushCache() {
        if (!lost.areGivenUp()) {
            listener.run();
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
