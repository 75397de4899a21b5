package org.fleetban.protocol;

/** A record that is not what its topic promises; the message says why, for people and for the dead letter. */
public final class BadRecordException extends Exception {

    private static final long serialVersionUID = 1;

    /** @param message what was read and what was expected */
    public BadRecordException(String message) {
        super(message);
    }

    /**
     * @param message what was read and what was expected
     * @param cause what the parser said
     */
    public BadRecordException(String message, Throwable cause) {
        super(message, cause);
    }
}
