package org.fleetban.engine.regex;

import org.jspecify.annotations.Nullable;

/**
 * The characters of an expression, an escape being one token of two characters. One token is read ahead, as Python does:
 * that decides which of two errors in an expression is reported.
 */
final class Tokens {

    private final String expression;
    private final int[] characters;
    private int index;
    private @Nullable String next;

    Tokens(String expression) throws RegexSyntaxException {
        this.expression = expression;
        this.characters = expression.codePoints().toArray();
        advance();
    }

    private void advance() throws RegexSyntaxException {
        if (index >= characters.length) {
            next = null;
            return;
        }
        String token = Character.toString(characters[index]);
        if (token.equals("\\")) {
            index++;
            if (index >= characters.length) {
                throw new RegexSyntaxException("bad escape (end of pattern)", expression, characters.length - 1);
            }
            token += Character.toString(characters[index]);
        }
        index++;
        next = token;
    }

    /** The token to come; null at the end. */
    @Nullable
    String peek() {
        return next;
    }

    boolean nextIs(String token) {
        return token.equals(next);
    }

    /** Whether the next token is one character, a member of a string. */
    boolean nextIn(String members) {
        return isIn(next, members);
    }

    static boolean isIn(@Nullable String token, String members) {
        return token != null && token.length() == 1 && members.contains(token);
    }

    @Nullable
    String take() throws RegexSyntaxException {
        String token = next;
        advance();
        return token;
    }

    boolean take(String token) throws RegexSyntaxException {
        if (token.equals(next)) {
            advance();
            return true;
        }
        return false;
    }

    /** Takes up to {@code limit} tokens out of {@code members}. */
    String takeWhile(int limit, String members) throws RegexSyntaxException {
        StringBuilder taken = new StringBuilder();
        for (int i = 0; i < limit && nextIn(members); i++) {
            taken.append(take());
        }
        return taken.toString();
    }

    /** Takes a name and what ends it. */
    String takeUntil(String terminator, String what) throws RegexSyntaxException {
        StringBuilder name = new StringBuilder();
        while (true) {
            String token = take();
            if (token == null) {
                if (name.length() == 0) {
                    throw error("missing " + what);
                }
                throw error("missing " + terminator + ", unterminated name", length(name.toString()));
            }
            if (token.equals(terminator)) {
                if (name.length() == 0) {
                    throw error("missing " + what, 1);
                }
                return name.toString();
            }
            name.append(token);
        }
    }

    /** Index of the next token. */
    int position() {
        return index - (next == null ? 0 : length(next));
    }

    void seek(int position) throws RegexSyntaxException {
        index = position;
        advance();
    }

    RegexSyntaxException error(String message) {
        return error(message, 0);
    }

    /** An error that many characters before the next token. */
    RegexSyntaxException error(String message, int before) {
        return errorAt(message, position() - before);
    }

    RegexSyntaxException errorAt(String message, int position) {
        return new RegexSyntaxException(message, expression, position);
    }

    static int length(String text) {
        return text.codePointCount(0, text.length());
    }
}
