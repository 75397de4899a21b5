package org.fleetban.engine.regex;

import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/** How Python writes and reads the names and numbers that occur in expressions and in its messages about them. */
final class PythonText {

    /** Above this many digits {@code int()} refuses a text. */
    private static final int MAX_DIGITS = 4300;

    private PythonText() {}

    /** {@code str.isidentifier}. */
    static boolean isIdentifier(String text) {
        if (text.isEmpty()) {
            return false;
        }
        int first = text.codePointAt(0);
        return (first == '_' || Character.isUnicodeIdentifierStart(first))
                && text.codePoints()
                        .allMatch(c -> Character.isUnicodeIdentifierPart(c) && !Character.isIdentifierIgnorable(c));
    }

    /** {@code int(text)}; null where it would raise ValueError. */
    static @Nullable BigInteger integer(String text) {
        String stripped = strip(text);
        boolean negative = stripped.startsWith("-");
        String digits = negative || stripped.startsWith("+") ? stripped.substring(1) : stripped;
        StringBuilder plain = new StringBuilder();
        boolean digitBefore = false;
        for (int c : digits.codePoints().toArray()) {
            int value = Character.digit(c, 10);
            if (value >= 0 && Character.getType(c) == Character.DECIMAL_DIGIT_NUMBER) {
                plain.append((char) ('0' + value));
                digitBefore = true;
            } else if (c == '_' && digitBefore) {
                digitBefore = false;
            } else {
                return null;
            }
        }
        if (!digitBefore || plain.length() > MAX_DIGITS) {
            return null;
        }
        BigInteger value = new BigInteger(plain.toString());
        return negative ? value.negate() : value;
    }

    private static String strip(String text) {
        CharSet space = Categories.unicode().space();
        int[] characters = text.codePoints().toArray();
        int from = 0;
        int to = characters.length;
        while (from < to && space.contains(characters[from])) {
            from++;
        }
        while (to > from && space.contains(characters[to - 1])) {
            to--;
        }
        return new String(characters, from, to - from);
    }

    /** {@code repr(text)}. */
    static String repr(String text) {
        char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
        StringBuilder quoted = new StringBuilder().append(quote);
        text.codePoints().forEach(c -> appendQuoted(quoted, c, quote));
        return quoted.append(quote).toString();
    }

    private static void appendQuoted(StringBuilder quoted, int c, char quote) {
        if (c == quote || c == '\\') {
            quoted.append('\\').append((char) c);
        } else if (c == '\n') {
            quoted.append("\\n");
        } else if (c == '\r') {
            quoted.append("\\r");
        } else if (c == '\t') {
            quoted.append("\\t");
        } else if (isPrintable(c)) {
            quoted.appendCodePoint(c);
        } else if (c < 0x100) {
            quoted.append(String.format("\\x%02x", c));
        } else if (c < 0x10000) {
            quoted.append(String.format("\\u%04x", c));
        } else {
            quoted.append(String.format("\\U%08x", c));
        }
    }

    private static boolean isPrintable(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            case Character.SPACE_SEPARATOR -> c == ' ';
            default -> true;
        };
    }
}
