package org.fleetban.engine.filter;

/** A filter that can't be compiled; the message names the option, the expression and the position. */
public final class FilterException extends Exception {

    private static final long serialVersionUID = 1;

    /** @param message what is wrong, and where */
    public FilterException(String message) {
        super(message);
    }

    /**
     * @param message what is wrong, and where
     * @param cause the underlying error
     */
    public FilterException(String message, Throwable cause) {
        super(message, cause);
    }
}
