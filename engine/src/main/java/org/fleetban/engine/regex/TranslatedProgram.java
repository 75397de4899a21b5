package org.fleetban.engine.regex;

import java.util.Arrays;
import org.fleetban.engine.regex.Matcher.Result;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Program} as a class of the JVM, which {@link Translator} makes: it finds what {@link Machine} finds, several times
 * as fast, and gives up where a search takes many ways back or much memory. Keeps the state of one search.
 *
 * <p>What is called from outside is not final: HotSpot's first compiler may have met the call before it knew this class, and would
 * then resolve the call of a final method anew whenever the translation is another one than before, at ten times the cost of a line.
 */
abstract class TranslatedProgram {

    /** Ints on the stack; where more are needed, the search is given up. */
    static final int STACK = 3 * 1024;

    static final int NO_MATCH = -1;
    static final int GIVEN_UP = -2;

    /** What a frame is for: kinds below are registers to be restored, kinds above are places to go on at. */
    static final int UNDO_CAPTURE = -1;

    static final int BOTTOM = 0;

    private static final int STEPS = 1000;

    private final Program program;
    final int[] captures;
    final int[] stack = new int[STACK];
    private Text original = Text.empty();
    private int base;
    private int end;

    /** Steps that are left; see {@link Matcher}. */
    int left;

    TranslatedProgram(Program program) {
        this.program = program;
        this.captures = new int[program.captures()];
    }

    /** Begin and end of each group in the last match, as indexes of the bytes; -1 where it took no part. */
    int[] captures() {
        return captures;
    }

    /**
     * As {@link Machine#search}.
     *
     * @return null if the search was given up: then nothing is known
     */
    @Nullable
    Result search(Text original, byte[] bytes, int base, int from, int to) {
        this.original = original;
        this.base = base;
        this.end = to;
        this.left = STEPS + (to - from) / 4;
        for (int i = program.nextStart(bytes, base, to, from); i >= 0; i = program.nextStart(bytes, base, to, i + 1)) {
            Arrays.fill(captures, -1);
            int matchEnd = run(bytes, base, to, i);
            if (matchEnd >= 0) {
                captures[0] = i;
                captures[1] = matchEnd;
                return Result.MATCH;
            }
            if (matchEnd == GIVEN_UP) {
                return null;
            }
        }
        return Result.NO_MATCH;
    }

    /**
     * Tries to match at one place.
     *
     * @return the end of the match, {@link #NO_MATCH} or {@link #GIVEN_UP}
     */
    abstract int run(byte[] text, int base, int end, int from);

    // What the generated code calls.

    static int symbol(byte[] text, int i, int end) {
        return i < end ? text[i] & 0xff : Ahead.END;
    }

    static int push(int[] stack, int height, int what, int a, int b) {
        stack[height] = what;
        stack[height + 1] = a;
        stack[height + 2] = b;
        return height + 3;
    }

    /** Drops the ways back above a height, and keeps what is to be undone; returns the new height. */
    static int keepUndo(int[] stack, int from, int height) {
        int kept = from;
        for (int frame = from; frame < height; frame += 3) {
            if (stack[frame] < BOTTOM) {
                System.arraycopy(stack, frame, stack, kept, 3);
                kept += 3;
            }
        }
        return kept;
    }

    static void undoCaptures(int[] stack, int[] captures, int from, int height) {
        for (int frame = height - 3; frame >= from; frame -= 3) {
            if (stack[frame] == UNDO_CAPTURE) {
                captures[stack[frame + 1]] = stack[frame + 2];
            }
        }
    }

    static boolean isBoundary(boolean[] word, byte[] text, int base, int end, int i) {
        boolean before = i > base && word[text[i - 1] & 0xff];
        boolean after = i < end && word[text[i] & 0xff];
        return before != after;
    }

    static int limit(int i, int max, int end) {
        return max > end - i ? end : i + max;
    }

    /** The last place from {@code high} down to {@code low} where what follows may match; -1 where there is none. */
    static int lastFollowed(byte[] follow, byte[] text, int end, int low, int high) {
        int p = high;
        while (follow[symbol(text, p, end)] == 0) {
            if (--p < low) {
                return -1;
            }
        }
        return p;
    }

    /** The last place from {@code high} down to {@code low} where a string stands; -1 where there is none. */
    static int lastStanding(byte[] string, byte[] text, int end, int low, int high) {
        byte first = string[0];
        for (int p = Math.min(high, end - string.length); p >= low; p--) {
            if (text[p] == first && Runs.stands(string, text, p, end)) {
                return p;
            }
        }
        return -1;
    }

    /** The first place from {@code low} on where what follows may match; the complement of where it ended if none. */
    static int firstFollowed(
            byte[] follow, boolean[] set, byte @Nullable [] guard, byte[] text, int low, int limit, int end) {
        int p = low;
        while (follow[symbol(text, p, end)] == 0) {
            if (p >= limit || !Runs.isIn(set, 0, text, p, guard, end)) {
                return ~p;
            }
            p++;
        }
        return p;
    }

    static boolean isIn(boolean[] set, byte @Nullable [] guard, byte[] text, int i, int limit, int end) {
        return i < limit && Runs.isIn(set, 0, text, i, guard, end);
    }

    final boolean referenced(int group, int kind, int i) {
        return References.stands(original, base, end, captures, group, kind, i);
    }
}
