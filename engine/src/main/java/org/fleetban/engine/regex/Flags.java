package org.fleetban.engine.regex;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The flags in force at a place of an expression.
 *
 * @param bits of the constants here
 */
record Flags(int bits) {

    static final int IGNORECASE = 1;
    static final int MULTILINE = 2;
    static final int DOTALL = 4;
    static final int VERBOSE = 8;
    static final int ASCII = 16;
    private static final int UNICODE = 32;

    /** An old debugging aid of Python 3.11: accepted, without meaning. */
    private static final int TEMPLATE = 64;

    private static final int TYPES = ASCII | UNICODE;

    static Flags of(Set<Regex.Flag> flags) {
        int bits = 0;
        for (Regex.Flag flag : flags) {
            bits |= switch (flag) {
                case IGNORECASE -> IGNORECASE;
                case MULTILINE -> MULTILINE;
                case DOTALL -> DOTALL;
                case VERBOSE -> VERBOSE;
                case ASCII -> ASCII;
            };
        }
        return new Flags(bits);
    }

    boolean has(int flag) {
        return (bits & flag) != 0;
    }

    Flags with(int added) {
        return new Flags(bits | added);
    }

    boolean contradict() {
        return (bits & TYPES) == TYPES;
    }

    /** These flags inside of a group that changes some. */
    Flags inside(Change change) {
        int kept = (change.added() & TYPES) != 0 ? bits & ~TYPES : bits;
        return new Flags((kept | change.added()) & ~change.removed());
    }

    static boolean isLetter(@Nullable String token) {
        return letter(token) != 0 || "L".equals(token);
    }

    private static int letter(@Nullable String token) {
        return switch (token == null ? "" : token) {
            case "i" -> IGNORECASE;
            case "m" -> MULTILINE;
            case "s" -> DOTALL;
            case "x" -> VERBOSE;
            case "a" -> ASCII;
            case "u" -> UNICODE;
            case "t" -> TEMPLATE;
            default -> 0;
        };
    }

    /**
     * What a group like {@code (?i-s:…)} changes.
     *
     * @param global whether it is {@code (?i)}, for the whole expression
     */
    record Change(int added, int removed, boolean global) {

        static final Change NONE = new Change(0, 0, false);

        /** Reads on after the first letter or hyphen of the flags. */
        static Change parse(Tokens tokens, String first) throws RegexSyntaxException {
            int added = 0;
            String token = first;
            while (!token.equals("-")) {
                if (token.equals("L")) {
                    throw tokens.error("bad inline flags: cannot use 'L' flag with a str pattern");
                }
                int flag = letter(token);
                added |= flag;
                if ((flag & TYPES) != 0 && (added & TYPES) != flag) {
                    throw tokens.error("bad inline flags: flags 'a', 'u' and 'L' are incompatible");
                }
                token = expect(tokens, "missing -, : or )", ")-:");
                if (token.equals(")")) {
                    return new Change(added, 0, true);
                }
                if (token.equals(":")) {
                    break;
                }
            }
            if ((added & TEMPLATE) != 0) {
                throw tokens.error("bad inline flags: cannot turn on global flag", 1);
            }
            int removed = token.equals("-") ? parseRemoved(tokens) : 0;
            if ((removed & TEMPLATE) != 0) {
                throw tokens.error("bad inline flags: cannot turn off global flag", 1);
            }
            if ((added & removed) != 0) {
                throw tokens.error("bad inline flags: flag turned on and off", 1);
            }
            return new Change(added, removed, false);
        }

        private static int parseRemoved(Tokens tokens) throws RegexSyntaxException {
            int removed = 0;
            String token = expect(tokens, "missing flag", "");
            while (!token.equals(":")) {
                int flag = letter(token);
                if ((flag & TYPES) != 0 || token.equals("L")) {
                    throw tokens.error("bad inline flags: cannot turn off flags 'a', 'u' and 'L'");
                }
                removed |= flag;
                token = expect(tokens, "missing :", ":");
            }
            return removed;
        }

        private static String expect(Tokens tokens, String missing, String ends) throws RegexSyntaxException {
            String token = tokens.take();
            if (token == null) {
                throw tokens.error(missing);
            }
            if (!Tokens.isIn(token, ends) && !isLetter(token)) {
                throw tokens.error(
                        Character.isLetter(token.codePointAt(0)) ? "unknown flag" : missing, Tokens.length(token));
            }
            return token;
        }
    }
}
