package org.fleetban.app;

import org.jspecify.annotations.Nullable;

/**
 * Something failed that the user could not have known. Shown as one line without a stack trace; the exit code is
 * {@link ExitCode#FAILURE}.
 */
final class FailureException extends RuntimeException {

    private static final long serialVersionUID = 1;

    /**
     * @param message what failed, and what to do
     * @param cause the underlying error; null where there is none
     */
    FailureException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
