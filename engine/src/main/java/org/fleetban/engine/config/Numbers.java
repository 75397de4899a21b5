package org.fleetban.engine.config;

import java.time.Duration;
import java.util.Locale;
import java.util.Set;

/** Values that are a number, a time, a yes or no. */
final class Numbers {

    private static final Set<String> YES = Set.of("1", "on", "true", "yes");

    private Numbers() {}

    static int integer(String option, Value value) throws ConfigException {
        try {
            return Integer.parseInt(WhiteSpace.strip(value.text()));
        } catch (NumberFormatException e) {
            throw new ConfigException(
                    option + ": expected a whole number, read " + Quoted.start(value.text()), value.origin());
        }
    }

    static Duration time(String option, Value value) throws ConfigException {
        try {
            return TimeExpression.parse(value.text());
        } catch (IllegalArgumentException e) {
            throw new ConfigException(option + ": " + e.getMessage(), value.origin());
        }
    }

    /** Anything that is not a yes is a no, as in fail2ban. */
    static boolean yes(String text) {
        return YES.contains(text.toLowerCase(Locale.ROOT));
    }
}
