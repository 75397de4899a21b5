package org.fleetban.enforcer;

/** What is known of an entry that the firewall holds. */
final class Held {

    /** The end of an entry that the firewall holds with another end than it should. */
    static final long UNKNOWN = 0;

    /** When the firewall ends it, in milliseconds since the epoch; {@link Ban#FOR_EVER}, or {@link #UNKNOWN}. */
    final long until;

    /** The number of the last comparison that saw it; used by the one that runs. */
    int seen;

    Held(long until) {
        this.until = until;
    }
}
