package org.fleetban.engine.regex;

import org.jspecify.annotations.Nullable;

/**
 * Searches texts for one expression. Keeps no recursion on the Java stack, and ends every search within its step budget.
 * Not thread-safe.
 */
public final class Matcher {

    Matcher() {}

    /** How a search ended. */
    public enum Result {
        MATCH,
        NO_MATCH,
        /** The step budget ran out: nothing is known. Count it, show it, never take it for {@link #NO_MATCH}. */
        BUDGET_EXHAUSTED
    }

    /** {@link #search(Text, int, int)} over the whole text. */
    public Result search(Text text) {
        return search(text, 0, text.length());
    }

    /**
     * Python's {@code regex.search(text, from, to)}: the text ends at {@code to}; look-behind and {@code ^} see what is
     * before {@code from}.
     */
    public Result search(Text text, int from, int to) {
        throw new UnsupportedOperationException();
    }

    /** Where the group began in the last match; -1 where it took no part. */
    public int start(int group) {
        throw new UnsupportedOperationException();
    }

    /** Where the group ended in the last match; -1 where it took no part. */
    public int end(int group) {
        throw new UnsupportedOperationException();
    }

    /** What the group matched; null where it took no part. */
    public @Nullable String group(int group) {
        throw new UnsupportedOperationException();
    }
}
