package org.fleetban.engine.config;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Replaces {@code %(name)s} and {@code %%} as Python's {@code configparser.BasicInterpolation} does. */
final class Interpolation {

    private final Function<String, @Nullable Value> references;

    /** @param references the raw value of a name as written; null where there is none */
    Interpolation(Function<String, @Nullable Value> references) {
        this.references = references;
    }

    Value resolve(String option, Value raw) throws ConfigException {
        if (raw.text().indexOf('%') < 0) {
            return raw;
        }
        StringBuilder resolved = new StringBuilder();
        append(option, raw, resolved, 1);
        return raw.with(resolved.toString());
    }

    private void append(String option, Value value, StringBuilder out, int depth) throws ConfigException {
        if (depth > Limits.INTERPOLATION_DEPTH) {
            throw new ConfigException(
                    "%(…)s of option " + option + " nests deeper than " + Limits.INTERPOLATION_DEPTH
                            + ": does it refer to itself?",
                    value.origin());
        }
        String text = value.text();
        int at = 0;
        while (at < text.length()) {
            int percent = text.indexOf('%', at);
            if (percent < 0) {
                append(out, option, value, text, at, text.length());
                return;
            }
            append(out, option, value, text, at, percent);
            char next = percent + 1 < text.length() ? text.charAt(percent + 1) : 0;
            int close = next == '(' ? text.indexOf(')', percent + 2) : -1;
            if (next == '%') {
                out.append('%');
                at = percent + 2;
            } else if (close > percent + 2 && text.startsWith("s", close + 1)) {
                reference(option, value, text.substring(percent + 2, close), out, depth);
                at = close + 2;
            } else {
                throw new ConfigException(
                        "option " + option + " has a % that is neither %% nor %(name)s: "
                                + Quoted.start(text.substring(percent)) + "; write %% for a percent sign",
                        value.origin());
            }
        }
    }

    private void reference(String option, Value value, String name, StringBuilder out, int depth)
            throws ConfigException {
        Value referred = references.apply(name);
        if (referred == null) {
            throw new ConfigException(
                    "option " + option + " refers to %(" + name + ")s, which is not set", value.origin());
        }
        String text = referred.text();
        if (text.indexOf('%') < 0) {
            append(out, option, value, text, 0, text.length());
        } else {
            append(option, referred, out, depth + 1);
        }
    }

    private static void append(StringBuilder out, String option, Value value, String text, int start, int end)
            throws ConfigException {
        if (out.length() + end - start > Limits.VALUE_LENGTH) {
            throw new ConfigException(
                    "option " + option + " grows over " + Limits.VALUE_LENGTH + " characters", value.origin());
        }
        out.append(text, start, end);
    }
}
