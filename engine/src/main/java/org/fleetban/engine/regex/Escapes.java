package org.fleetban.engine.regex;

/** Reads escapes that stand for one character, and those of sets. */
final class Escapes {

    private static final String HEX = "0123456789abcdefABCDEF";
    private static final String OCTAL = "01234567";
    static final String DIGITS = "0123456789";

    private final Tokens tokens;

    Escapes(Tokens tokens) {
        this.tokens = tokens;
    }

    /** Whether the token is one of {@code \d \D \s \S \w \W}. */
    static boolean isCategory(String token) {
        return token.length() == 2 && token.charAt(0) == '\\' && "dDsSwW".indexOf(token.charAt(1)) >= 0;
    }

    /** The character of an escape inside of brackets. */
    int inSet(String escape) throws RegexSyntaxException {
        if (escape.equals("\\b")) {
            return '\b';
        }
        int letter = escape.codePointAt(1);
        if (letter < 128 && OCTAL.indexOf(letter) >= 0) {
            return octal(escape + tokens.takeWhile(2, OCTAL));
        }
        return character(escape);
    }

    /** {@code \0} and what follows it outside of brackets. */
    int zero(String escape) throws RegexSyntaxException {
        return Integer.parseInt(escape.substring(1) + tokens.takeWhile(2, OCTAL), 8);
    }

    /**
     * A backslash and a digit from 1 to 9 outside of brackets.
     *
     * @return a character, or the number of a group, negated
     */
    int numberOrGroup(String escape) throws RegexSyntaxException {
        String read = escape;
        if (tokens.nextIn(DIGITS)) {
            read += tokens.take();
            if (OCTAL.indexOf(read.charAt(1)) >= 0 && OCTAL.indexOf(read.charAt(2)) >= 0 && tokens.nextIn(OCTAL)) {
                return octal(read + tokens.take());
            }
        }
        return -Integer.parseInt(read.substring(1));
    }

    private int octal(String read) throws RegexSyntaxException {
        int value = Integer.parseInt(read.substring(1), 8);
        if (value > 0xff) {
            throw tokens.error("octal escape value " + read + " outside of range 0-0o377", read.length());
        }
        return value;
    }

    /** The character of an escape that means the same inside and outside of brackets. */
    int character(String escape) throws RegexSyntaxException {
        int letter = escape.codePointAt(1);
        return switch (letter) {
            case 'a' -> 7;
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'v' -> 11;
            case 'x' -> hex(escape, 2);
            case 'u' -> hex(escape, 4);
            case 'U' -> hex(escape, 8);
            case 'N' -> named();
            default -> {
                if (letter < 128 && Character.isLetterOrDigit(letter)) {
                    throw tokens.error("bad escape " + escape, Tokens.length(escape));
                }
                yield letter;
            }
        };
    }

    private int hex(String escape, int digits) throws RegexSyntaxException {
        String read = escape + tokens.takeWhile(digits, HEX);
        if (read.length() != digits + 2) {
            throw tokens.error("incomplete escape " + read, read.length());
        }
        long value = Long.parseLong(read.substring(2), 16);
        if (value > CharSet.MAX) {
            throw tokens.error("bad escape " + read, read.length());
        }
        return (int) value;
    }

    private int named() throws RegexSyntaxException {
        if (!tokens.take("{")) {
            throw tokens.error("missing {");
        }
        String name = tokens.takeUntil("}", "character name");
        try {
            return Character.codePointOf(name);
        } catch (IllegalArgumentException e) {
            throw tokens.error("undefined character name " + PythonText.repr(name), Tokens.length(name) + 4);
        }
    }
}
