package org.fleetban.enforcer.firewall;

/** The host's firewall refused a command or gave an answer that is not understood; the message has its words. */
public final class FirewallException extends Exception {

    private static final long serialVersionUID = 1;

    /** @param message the command, and what the tool said */
    public FirewallException(String message) {
        super(message);
    }

    /**
     * @param message the command, and what went wrong
     * @param cause why
     */
    public FirewallException(String message, Throwable cause) {
        super(message, cause);
    }
}
