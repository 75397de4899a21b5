package org.fleetban.processor;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.fleetban.protocol.SourceKey;
import org.jspecify.annotations.Nullable;

/**
 * What the filters of a task remember of their sources. The sessions live as objects; those that changed are written down
 * when the task commits its position in {@code lines} ({@link #writeDown()}). A crash may come between the two, so a session is
 * written with that position and with what it was before: whoever begins before the position goes on with the latter. So
 * sessions and position always belong together.
 */
final class FilterSessions {

    private static final int MAX_LIVE = 100_000;

    /** Of a written session: a version, the clock of the last line, the position, the length of what it was before. */
    private static final byte VERSION = 1;

    private static final int HEAD = 1 + 2 * Long.BYTES + Integer.BYTES;

    /** A day more than lines are kept. */
    private static final Duration SILENCE = Duration.ofDays(8);

    private final KeyValueStore<Bytes, byte[]> store;
    private final Figures figures;
    /** The latest used last. */
    private final Map<SourceKey, Live> live = new LinkedHashMap<>(16, 0.75f, true);

    private final Map<SourceKey, Live> changed = new LinkedHashMap<>();
    private long newestLineMs;

    /** The offset after the last line. */
    private long position;

    FilterSessions(KeyValueStore<Bytes, byte[]> store, Figures figures) {
        this.store = store;
        this.figures = figures;
    }

    /** A session in memory, as it was written last, and the clock of the last line of its source. */
    private static final class Live {
        private final Bytes key;
        private final SourceFilter filter;
        private final SourceFilter.Session session;
        private byte @Nullable [] written;
        private long lastLineMs;

        private Live(
                Bytes key,
                SourceFilter filter,
                SourceFilter.Session session,
                byte @Nullable [] written,
                long lastLineMs) {
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
            return new Live(key, filter, filter.newSession(), null, 0);
        }
        try {
            byte[] session = asOf(position - 1, bytes);
            return session == null
                    ? new Live(key, filter, filter.newSession(), null, 0)
                    : new Live(key, filter, filter.readSession(session), session, lastLineMs(bytes));
        } catch (RuntimeException e) {
            return lost(key, filter);
        }
    }

    /** Whatever the bytes hold, a session that can't be read must not stop the task. */
    private Live lost(Bytes key, SourceFilter filter) {
        figures.count("lines.sessions-lost");
        return new Live(key, filter, filter.newSession(), null, 0);
    }

    /** A written session as it was before a line; null: there was none. */
    private static byte @Nullable [] asOf(long offset, byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        int version = in.get();
        if (version != VERSION) {
            throw new IllegalArgumentException("a session of version " + version + "; expected " + VERSION);
        }
        in.getLong();
        boolean isBefore = offset < in.getLong();
        int length = in.getInt();
        int latest = HEAD + Math.max(0, length);
        if (!isBefore) {
            return Arrays.copyOfRange(bytes, latest, bytes.length);
        }
        return length < 0 ? null : Arrays.copyOfRange(bytes, HEAD, latest);
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
        byte[] now = session.session.toBytes();
        byte[] before = session.written;
        ByteBuffer out = ByteBuffer.allocate(HEAD + (before == null ? 0 : before.length) + now.length)
                .put(VERSION)
                .putLong(session.lastLineMs)
                .putLong(position)
                .putInt(before == null ? -1 : before.length);
        if (before != null) {
            out.put(before);
        }
        store.put(session.key, out.put(now).array());
        session.written = now;
    }

    /** To be called when the task commits, before it waits for what was sent. */
    void writeDown() {
        changed.values().forEach(this::write);
        changed.clear();
    }
}
