package org.fleetban.processor;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.state.KeyValueIterator;
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
 * class and {@link CommitSignal} alone know it.
 */
final class FilterSessions implements StateStore, CachedStateStore<byte[], byte[]> {

    private static final int MAX_LIVE = 100_000;

    /** A day more than lines are kept. */
    private static final Duration SILENCE = Duration.ofDays(8);

    private final KeyValueStore<Bytes, byte[]> store;
    private final Figures figures;
    private final Map<Bytes, Live> live = new LinkedHashMap<>(16, 0.75f, true);
    private final Map<Bytes, Live> changed = new LinkedHashMap<>();
    private long newestLineMs;

    /** Lines come in stretches of one source. */
    private @Nullable SourceKey lastSource;

    private @Nullable Bytes lastKey;

    FilterSessions(KeyValueStore<Bytes, byte[]> store, Figures figures) {
        this.store = store;
        this.figures = figures;
    }

    /** A session in memory, and the clock of the last line of its source. */
    private static final class Live {
        private final SourceFilter filter;
        private final SourceFilter.Session session;
        private long lastLineMs;

        private Live(SourceFilter filter, SourceFilter.Session session, long lastLineMs) {
            this.filter = filter;
            this.session = session;
            this.lastLineMs = lastLineMs;
        }

        private byte[] toBytes() {
            byte[] bytes = session.toBytes();
            return ByteBuffer.allocate(Long.BYTES + bytes.length)
                    .putLong(lastLineMs)
                    .put(bytes)
                    .array();
        }
    }

    /**
     * The session of a source.
     *
     * @param clock of the line for which it is asked
     */
    SourceFilter.Session get(SourceFilter filter, SourceKey source, Instant clock) {
        Live session = live(filter, key(source));
        session.lastLineMs = Math.max(session.lastLineMs, clock.toEpochMilli());
        newestLineMs = Math.max(newestLineMs, session.lastLineMs);
        return session.session;
    }

    private Live live(SourceFilter filter, Bytes key) {
        Live known = live.get(key);
        if (known != null && known.filter == filter) {
            return known;
        }
        byte[] bytes = known == null ? store.get(key) : known.toBytes();
        Live session = bytes == null ? new Live(filter, filter.newSession(), 0) : read(filter, bytes);
        live.put(key, session);
        if (changed.containsKey(key)) {
            changed.put(key, session);
        }
        if (live.size() > MAX_LIVE) {
            Bytes eldest = live.keySet().iterator().next();
            writeDown(eldest, changed.remove(eldest));
            live.remove(eldest);
        }
        return session;
    }

    private Live read(SourceFilter filter, byte[] bytes) {
        try {
            return new Live(
                    filter,
                    filter.readSession(Arrays.copyOfRange(bytes, Long.BYTES, Math.max(bytes.length, Long.BYTES))),
                    lastLineMs(bytes));
        } catch (RuntimeException e) {
            // Whatever the bytes hold, a session that can't be read must not stop the task.
            figures.count("lines.sessions-lost");
            return new Live(filter, filter.newSession(), 0);
        }
    }

    private static long lastLineMs(byte[] bytes) {
        return bytes.length < Long.BYTES ? 0 : ByteBuffer.wrap(bytes).getLong();
    }

    /**
     * Forgets the sources that have been silent for longer than any line is kept, by the clock of the lines: hosts come and
     * go, and what is remembered of them must not grow for ever.
     */
    void forgetSilent() {
        long silentSince = newestLineMs - SILENCE.toMillis();
        List<Bytes> silent = new ArrayList<>();
        try (KeyValueIterator<Bytes, byte[]> entries = store.all()) {
            entries.forEachRemaining(entry -> {
                if (lastLineMs(entry.value) < silentSince) {
                    silent.add(entry.key);
                }
            });
        }
        live.values().removeIf(session -> session.lastLineMs < silentSince);
        changed.values().removeIf(session -> session.lastLineMs < silentSince);
        for (Bytes key : silent) {
            Live session = live.get(key);
            if (session == null) {
                store.delete(key);
            } else {
                // Written with the next commit, as all that is in use.
                changed.put(key, session);
            }
        }
    }

    /** Notes that the session of a source changes in a way that must outlive a crash. */
    void changed(SourceFilter filter, SourceKey source) {
        Bytes key = key(source);
        changed.put(key, live(filter, key));
    }

    private Bytes key(SourceKey source) {
        Bytes key = lastKey;
        if (key == null || !source.equals(lastSource)) {
            key = Bytes.wrap(Utf8.bytes(source.toString()));
            lastSource = source;
            lastKey = key;
        }
        return key;
    }

    private void writeDown(Bytes key, @Nullable Live session) {
        if (session != null) {
            store.put(key, session.toBytes());
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
