package org.fleetban.processor;

import java.nio.charset.Charset;
import java.time.Instant;
import org.fleetban.engine.filter.Filter;
import org.fleetban.engine.filter.FilterState;
import org.fleetban.engine.filter.LogLine;
import org.fleetban.engine.filter.LogTime;
import org.fleetban.engine.filter.Outcome;
import org.jspecify.annotations.Nullable;

/** What recognises failures in lines; thread-safe. {@link #of} is the real one. */
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

    /**
     * The engine's filter.
     *
     * @param filter compiled
     * @param charset the log's encoding
     */
    static LineFilter of(Filter filter, Charset charset) {
        return new LineFilter() {
            @Override
            public Session newSession() {
                return new EngineSession(filter, charset, filter.newState());
            }

            @Override
            public Session readSession(byte[] bytes) {
                return new EngineSession(filter, charset, filter.readState(bytes));
            }
        };
    }

    /** A session of the engine's filter. */
    record EngineSession(Filter filter, Charset charset, FilterState state) implements Session {
        @Override
        public Outcome apply(byte[] line, Instant clock, @Nullable Instant time) {
            return filter.apply(state, new LogLine(line, charset, clock, time), LogTime.BOUNDED);
        }

        @Override
        public byte[] toBytes() {
            return state.toBytes();
        }
    }
}
