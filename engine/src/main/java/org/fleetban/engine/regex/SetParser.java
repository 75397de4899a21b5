package org.fleetban.engine.regex;

/** Reads a set in brackets, after its opening bracket. */
final class SetParser {

    private final Tokens tokens;
    private final Escapes escapes;
    private CharSet letters = CharSet.NONE;
    private CharSet categories = CharSet.NONE;

    SetParser(Tokens tokens, Escapes escapes) {
        this.tokens = tokens;
        this.escapes = escapes;
    }

    CharSet parse(Flags flags) throws RegexSyntaxException {
        int here = tokens.position() - 1;
        Categories meaning = flags.has(Flags.ASCII) ? Categories.ASCII : Categories.unicode();
        boolean negated = tokens.take("^");
        boolean first = true;
        while (true) {
            String token = take(here);
            if (token.equals("]") && !first) {
                break;
            }
            first = false;
            int low = character(token);
            if (!tokens.take("-")) {
                add(token, low, meaning);
                continue;
            }
            String to = take(here);
            if (to.equals("]")) {
                add(token, low, meaning);
                letters = letters.union(CharSet.of('-'));
                break;
            }
            int high = character(to);
            if (low < 0 || high < low) {
                throw tokens.error(
                        "bad character range " + token + "-" + to, Tokens.length(token) + 1 + Tokens.length(to));
            }
            letters = letters.union(CharSet.range(low, high));
        }
        CharSet set = flags.has(Flags.IGNORECASE)
                ? CaseFolding.insensitive(letters, categories, flags.has(Flags.ASCII))
                : letters.union(categories);
        return negated ? set.negate() : set;
    }

    private String take(int here) throws RegexSyntaxException {
        String token = tokens.take();
        if (token == null) {
            throw tokens.error("unterminated character set", tokens.position() - here);
        }
        return token;
    }

    /** The character of a token; -1 for a category. */
    private int character(String token) throws RegexSyntaxException {
        if (Escapes.isCategory(token)) {
            return -1;
        }
        return token.startsWith("\\") ? escapes.inSet(token) : token.codePointAt(0);
    }

    private void add(String token, int character, Categories meaning) {
        if (character < 0) {
            categories = categories.union(meaning.escape(token.charAt(1)));
        } else {
            letters = letters.union(CharSet.of(character));
        }
    }
}
