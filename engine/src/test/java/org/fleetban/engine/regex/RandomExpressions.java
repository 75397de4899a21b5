package org.fleetban.engine.regex;

import java.util.Random;

/** Expressions of all of the syntax, and texts with which they have something to do; the same for the same seed. */
final class RandomExpressions {

    private static final String[] ATOMS = {
        "a", "b", "c", "ab", "abc", " ", ".", "\\w", "\\d", "\\s", "\\S", "\\W", "[ab]", "[^a]", "[a-c]", "[^\\s]",
        "[\\w.]", "\\.", "1", "0", ":", "\\n", "[^ ]", "k", "K", "s", "\\x61", "é", "[é-ü]", "ſ", "\\u0131", "I",
        "[^\\n]", "\\141"
    };
    private static final String[] ASSERTIONS = {"^", "$", "\\b", "\\B", "\\A", "\\Z"};
    private static final String[] QUANTIFIERS = {"*", "+", "?", "{2}", "{1,2}", "{,2}", "{0,1}", "{2,}", "{1,3}", "{0}"
    };
    private static final String ALPHABET = "aaabbbcc  11\n.:kKsSiIéEÉſKıµ\u03bc_-";
    private static final String NOISE = "ab(|)[]{}?*+.^$\\,1230:=!<>P#'-&nNxuUdDwWsSbBAZ imsxaL\u00e9";

    private final Random random;
    private int groups;
    private int openOrClosed;

    RandomExpressions(long seed) {
        this.random = new Random(seed);
    }

    /** An expression that is right, but for references to groups that are still open. */
    String expression() {
        groups = 0;
        openOrClosed = 0;
        String flags =
                random.nextInt(6) == 0 ? new String[] {"(?i)", "(?m)", "(?s)", "(?a)", "(?im)"}[random.nextInt(5)] : "";
        return flags + alternation(3);
    }

    private String alternation(int depth) {
        StringBuilder text = new StringBuilder(sequence(depth));
        while (random.nextInt(4) == 0) {
            text.append('|').append(sequence(depth));
        }
        return text.toString();
    }

    private String sequence(int depth) {
        StringBuilder text = new StringBuilder();
        int items = random.nextInt(4) + (depth == 3 ? 1 : 0);
        for (int i = 0; i < items; i++) {
            text.append(item(depth));
        }
        return text.toString();
    }

    private String item(int depth) {
        int kind = random.nextInt(depth == 0 ? 12 : 23);
        if (kind == 0) {
            return pick(ASSERTIONS);
        }
        if (kind < 8) {
            return pick(ATOMS);
        }
        if (kind < 12) {
            return pick(ATOMS).replace("ab", "a").replace("ac", "a") + quantifier();
        }
        String body;
        switch (kind) {
            case 12, 13, 14 -> {
                groups++;
                int number = groups;
                body = (random.nextBoolean() ? "(?P<n" + number + ">" : "(") + alternation(depth - 1) + ")";
                openOrClosed = groups;
            }
            case 15 -> body = "(?=" + alternation(depth - 1) + ")";
            case 16 -> body = "(?!" + alternation(depth - 1) + ")";
            case 17 -> body = "(?<" + (random.nextBoolean() ? "=" : "!") + pick(ATOMS) + ")";
            case 18 -> body = "(?>" + alternation(depth - 1) + ")";
            case 19 ->
                body = openOrClosed == 0
                        ? "(?i:" + alternation(depth - 1) + ")"
                        : "\\" + (1 + random.nextInt(openOrClosed));
            case 20 ->
                body = openOrClosed == 0
                        ? "(?s-i:" + alternation(depth - 1) + ")"
                        : "(?(" + (1 + random.nextInt(openOrClosed)) + ")" + sequence(depth - 1)
                                + (random.nextBoolean() ? "|" + sequence(depth - 1) : "") + ")";
            case 21 -> body = decided(depth);
            default -> body = "(?:" + alternation(depth - 1) + ")";
        }
        return random.nextBoolean() ? body : body + quantifier();
    }

    /** An alternative that decides how a condition behind it goes on. */
    private String decided(int depth) {
        groups++;
        int number = groups;
        String first = "(" + sequence(depth - 1) + ")";
        openOrClosed = groups;
        return "(?:" + first + item(depth - 1) + "|" + sequence(depth - 1) + ")" + sequence(depth - 1) + "(?(" + number
                + ")" + pick(ATOMS) + sequence(depth - 1) + "|" + sequence(depth - 1) + ")";
    }

    private String quantifier() {
        return pick(QUANTIFIERS) + (random.nextInt(3) == 0 ? "?" : random.nextInt(6) == 0 ? "+" : "");
    }

    /** Characters that mean something to a parser, in any order. */
    String noise() {
        StringBuilder text = new StringBuilder();
        for (int length = 1 + random.nextInt(12); length > 0; length--) {
            text.append(NOISE.charAt(random.nextInt(NOISE.length())));
        }
        return text.toString();
    }

    /** An expression with a character deleted, doubled or exchanged. */
    String damaged() {
        StringBuilder text = new StringBuilder(expression());
        int at = random.nextInt(text.length() + 1);
        switch (random.nextInt(3)) {
            case 0 -> text.insert(at, NOISE.charAt(random.nextInt(NOISE.length())));
            case 1 -> text.delete(at, Math.min(text.length(), at + 1));
            default -> text.replace(at, Math.min(text.length(), at + 1), noise());
        }
        return text.toString();
    }

    String text() {
        StringBuilder text = new StringBuilder();
        boolean plain = random.nextInt(3) > 0;
        for (int length = random.nextInt(14); length > 0; length--) {
            text.append(ALPHABET.charAt(random.nextInt(plain ? 15 : ALPHABET.length())));
        }
        return text.toString();
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    private String pick(String[] of) {
        return of[random.nextInt(of.length)];
    }
}
