package org.fleetban.engine.filter;

/** Which time a failure carries. */
public enum LogTime {
    /** The log's own time within the bounds that the line's clock sets: for lines as they arrive. */
    BOUNDED,
    /** The log's own time, whatever the clock says: for reading old files, as {@code fail2ban-regex} does. */
    AS_WRITTEN
}
