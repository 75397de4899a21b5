package org.fleetban.engine.filter;

import org.fleetban.engine.config.Origin;
import org.jspecify.annotations.Nullable;

/** A filter that can't be compiled; the message names the option, the expression and the position. */
public final class FilterException extends Exception {

    private static final long serialVersionUID = 1;

    @SuppressWarnings("serial") // never serialized
    private final @Nullable Origin origin;

    /** @param message what is wrong, and where */
    public FilterException(String message) {
        this(message, null, null);
    }

    /**
     * @param message what is wrong, and where
     * @param cause the underlying error
     */
    public FilterException(String message, Throwable cause) {
        this(message, cause, null);
    }

    private FilterException(String message, @Nullable Throwable cause, @Nullable Origin origin) {
        super(message, cause);
        this.origin = origin;
    }

    /** This exception, with the line of the option that is wrong. */
    FilterException at(@Nullable Origin line) {
        return new FilterException(String.valueOf(getMessage()), getCause(), line);
    }

    /** The line that sets what is wrong; null where no file does. */
    public @Nullable Origin origin() {
        return origin;
    }
}
