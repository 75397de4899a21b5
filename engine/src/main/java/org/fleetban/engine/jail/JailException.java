package org.fleetban.engine.jail;

/** A jail whose options can't be used; the message names the option, its value and what was expected. */
public final class JailException extends Exception {

    private static final long serialVersionUID = 1;

    /** @param message what is wrong, and where */
    public JailException(String message) {
        super(message);
    }
}
