package org.fleetban.engine.config;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** A jail, or all of them, can't be read; the message is for the user. */
final class ConfigException extends Exception {

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

    Problem asProblem(@Nullable String jail) {
        return Problem.error(jail, origin, String.valueOf(getMessage()));
    }
}
