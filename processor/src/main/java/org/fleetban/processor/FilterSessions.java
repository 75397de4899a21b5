package org.fleetban.processor;

import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.internals.CacheFlushListener;
import org.apache.kafka.streams.state.internals.CachedStateStore;
import org.fleetban.protocol.SourceKey;
import org.jspecify.annotations.Nullable;

/**
 * What the filters of a task remember of their sources. The sessions live as objects; those that changed are written down
 * when the task commits its position in {@code lines}, so that after a crash sessions and position belong together.
 *
 * <p>Kafka Streams tells a store of a commit only through {@link CachedStateStore}, which is no public interface: this
 * class is the one place that knows it.
 */
final class FilterSessions implements StateStore, CachedStateStore<byte[], byte[]> {

    private static final int MAX_LIVE = 100_000;

    private final KeyValueStore<Bytes, byte[]> store;
    private final Figures figures;
    private final Map<Bytes, Live> live = new LinkedHashMap<>(16, 0.75f, true);
    private final Map<Bytes, Live> changed = new LinkedHashMap<>();

    private FilterSessions(KeyValueStore<Bytes, byte[]> store, Figures figures) {
        this.store = store;
        this.figures = figures;
    }

    private record Live(LineFilter filter, LineFilter.Session session) {}

    /** The session of a source in a jail. */
    LineFilter.Session get(Jail jail, SourceKey source) {
        Bytes key = key(jail, source);
        Live known = live.get(key);
        if (known != null && known.filter() == jail.filter()) {
            return known.session();
        }
        byte[] bytes = known == null ? store.get(key) : known.session().toBytes();
        Live session = new Live(jail.filter(), bytes == null ? jail.filter().newSession() : read(jail, bytes));
        live.put(key, session);
        if (live.size() > MAX_LIVE) {
            Bytes eldest = live.keySet().iterator().next();
            writeDown(eldest, changed.remove(eldest));
            live.remove(eldest);
        }
        return session.session();
    }

    private LineFilter.Session read(Jail jail, byte[] bytes) {
        try {
            return jail.filter().readSession(bytes);
        } catch (IllegalArgumentException e) {
            figures.count(jail.name() + ".sessions-lost");
            return jail.filter().newSession();
        }
    }

    /** Notes that the session of a source changed in a way that must outlive a crash. */
    void changed(Jail jail, SourceKey source) {
        Bytes key = key(jail, source);
        Live session = live.get(key);
        if (session != null) {
            changed.put(key, session);
        }
    }

    private static Bytes key(Jail jail, SourceKey source) {
        return Bytes.wrap(Utf8.bytes(jail.name() + '|' + source));
    }

    private void writeDown(Bytes key, @Nullable Live session) {
        if (session != null) {
            store.put(key, session.session().toBytes());
        }
    }

    /** Takes in what a changelog held, as a restart does. */
    void restore(Map<Bytes, byte[]> changelog) {
        changelog.forEach(store::put);
    }

    @Override
    public void flushCache() {
        changed.forEach(this::writeDown);
        changed.clear();
    }

    @Override
    public void clearCache() {
        changed.clear();
        live.clear();
    }

    @Override
    public boolean setFlushListener(CacheFlushListener<byte[], byte[]> listener, boolean sendOldValues) {
        return false;
    }

    @Override
    public String name() {
        return store.name();
    }

    @Override
    public void init(StateStoreContext context, StateStore root) {
        store.init(context, root);
    }

    @Override
    public void commit(Map<TopicPartition, Long> changelogOffsets) {
        store.commit(changelogOffsets);
    }

    @Override
    public void close() {
        store.close();
    }

    @Override
    public boolean persistent() {
        return store.persistent();
    }

    @Override
    public boolean isOpen() {
        return store.isOpen();
    }

    /** Builds the store of each task. */
    record Builder(Figures figures) implements StoreBuilder<FilterSessions> {

        @Override
        public FilterSessions build() {
            return new FilterSessions(
                    Stores.keyValueStoreBuilder(
                                    Stores.inMemoryKeyValueStore(Nodes.SESSIONS), Serdes.Bytes(), Serdes.ByteArray())
                            .withCachingDisabled()
                            .withLoggingEnabled(logConfig())
                            .build(),
                    figures);
        }

        @Override
        public StoreBuilder<FilterSessions> withCachingEnabled() {
            return this;
        }

        @Override
        public StoreBuilder<FilterSessions> withCachingDisabled() {
            return this;
        }

        @Override
        public StoreBuilder<FilterSessions> withLoggingEnabled(Map<String, String> config) {
            return this;
        }

        @Override
        public StoreBuilder<FilterSessions> withLoggingDisabled() {
            throw new UnsupportedOperationException("without a changelog the sessions would not outlive a crash");
        }

        @Override
        public Map<String, String> logConfig() {
            return Map.of();
        }

        @Override
        public boolean loggingEnabled() {
            return true;
        }

        @Override
        public String name() {
            return Nodes.SESSIONS;
        }
    }
}
