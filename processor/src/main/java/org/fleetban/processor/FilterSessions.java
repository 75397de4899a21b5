package org.fleetban.processor;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.fleetban.protocol.SourceKey;

/**
 * What the filters of a task remember of their sources. The sessions live as objects; those that changed are written down
 * when the task commits its position in {@code lines} ({@link #writeDown()}). A crash may come between the two, and a commit may
 * fail, or succeed without an answer. So a session is written with that position, and with what it was at those before it, back to
 * the last commit that is known to have succeeded: whoever begins at one of them goes on with what belongs to it.
 */
final class FilterSessions {

    private static final int MAX_LIVE = 100_000;

    /** Of a written session: the format's version, the clock of the last line; then what it was at each position. */
    private static final byte VERSION = 2;

    private static final int HEAD = 1 + Long.BYTES;
    private static final int STAGE_HEAD = Long.BYTES + Integer.BYTES;

    /** A commit that gets no answer is tried for a minute, and a task that gets none for five minutes ends. */
    private static final int MAX_STAGES = 8;

    /** Of all that is written of a source, for a record of the changelog has 1 MB at most, and of what it was at one position. */
    private static final int MAX_BYTES = 900_000;

    private static final int MAX_STAGE_BYTES = 430_000;

    /** A day more than lines are kept. */
    private static final Duration SILENCE = Duration.ofDays(8);

    private final KeyValueStore<Bytes, byte[]> store;
    private final LongSupplier committed;
    private final Figures figures;

    /** The latest used last. */
    private final Map<SourceKey, Live> live = new LinkedHashMap<>(16, 0.75f, true);

    private final Map<SourceKey, Live> changed = new LinkedHashMap<>();
    private long newestLineMs;

    /** The offset after the last line. */
    private long position;

    /** @param committed gives the position of the last commit that is known to have succeeded, or something smaller */
    FilterSessions(KeyValueStore<Bytes, byte[]> store, LongSupplier committed, Figures figures) {
        this.store = store;
        this.committed = committed;
        this.figures = figures;
    }

    /** What a session was at a position: after all lines before it. */
    private record Stage(long position, byte[] session) {}

    /** A session in memory, what of it is written, and the clock of the last line of its source. */
    private static final class Live {
        private final Bytes key;
        private final SourceFilter filter;
        private final SourceFilter.Session session;
        private final Deque<Stage> written;
        private long lastLineMs;

        private Live(
                Bytes key, SourceFilter filter, SourceFilter.Session session, Deque<Stage> written, long lastLineMs) {
            this.key = key;
            this.filter = filter;
            this.session = session;
            this.written = written;
            this.lastLineMs = lastLineMs;
        }

        /** As it is now. */
        private Live under(SourceFilter another) {
            return new Live(key, another, another.readSession(session.toBytes()), written, lastLineMs);
        }
    }

    /**
     * The session of a source.
     *
     * @param clock of the line for which it is asked
     * @param offset of that line in its partition
     */
    SourceFilter.Session get(SourceFilter filter, SourceKey source, Instant clock, long offset) {
        position = offset + 1;
        Live session = live(filter, source);
        session.lastLineMs = Math.max(session.lastLineMs, clock.toEpochMilli());
        newestLineMs = Math.max(newestLineMs, session.lastLineMs);
        return session.session;
    }

    private Live live(SourceFilter filter, SourceKey source) {
        Live known = live.get(source);
        if (known != null && known.filter == filter) {
            return known;
        }
        Live session = known == null ? read(Bytes.wrap(source.toBytes()), filter) : changed(known, filter);
        live.put(source, session);
        if (changed.containsKey(source)) {
            changed.put(source, session);
        }
        if (live.size() > MAX_LIVE) {
            SourceKey eldest = live.keySet().iterator().next();
            Live leaving = changed.remove(eldest);
            if (leaving != null) {
                write(leaving);
            }
            live.remove(eldest);
        }
        return session;
    }

    private Live changed(Live known, SourceFilter filter) {
        try {
            return known.under(filter);
        } catch (RuntimeException e) {
            return lost(known.key, filter);
        }
    }

    private Live read(Bytes key, SourceFilter filter) {
        byte[] bytes = store.get(key);
        if (bytes == null) {
            return begun(key, filter);
        }
        try {
            Deque<Stage> stages = stages(bytes);
            while (!stages.isEmpty() && stages.getLast().position() >= position) {
                stages.removeLast(); // of a commit that has not succeeded
            }
            return stages.isEmpty()
                    ? begun(key, filter)
                    : new Live(key, filter, filter.readSession(stages.getLast().session()), stages, lastLineMs(bytes));
        } catch (RuntimeException e) {
            return lost(key, filter);
        }
    }

    private static Live begun(Bytes key, SourceFilter filter) {
        return new Live(key, filter, filter.newSession(), new ArrayDeque<>(), 0);
    }

    /** Whatever the bytes hold, a session that can't be read must not stop the task. */
    private Live lost(Bytes key, SourceFilter filter) {
        figures.count("lines.sessions-lost");
        return begun(key, filter);
    }

    private static Deque<Stage> stages(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        int version = in.get();
        if (version != VERSION) {
            throw new IllegalArgumentException("a session of version " + version + "; expected " + VERSION);
        }
        in.getLong();
        Deque<Stage> stages = new ArrayDeque<>();
        while (in.hasRemaining()) {
            long position = in.getLong();
            int length = in.getInt();
            if (length > in.remaining()) {
                throw new BufferUnderflowException();
            }
            byte[] session = new byte[length];
            in.get(session);
            stages.add(new Stage(position, session));
        }
        return stages;
    }

    private static long lastLineMs(byte[] bytes) {
        return bytes.length < HEAD ? 0 : ByteBuffer.wrap(bytes).getLong(1);
    }

    /**
     * Forgets the sources that have been silent for longer than any line is kept, by the clock of the lines: hosts come and
     * go, and what is remembered of them must not grow for ever.
     */
    void forgetSilent() {
        long silentSince = newestLineMs - SILENCE.toMillis();
        live.values().removeIf(session -> session.lastLineMs < silentSince);
        changed.values().removeIf(session -> session.lastLineMs < silentSince);
        Map<Bytes, SourceKey> inUse = new HashMap<>();
        live.forEach((source, session) -> inUse.put(session.key, source));
        List<Bytes> silent = new ArrayList<>();
        try (KeyValueIterator<Bytes, byte[]> entries = store.all()) {
            entries.forEachRemaining(entry -> {
                if (lastLineMs(entry.value) < silentSince) {
                    silent.add(entry.key);
                }
            });
        }
        for (Bytes key : silent) {
            SourceKey source = inUse.get(key);
            if (source == null) {
                store.delete(key);
            } else {
                // Written with the next commit, as all that is in use.
                changed.put(source, Objects.requireNonNull(live.get(source)));
            }
        }
    }

    /** Notes that the session of a source changes in a way that must outlive a crash. */
    void changed(SourceFilter filter, SourceKey source) {
        changed.put(source, live(filter, source));
    }

    private void write(Live session) {
        Deque<Stage> stages = session.written;
        long settled = committed.getAsLong();
        Stage oldest = stages.poll();
        while (!stages.isEmpty() && stages.element().position() <= settled) {
            oldest = stages.remove();
        }
        while (stages.size() > MAX_STAGES - 2) {
            stages.remove();
        }
        Stage newest = new Stage(position, bounded(session.session));
        int length = HEAD + length(newest) + (oldest == null ? 0 : length(oldest));
        for (Stage stage : stages) {
            length += length(stage);
        }
        while (length > MAX_BYTES && !stages.isEmpty()) {
            length -= length(stages.remove());
        }
        if (oldest != null) {
            stages.addFirst(oldest);
        }
        stages.add(newest);
        ByteBuffer out = ByteBuffer.allocate(length).put(VERSION).putLong(session.lastLineMs);
        stages.forEach(stage ->
                out.putLong(stage.position()).putInt(stage.session().length).put(stage.session()));
        store.put(session.key, out.array());
    }

    private static int length(Stage stage) {
        return STAGE_HEAD + stage.session().length;
    }

    /** How long it gets is up to attackers: what they connect with, and how often. */
    private byte[] bounded(SourceFilter.Session session) {
        byte[] bytes = session.toBytes();
        if (bytes.length > MAX_STAGE_BYTES) {
            figures.count("lines.sessions-shortened");
            while (bytes.length > MAX_STAGE_BYTES && session.shorten()) {
                bytes = session.toBytes();
            }
        }
        return bytes;
    }

    /** To be called when the task commits, before it waits for what was sent. */
    void writeDown() {
        changed.values().forEach(this::write);
        changed.clear();
    }
}
