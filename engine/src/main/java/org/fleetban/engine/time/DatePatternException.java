package org.fleetban.engine.time;

/** A {@code datepattern} that can't be used; the message holds the pattern and what is wrong with it. */
public final class DatePatternException extends Exception {

    private static final long serialVersionUID = 1;

    /**
     * @param message the pattern, and what is wrong with it
     * @param cause the underlying error
     */
    public DatePatternException(String message, Throwable cause) {
        super(message, cause);
    }

    /** @param message the pattern, and what is wrong with it */
    public DatePatternException(String message) {
        super(message);
    }
}
