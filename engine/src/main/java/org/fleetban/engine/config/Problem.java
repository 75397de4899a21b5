package org.fleetban.engine.config;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Something wrong in the configuration.
 *
 * @param severity whether the jail (or everything) is left out because of it
 * @param jail the jail concerned, or null
 * @param file the file, or null where there is none
 * @param line its line, from 1; 0 where there is none
 * @param message what was read, what was expected, what to do
 */
public record Problem(
        Severity severity, @Nullable String jail, @Nullable Path file, int line, String message) {

    /** How bad it is. */
    public enum Severity {
        /** The jail, or the whole configuration, can't be used. */
        ERROR,
        /** Something was set aside; the jail runs. */
        WARNING
    }

    static Problem error(@Nullable String jail, @Nullable Origin origin, String message) {
        return of(Severity.ERROR, jail, origin, message);
    }

    static Problem warning(@Nullable String jail, @Nullable Origin origin, String message) {
        return of(Severity.WARNING, jail, origin, message);
    }

    private static Problem of(Severity severity, @Nullable String jail, @Nullable Origin origin, String message) {
        return new Problem(
                severity, jail, origin == null ? null : origin.file(), origin == null ? 0 : origin.line(), message);
    }

    /** {@code file:line: [jail] message}, without the parts that there are not. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        if (file != null) {
            text.append(file);
            if (line > 0) {
                text.append(':').append(line);
            }
            text.append(": ");
        }
        if (jail != null) {
            text.append('[').append(jail).append("] ");
        }
        return text.append(message).toString();
    }
}
