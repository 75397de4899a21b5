package org.fleetban.engine.filter;

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
     * Judges one line, in the order of fail2ban's filter.
     *
     * @param state of the line's source; changed
     * @param line the bytes as read, without the newline
     * @param charset the log's encoding
     * @param clock when the line was read: guesses the year, bounds the time
     */
    public Outcome apply(FilterState state, byte[] line, java.nio.charset.Charset charset, Instant clock) {
        throw new UnsupportedOperationException();
    }
}
