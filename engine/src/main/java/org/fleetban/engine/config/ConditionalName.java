package org.fleetban.engine.config;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A name that holds under a condition only, such as {@code blocktype?family=inet6}.
 *
 * @param condition with its question mark
 */
record ConditionalName(String name, String condition) {

    private static final Pattern PATTERN =
            Pattern.compile("(\\w+)(\\?.+)", Pattern.UNICODE_CHARACTER_CLASS | Pattern.DOTALL);

    /** Null where the text has no condition. */
    static @Nullable ConditionalName parse(String text) {
        Matcher matcher = PATTERN.matcher(text);
        return matcher.matches() ? new ConditionalName(matcher.group(1), matcher.group(2)) : null;
    }
}
