package org.fleetban.enforcer;

/**
 * Hears what an enforcer does. Called on the enforcer's own thread: a slow listener delays bans, and an exception ends the
 * enforcer.
 */
public interface EnforcerListener {

    /**
     * The firewall now refuses an offender.
     *
     * @param restored it did so before this process began to follow the table
     */
    default void banned(Ban ban, boolean restored) {}

    /** A ban is over or was lifted. */
    default void unbanned(Ban ban) {}

    /** A ban is not enforced on this host. */
    default void refused(Ban ban, Refusal refusal) {}

    /** The firewall was not as it was left, and was put right. */
    default void healed(String fault) {}

    /** Something that the operator should know; said once, until it is over. */
    default void problem(String message) {}

    /** How things stand, for a log. */
    default void info(String message) {}

    /** For now everything has been told. */
    default void settled() {}
}
