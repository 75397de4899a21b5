package org.fleetban.engine.regex;

/**
 * What a {@link Machine} runs: an expression for texts of characters below 256.
 *
 * @param code operations and their operands, as {@link Op} tells
 * @param dispatch tables of 257 entries, by the next character or {@link Ahead#END}
 * @param sets tables of 256 entries: whether a character is a member
 * @param strings literals
 * @param alternatives lists of places in the code, each ended by -1
 * @param registers how many registers there are
 * @param captures two for each group
 * @param choices how many choices are remembered as failed
 * @param runs how many runs have their failed places remembered
 * @param start what a match can begin with: a table of {@code dispatch} with 0 for what it can't
 * @param anchor where a match can begin
 * @param minWidth what a match is long at least
 */
record Program(
        int[] code,
        byte[] dispatch,
        boolean[] sets,
        byte[][] strings,
        int[] alternatives,
        int registers,
        int captures,
        int choices,
        int runs,
        int start,
        Anchor anchor,
        int minWidth) {

    /** The first place from there on where a match can begin; -1 where there is none. */
    int nextStart(byte[] text, int base, int end, int from) {
        int last = end - minWidth;
        if (anchor == Anchor.TEXT_START) {
            return from == base && from <= last && canStart(text, from, end) ? from : -1;
        }
        boolean lineStart = anchor == Anchor.LINE_START;
        for (int i = from; i <= last; i++) {
            if (canStart(text, i, end) && (!lineStart || i == base || text[i - 1] == '\n')) {
                return i;
            }
        }
        return -1;
    }

    private boolean canStart(byte[] text, int i, int end) {
        return canStartWith(i < end ? text[i] & 0xff : Ahead.END);
    }

    boolean canStartWith(int symbol) {
        return dispatch[start + symbol] != 0;
    }

    enum Anchor {
        NONE,
        TEXT_START,
        LINE_START
    }

    /** The operations. Operands follow in the code; lengths are in ints, the operation included. */
    static final class Op {
        static final int MATCH = 0;
        /** character */
        static final int CHAR = 1;
        /** set */
        static final int SET = 2;
        /** string */
        static final int STRING = 3;
        /** place */
        static final int JUMP = 4;
        /** table, first place, second place, choice: the table says 0 fail, 1 first, 2 second, 3 first then second */
        static final int SPLIT = 5;
        /** table, choice: the table gives the list of alternatives, plus 1 and relative to the third operand */
        static final int BRANCH = 6;
        /** capture; noted without a way back */
        static final int NOTE = 7;
        /** capture */
        static final int CAPTURE = 8;
        /** set, min, max, table of what may follow or -1 to keep all, guard string or -1, run, stop character or -1 */
        static final int RUN = 9;
        /** as RUN */
        static final int LAZY_RUN = 10;

        static final int RUN_LENGTH = 8;
        static final int TEXT_START = 11;
        static final int LINE_START = 12;
        static final int TEXT_END = 13;
        static final int LAST_LINE_END = 14;
        static final int LINE_END = 15;
        /** set of word characters, whether a boundary is wanted */
        static final int BOUNDARY = 16;
        /** set: the next character is there and a member */
        static final int AHEAD = 17;
        /** set: the next character is not there or no member */
        static final int NOT_AHEAD = 18;
        /** set */
        static final int BEHIND = 19;
        /** set */
        static final int NOT_BEHIND = 20;
        /** string that must not stand here */
        static final int NOT_STRING = 21;
        /** group, 0 sensitive, 1 insensitive, 2 only in ASCII */
        static final int REFERENCE = 22;
        /** group, place to go on at if it took no part */
        static final int UNLESS_GROUP = 23;
        /** register */
        static final int ATOMIC = 24;
        /** register */
        static final int ATOMIC_END = 25;
        /** register, characters to go back */
        static final int LOOK = 26;
        /** register */
        static final int LOOK_END = 27;
        /** register, characters to go back, place to go on at if it fails */
        static final int NOT_LOOK = 28;
        /** register */
        static final int NOT_LOOK_END = 29;
        /** register */
        static final int LOOP = 30;
        /** register, min, max, place after the loop */
        static final int GREEDY = 31;
        /** register, min, max, place after the loop; {@code LAZY_BODY} follows */
        static final int LAZY = 32;
        /** register, max */
        static final int LAZY_BODY = 33;
        /** register, min, max, place after the loop */
        static final int POSSESSIVE = 34;

        static final int FAIL = 35;
        /** as SPLIT, at the end of a loop */
        static final int SPLIT_AGAIN = 36;
        /** string that stands somewhere from here on */
        static final int NEEDS = 37;

        private Op() {}
    }
}
