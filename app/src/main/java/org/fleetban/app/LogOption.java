package org.fleetban.app;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A log file named on the command line: {@code [JAIL=]FILE}.
 *
 * @param jail the jail that is to read it; absent: every enabled jail
 * @param file the file, absolute
 */
record LogOption(Optional<String> jail, Path file) {

    private static final Pattern JAIL = Pattern.compile("[\\w.-]+");

    /**
     * Reads {@code [JAIL=]FILE}. A text whose part before the first {@code =} can't be a jail's name is a file.
     *
     * @throws UserException if the file can't be read
     */
    static LogOption parse(String text) {
        int equals = text.indexOf('=');
        boolean named = equals > 0 && JAIL.matcher(text.substring(0, equals)).matches();
        Path file = Path.of(named ? text.substring(equals + 1) : text)
                .toAbsolutePath()
                .normalize();
        if (Files.isDirectory(file)) {
            throw new UserException(file + ": is a directory, a log file was expected");
        }
        if (!Files.exists(file)) {
            throw new UserException(file + ": no such file");
        }
        if (!Files.isReadable(file)) {
            throw new UserException(file + ": cannot be read: permission denied");
        }
        return new LogOption(named ? Optional.of(text.substring(0, equals)) : Optional.empty(), file);
    }
}
