package org.fleetban.shipper;

/**
 * Where lines come from: a content of a file, or a match of a journal. Its lines are delivered in the order in which they
 * were offered. Only {@link #delivered} is called by other threads than the one that reads.
 */
interface LineOrigin {

    /** The key of its lines' records. */
    byte[] recordKey();

    /** Further paths under which jails may know it, separated by NUL, UTF-8; empty where there is none. */
    byte[] otherNames();

    /** The line is on its way. */
    void offered(Line line);

    /** The line that was offered last was not taken after all. */
    void withdrawn(Line line);

    /** The line, and with it all that were offered before, need not be sent again. */
    void delivered(Line line);

    /** A name for messages. */
    @Override
    String toString();
}
