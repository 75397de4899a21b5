package org.fleetban.enforcer.firewall;

/** Is told what a firewall holds of ours, piece by piece, because there may be a million pieces. */
public interface Entries {

    /** The remaining time of an entry without an end. */
    long PERMANENT = Long.MAX_VALUE;

    /** Instead of the time that remains, for an entry that refuses nobody. */
    long VOID = -1;

    /** A group stands, be it unknown or without an entry; told at least once for each. */
    void group(String name);

    /**
     * An entry of a group.
     *
     * @param remaining in milliseconds; {@link #PERMANENT}: the kernel never ends it
     */
    void entry(String group, Network network, long remaining);
}
