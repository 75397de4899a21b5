package org.fleetban.engine.filter;

/** What a filter remembers of one source: sessions, the buffer of multi-line filters, the last date. Not thread-safe. */
public final class FilterState {

    FilterState() {}
}
