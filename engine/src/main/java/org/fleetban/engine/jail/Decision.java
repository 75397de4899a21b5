package org.fleetban.engine.jail;

import org.jspecify.annotations.Nullable;

/**
 * Something that a jail decided about an offender.
 *
 * @param kind what
 * @param event identity of the decision: the same cause always has the same
 * @param ban the ban as it is now
 * @param ignoredBy the ignore rule that refused the ban, else null
 */
public record Decision(
        Kind kind, String event, Ban ban, @Nullable String ignoredBy) {

    /** What was decided. */
    public enum Kind {
        /** A new ban stands. */
        BAN,
        /** A ban lasts longer. */
        EXTEND,
        /** A ban that was over before its failures were read: remembered, never enforced. */
        EXPIRED,
        /** A ban that an ignore rule refused. */
        REFUSED,
        /** A ban was lifted. */
        UNBAN
    }
}
