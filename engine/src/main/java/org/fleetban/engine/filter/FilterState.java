package org.fleetban.engine.filter;

/** What a filter remembers of one source: sessions, the buffer of multi-line filters, the last date. Not thread-safe. */
public final class FilterState {

    FilterState() {}

    /** The state in its versioned binary form; {@link Filter#readState(byte[])} reads it. */
    public byte[] toBytes() {
        throw new UnsupportedOperationException();
    }
}
