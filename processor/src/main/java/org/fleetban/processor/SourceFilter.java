package org.fleetban.processor;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.fleetban.engine.filter.FilterSet;
import org.fleetban.engine.filter.FilterSetState;
import org.fleetban.engine.filter.JailFilter;
import org.fleetban.engine.filter.LogTime;
import org.fleetban.engine.filter.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * The jails that read a source, over one line at once. The engine's filters share what they can; each jail finds what it
 * would find alone. Immutable, thread-safe.
 */
final class SourceFilter {

    private static final int VERSION = 1;
    private static final int LONGEST = 1 << 26;

    private final List<Jail> jails;
    private final FilterSet set;

    /** The jails with filters of another kind. */
    private final List<Jail> others = new ArrayList<>();

    private final boolean remembersEveryLine;

    SourceFilter(Collection<Jail> jails) {
        this.jails = List.copyOf(jails);
        Map<String, JailFilter> filters = new LinkedHashMap<>();
        for (Jail jail : jails) {
            if (jail.filter() instanceof LineFilter.EngineFilter engine) {
                filters.put(jail.name(), engine.filter());
            } else {
                others.add(jail);
            }
        }
        set = FilterSet.of(filters);
        remembersEveryLine = jails.stream().anyMatch(Jail::remembersEveryLine);
    }

    List<Jail> jails() {
        return jails;
    }

    /** Whether even a line that matches nothing is part of what a filter remembers. */
    boolean remembersEveryLine() {
        return remembersEveryLine;
    }

    /** A source at its beginning. */
    Session newSession() {
        Map<String, LineFilter.Session> sessions = new LinkedHashMap<>();
        others.forEach(jail -> sessions.put(jail.name(), jail.filter().newSession()));
        return new Session(set, set.newState(), sessions);
    }

    /**
     * A session as it was written, perhaps for other jails: what a jail of the same name remembered is kept.
     *
     * @throws IllegalArgumentException if the bytes can't be read
     */
    Session readSession(byte[] bytes) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            int version = in.readByte();
            if (version != VERSION) {
                throw new IOException("version " + version + "; expected " + VERSION);
            }
            FilterSetState state = set.readState(readBlock(in));
            Map<String, byte[]> written = new HashMap<>();
            for (int i = in.readInt(); i > 0; i--) {
                written.put(in.readUTF(), readBlock(in));
            }
            Map<String, LineFilter.Session> sessions = new LinkedHashMap<>();
            for (Jail jail : others) {
                byte[] own = written.get(jail.name());
                sessions.put(
                        jail.name(),
                        own == null ? jail.filter().newSession() : jail.filter().readSession(own));
            }
            return new Session(set, state, sessions);
        } catch (IOException cutShort) {
            throw new IllegalArgumentException("no session: " + cutShort.getMessage(), cutShort);
        }
    }

    private static byte[] readBlock(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > LONGEST) {
            throw new IOException("a part of " + length + " bytes");
        }
        return in.readNBytes(length);
    }

    /** What is remembered of one source from line to line. Not thread-safe. */
    static final class Session {
        private final FilterSet set;
        private final FilterSetState state;
        private final Map<String, LineFilter.Session> others;

        private Session(FilterSet set, FilterSetState state, Map<String, LineFilter.Session> others) {
            this.set = set;
            this.state = state;
            this.others = others;
        }

        /**
         * Judges a line.
         *
         * @param line the bytes as read, without the newline
         * @param clock when the line was read
         * @param time the line's own time where its source knows it; null: it stands in the text
         * @param outcomes takes a jail's name and what its filter makes of the line, unless that is nothing
         */
        void apply(byte[] line, Instant clock, @Nullable Instant time, BiConsumer<String, Outcome> outcomes) {
            set.apply(state, line, time, clock, LogTime.BOUNDED, outcomes);
            others.forEach((jail, session) -> {
                Outcome outcome;
                try {
                    outcome = session.apply(line, clock, time);
                } catch (RuntimeException | StackOverflowError e) {
                    outcome = new Outcome.Failed(e);
                }
                if (!(outcome instanceof Outcome.NoMatch)) {
                    outcomes.accept(jail, outcome);
                }
            });
        }

        /** Forgets what matters least, evidence before all else; returns whether there was anything to forget. */
        boolean shorten() {
            return state.shorten();
        }

        /** The session in a binary form for {@link SourceFilter#readSession}. */
        byte[] toBytes() {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (DataOutputStream out = new DataOutputStream(bytes)) {
                out.writeByte(VERSION);
                byte[] own = state.toBytes();
                out.writeInt(own.length);
                out.write(own);
                out.writeInt(others.size());
                for (Map.Entry<String, LineFilter.Session> other : others.entrySet()) {
                    byte[] block = other.getValue().toBytes();
                    out.writeUTF(other.getKey());
                    out.writeInt(block.length);
                    out.write(block);
                }
            } catch (IOException impossible) {
                throw new UncheckedIOException(impossible);
            }
            return bytes.toByteArray();
        }
    }
}
