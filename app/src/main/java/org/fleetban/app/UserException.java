package org.fleetban.app;

/**
 * Something the user can mend: a wrong option, file, setting or address. Shown as one line without a stack trace; the
 * exit code is {@link ExitCode#USAGE}.
 */
public final class UserException extends RuntimeException {

    private static final long serialVersionUID = 1;

    /** @param message what was read, where, what was expected, what to do */
    public UserException(String message) {
        super(message);
    }

    /**
     * @param message what was read, where, what was expected, what to do
     * @param cause the underlying error, for {@code --verbose}
     */
    public UserException(String message, Throwable cause) {
        super(message, cause);
    }
}
