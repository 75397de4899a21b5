package org.fleetban.engine.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A filter or an action as a jail names it: {@code name[option=value, option="a, b"][option='c']}.
 *
 * @param name as written
 * @param parameters in order; names keep their case
 */
record Reference(String name, Map<String, String> parameters) {

    /** @throws IllegalArgumentException with what is wrong in the text */
    static Reference parse(String text) {
        int open = text.indexOf('[');
        if (open < 0) {
            return new Reference(text, Map.of());
        }
        String trimmed = WhiteSpace.stripTrailing(text);
        if (open == 0 || !trimmed.endsWith("]")) {
            throw new IllegalArgumentException("expected name[option=value, …], read " + Quoted.start(text));
        }
        String inner = trimmed.substring(open + 1, trimmed.length() - 1);
        return new Reference(text.substring(0, open), new Parameters(inner).parse());
    }

    /** Splits a list of references at the white space that is outside of brackets. */
    static List<String> split(String list) {
        List<String> parts = new ArrayList<>();
        int at = 0;
        while (at < list.length()) {
            if (WhiteSpace.is(list.charAt(at))) {
                at++;
                continue;
            }
            int end = Parameters.endOfReference(list, at);
            parts.add(WhiteSpace.strip(list.substring(at, end)));
            at = end;
        }
        return parts;
    }

    /** The text between the outer brackets. */
    private static final class Parameters {

        private final String text;
        private final Map<String, String> found = new LinkedHashMap<>();
        private int at;

        Parameters(String text) {
            this.text = text;
        }

        Map<String, String> parse() {
            while (true) {
                int start = skipSpace(text, at);
                int nameEnd = endOfName(text, start);
                if (nameEnd == start || !text.startsWith("=", nameEnd)) {
                    String rest = text.substring(start);
                    if (rest.isEmpty() || WhiteSpace.strip(rest).equals(",")) {
                        return found;
                    }
                    throw new IllegalArgumentException("expected option=value, read " + Quoted.start(rest));
                }
                String name = text.substring(start, nameEnd);
                found.put(name, WhiteSpace.strip(value(nameEnd + 1)));
                separator(name);
            }
        }

        private String value(int start) {
            char quote = start < text.length() ? text.charAt(start) : 0;
            int close = quote == '"' || quote == '\'' ? text.indexOf(quote, start + 1) : -1;
            if (close > 0) {
                at = close + 1;
                return text.substring(start + 1, close);
            }
            at = endOfPlain(text, start);
            return text.substring(start, at);
        }

        private void separator(String name) {
            if (text.startsWith(",", at)) {
                at++;
                return;
            }
            String rest = text.substring(at);
            if (rest.isEmpty() || rest.equals("\n")) {
                return;
            }
            int next = text.startsWith("]", at) ? skipSpace(text, at + 1) : -1;
            if (next > 0 && text.startsWith("[", next)) {
                at = next + 1;
                return;
            }
            throw new IllegalArgumentException("expected a comma after option " + name + ", read " + Quoted.start(rest)
                    + "; values with a comma or ] need quotes");
        }

        /** Where the reference that starts at {@code start} ends, white space behind it excluded. */
        static int endOfReference(String list, int start) {
            int nameEnd = start;
            while (nameEnd < list.length() && list.charAt(nameEnd) != '[' && !WhiteSpace.is(list.charAt(nameEnd))) {
                nameEnd++;
            }
            int open = skipSpace(list, nameEnd);
            if (nameEnd > start && list.startsWith("[", open)) {
                int close = endOfBrackets(list, open + 1);
                if (close > 0 && (close == list.length() || WhiteSpace.is(list.charAt(close)))) {
                    return close;
                }
            }
            int end = start;
            while (end < list.length() && !WhiteSpace.is(list.charAt(end))) {
                end++;
            }
            return end;
        }

        /** Behind the bracket that closes the parameters, or -1 where they are not well formed. */
        private static int endOfBrackets(String list, int start) {
            int i = skipSpace(list, start);
            while (i < list.length()) {
                if (list.charAt(i) == ']') {
                    return i + 1;
                }
                int nameEnd = endOfName(list, i);
                if (nameEnd == i || !list.startsWith("=", nameEnd)) {
                    return -1;
                }
                i = skipSpace(list, endOfValue(list, nameEnd + 1));
                if (list.startsWith(",", i)) {
                    i = skipSpace(list, i + 1);
                } else if (list.startsWith("]", i) && list.startsWith("[", skipSpace(list, i + 1))) {
                    i = skipSpace(list, skipSpace(list, i + 1) + 1);
                }
            }
            return -1;
        }

        private static int endOfValue(String list, int start) {
            char quote = start < list.length() ? list.charAt(start) : 0;
            int close = quote == '"' || quote == '\'' ? list.indexOf(quote, start + 1) : -1;
            if (close > 0) {
                int next = skipSpace(list, close + 1);
                if (next == list.length()
                        || list.charAt(next) == ','
                        || list.charAt(next) == ']'
                        || endOfName(list, next) > next) {
                    return close + 1;
                }
            }
            return endOfPlain(list, start);
        }

        private static int endOfPlain(String list, int start) {
            int end = start;
            while (end < list.length() && list.charAt(end) != ',' && list.charAt(end) != ']') {
                end++;
            }
            return end;
        }

        /** Behind {@code name} or {@code name?condition=value}. */
        private static int endOfName(String list, int start) {
            int end = start;
            while (end < list.length() && isNameCharacter(list.charAt(end))) {
                end++;
            }
            if (end > start && list.startsWith("?", end)) {
                int equals = list.indexOf('=', end);
                int last = equals + 1;
                while (equals > 0 && last < list.length() && isNameCharacter(list.charAt(last))) {
                    last++;
                }
                if (last > equals + 1 && list.startsWith("=", last)) {
                    return last;
                }
            }
            return end;
        }

        private static boolean isNameCharacter(char c) {
            return Character.isLetterOrDigit(c) || c == '_' || c == '-' || c == '.';
        }

        private static int skipSpace(String list, int start) {
            int at = start;
            while (at < list.length() && WhiteSpace.is(list.charAt(at))) {
                at++;
            }
            return at;
        }
    }
}
