package org.fleetban.engine.filter;

import java.nio.charset.Charset;
import java.time.Instant;
import java.time.ZoneId;
import org.fleetban.engine.config.FilterDefinition;
import org.fleetban.engine.config.JailDefinition.UseDns;

/** A compiled filter: immutable, thread-safe, one per jail. What changes from line to line is in {@link FilterState}. */
public final class Filter {

    private Filter() {}

    /**
     * Compiles a filter.
     *
     * @param definition the resolved definition
     * @param useDns what becomes of a name in the offender's place
     * @param zone of log times that name none
     * @throws FilterException if an expression or date pattern is wrong
     */
    public static Filter compile(FilterDefinition definition, UseDns useDns, ZoneId zone) throws FilterException {
        throw new UnsupportedOperationException();
    }

    /** The state of one source (one log file of one host) at its beginning. */
    public FilterState newState() {
        throw new UnsupportedOperationException();
    }

    /**
     * Reads a state back. What was written under another date pattern keeps its sessions and forgets the ranking.
     *
     * @param bytes from {@link FilterState#toBytes()}
     * @throws IllegalArgumentException if they are of an unknown version or cut short
     */
    public FilterState readState(byte[] bytes) {
        throw new UnsupportedOperationException();
    }

    /** {@link #apply(FilterState, byte[], Charset, Instant, LogTime)} with {@link LogTime#BOUNDED}. */
    public Outcome apply(FilterState state, byte[] line, Charset charset, Instant clock) {
        return apply(state, line, charset, clock, LogTime.BOUNDED);
    }

    /**
     * Judges one line, in the order of fail2ban's filter.
     *
     * @param state of the line's source; changed
     * @param line the bytes as read, without the newline
     * @param charset the log's encoding
     * @param clock when the line was read: guesses the year, bounds the time, ages the sessions
     * @param logTime which time a failure carries
     */
    public Outcome apply(FilterState state, byte[] line, Charset charset, Instant clock, LogTime logTime) {
        throw new UnsupportedOperationException();
    }
}
