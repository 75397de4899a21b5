package org.fleetban.engine.config;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** A jail, or all of them, or a filter can't be read; {@link #asProblem} is for the user. */
public final class ConfigException extends Exception {

    @Serial
    private static final long serialVersionUID = 1L;

    private final transient @Nullable Origin origin;

    ConfigException(String message, @Nullable Origin origin) {
        super(message);
        this.origin = origin;
    }

    @Nullable
    Origin origin() {
        return origin;
    }

    /**
     * The message with the place that it is about.
     *
     * @param jail the jail concerned, or null
     */
    public Problem asProblem(@Nullable String jail) {
        return Problem.error(jail, origin, String.valueOf(getMessage()));
    }
}
