package org.fleetban.engine.regex;

import java.util.Arrays;

/**
 * What is known to fail in a search, while it is remembered. Nothing that an expression matched before influences
 * what it can match from a place on, unless it refers back; so a choice that failed at a place fails there always, and what
 * follows a run of characters fails always where it failed once.
 *
 * <p>Choices are remembered one by one, in a bit each; of each run one stretch of places, the last, which is enough because
 * runs are left in the order of the text.
 */
final class Failures {

    /** Bits for choices: 8 MB. Beyond, choices are not remembered. */
    private static final long MAX_BITS = 1L << 26;

    private static final int KEPT_WORDS = 1 << 9;

    private final int choices;

    /** First and last failed place of each run, then first place and end of the characters last run over. */
    private final int[] runs;

    private long[] failed = new long[0];
    private boolean remembers;
    private boolean remembersChoices;
    private int base;
    private int width;

    Failures(int choices, int runs) {
        this.choices = choices;
        this.runs = new int[4 * runs];
    }

    /** Whether there is anything that can be remembered. */
    boolean isUseful() {
        return choices > 0 || runs.length > 0;
    }

    /** Begins a new search. */
    void forget() {
        if (remembers) {
            remembers = false;
            remembersChoices = false;
            if (failed.length > KEPT_WORDS) {
                failed = new long[0];
            }
        }
    }

    boolean remembers() {
        return remembers;
    }

    /** Remembers from now on. */
    void remember(int base, int end) {
        remembers = true;
        this.base = base;
        this.width = end - base + 1;
        Arrays.fill(runs, -1);
        long bits = (long) choices * width;
        remembersChoices = bits > 0 && bits <= MAX_BITS;
        if (remembersChoices) {
            int words = (int) (bits >>> 6) + 1;
            if (failed.length < words) {
                failed = new long[words];
            } else {
                Arrays.fill(failed, 0, words, 0);
            }
        }
    }

    boolean remembersChoices() {
        return remembersChoices;
    }

    boolean hasChoice(int choice, int i) {
        long bit = (long) choice * width + (i - base);
        return (failed[(int) (bit >>> 6)] & 1L << bit) != 0;
    }

    void addChoice(int choice, int i) {
        long bit = (long) choice * width + (i - base);
        failed[(int) (bit >>> 6)] |= 1L << bit;
    }

    boolean hasPlace(int run, int i) {
        return i >= runs[4 * run] && i <= runs[4 * run + 1];
    }

    /** The first place of the failed stretch. */
    int firstPlace(int run) {
        return runs[4 * run];
    }

    /** The last place of the failed stretch. */
    int lastPlace(int run) {
        return runs[4 * run + 1];
    }

    void addPlace(int run, int i) {
        if (hasPlace(run, i)) {
            return;
        }
        if (i == runs[4 * run] - 1) {
            runs[4 * run] = i;
        } else if (i == runs[4 * run + 1] + 1 && runs[4 * run] >= 0) {
            runs[4 * run + 1] = i;
        } else {
            runs[4 * run] = i;
            runs[4 * run + 1] = i;
        }
    }

    void addPlaceIfRemembering(int run, int i) {
        if (remembers && run >= 0) {
            addPlace(run, i);
        }
    }

    /** The end of the characters from a place on, if a run went over it; else -1. */
    int endOfRun(int run, int i) {
        return i >= runs[4 * run + 2] && i <= runs[4 * run + 3] ? runs[4 * run + 3] : -1;
    }

    /** The first place of the characters last run over; -1 where there are none. */
    int startOfRun(int run) {
        return runs[4 * run + 2];
    }

    void addRun(int run, int from, int to) {
        runs[4 * run + 2] = from;
        runs[4 * run + 3] = to;
    }
}
