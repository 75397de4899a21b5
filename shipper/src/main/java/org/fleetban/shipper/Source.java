package org.fleetban.shipper;

import java.nio.file.Path;

/**
 * What to follow: the files that a pattern names, now and later.
 *
 * @param pattern an absolute path in which {@code *}, {@code ?} and {@code [...]} mean what they mean in Python's
 *     {@code glob}, as in fail2ban's {@code logpath}: they match within one directory level, and never a leading dot
 * @param fromEnd whether files that exist when the shipper meets this pattern for the first time are followed from
 *     their end ({@code tail} in a fail2ban {@code logpath}); files that come later are always read from their beginning
 */
public record Source(String pattern, boolean fromEnd) {

    /** @throws IllegalArgumentException if the pattern is not an absolute path */
    public Source {
        if (!pattern.startsWith("/") || pattern.endsWith("/")) {
            throw new IllegalArgumentException(
                    "log path '" + pattern + "': expected the absolute path of a file, or a pattern of such paths");
        }
        if (pattern.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("log path '" + pattern.replace('\0', '?') + "' holds a NUL character");
        }
    }

    /** Follows what the pattern names, existing files from their first line on. */
    public static Source fromBeginning(String pattern) {
        return new Source(pattern, false);
    }

    /** Follows what the pattern names, existing files from their end on. */
    public static Source fromEnd(String pattern) {
        return new Source(pattern, true);
    }

    /** Follows one file whose name is taken as it is, whatever characters it holds. */
    public static Source ofFile(Path file, boolean fromEnd) {
        return new Source(PathPattern.escape(file.toAbsolutePath().normalize().toString()), fromEnd);
    }
}
