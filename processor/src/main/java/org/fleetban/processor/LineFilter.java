package org.fleetban.processor;

import java.time.Instant;
import org.fleetban.engine.filter.FilterState;
import org.fleetban.engine.filter.JailFilter;
import org.fleetban.engine.filter.LogLine;
import org.fleetban.engine.filter.LogTime;
import org.fleetban.engine.filter.Outcome;
import org.jspecify.annotations.Nullable;

/** What recognises failures in lines; thread-safe. {@link EngineFilter} is the real one. */
public interface LineFilter {

    /** What is remembered of one source from line to line. Not thread-safe. */
    interface Session {

        /**
         * Judges a line.
         *
         * @param line the bytes as read, without the newline
         * @param clock when the line was read
         * @param time the line's own time where its source knows it; null: it stands in the text
         */
        Outcome apply(byte[] line, Instant clock, @Nullable Instant time);

        /** The session in a binary form for {@link LineFilter#readSession}. */
        byte[] toBytes();
    }

    /** A source at its beginning. */
    Session newSession();

    /**
     * A session as it was written.
     *
     * @throws IllegalArgumentException if the bytes can't be read
     */
    Session readSession(byte[] bytes);

    /** The engine's filter. */
    record EngineFilter(JailFilter filter) implements LineFilter {
        @Override
        public Session newSession() {
            return new EngineSession(filter, filter.filter().newState());
        }

        @Override
        public Session readSession(byte[] bytes) {
            return new EngineSession(filter, filter.filter().readState(bytes));
        }
    }

    /** A session of the engine's filter on its own. */
    record EngineSession(JailFilter filter, FilterState state) implements Session {
        @Override
        public Outcome apply(byte[] line, Instant clock, @Nullable Instant time) {
            return filter.filter().apply(state, new LogLine(line, filter.charset(), clock, time), LogTime.BOUNDED);
        }

        @Override
        public byte[] toBytes() {
            return state.toBytes();
        }
    }
}
