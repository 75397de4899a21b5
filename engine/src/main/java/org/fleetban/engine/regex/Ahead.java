package org.fleetban.engine.regex;

/**
 * What can stand next where something is to match: characters below 256, or the end of the text. An upper bound: what is
 * not in it makes a match impossible.
 */
record Ahead(long a, long b, long c, long d, boolean end) {

    /** The symbol of the text's end in tables that are made of this. */
    static final int END = 256;

    static final Ahead ANYTHING = new Ahead(-1, -1, -1, -1, true);
    static final Ahead NOTHING = new Ahead(0, 0, 0, 0, false);
    static final Ahead AT_END = new Ahead(0, 0, 0, 0, true);
    static final Ahead AT_LINE_END = new Ahead(1L << '\n', 0, 0, 0, true);

    static Ahead of(CharSet set) {
        long[] words = new long[4];
        for (int ch = 0; ch < 256; ch++) {
            if (set.contains(ch)) {
                words[ch >>> 6] |= 1L << ch;
            }
        }
        return new Ahead(words[0], words[1], words[2], words[3], false);
    }

    boolean has(int symbol) {
        return switch (symbol >>> 6) {
            case 0 -> (a >>> symbol & 1) != 0;
            case 1 -> (b >>> symbol & 1) != 0;
            case 2 -> (c >>> symbol & 1) != 0;
            case 3 -> (d >>> symbol & 1) != 0;
            default -> end;
        };
    }

    Ahead or(Ahead other) {
        return new Ahead(a | other.a, b | other.b, c | other.c, d | other.d, end || other.end);
    }

    Ahead and(Ahead other) {
        return new Ahead(a & other.a, b & other.b, c & other.c, d & other.d, end && other.end);
    }

    /** All characters, and the end, that are not here. */
    Ahead not() {
        return new Ahead(~a, ~b, ~c, ~d, !end);
    }

    boolean isDisjoint(Ahead other) {
        return and(other).equals(NOTHING);
    }

    /** Number of characters. */
    int size() {
        return Long.bitCount(a) + Long.bitCount(b) + Long.bitCount(c) + Long.bitCount(d);
    }

    /** The smallest character; {@link #END} where there is none. */
    int first() {
        int symbol = 0;
        while (symbol < END && !has(symbol)) {
            symbol++;
        }
        return symbol;
    }
}
