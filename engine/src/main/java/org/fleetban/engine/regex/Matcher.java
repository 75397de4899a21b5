package org.fleetban.engine.regex;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Searches texts for one expression. Keeps no recursion on the Java stack, and ends every search within its step budget.
 * Not thread-safe.
 */
public final class Matcher {

    private static final long BASE_BUDGET = 2_000_000;
    private static final long BUDGET_PER_CHARACTER = 16;

    private final PlainMachine machine;
    private Text text = Text.empty();
    private boolean matched;

    Matcher(PlainMachine machine) {
        this.machine = machine;
    }

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
        Objects.checkFromToIndex(from, to, text.length());
        this.text = text;
        Result result = machine.search(text, from, to, BASE_BUDGET + BUDGET_PER_CHARACTER * (to - from));
        matched = result == Result.MATCH;
        return result;
    }

    /** Where the group began in the last match; -1 where it took no part, or nothing matched. */
    public int start(int group) {
        return matched ? machine.captures()[2 * group] : -1;
    }

    /** Where the group ended in the last match; -1 where it took no part, or nothing matched. */
    public int end(int group) {
        return matched ? machine.captures()[2 * group + 1] : -1;
    }

    /** What the group matched; null where it took no part, or nothing matched. */
    public @Nullable String group(int group) {
        return start(group) < 0 ? null : text.substring(start(group), end(group));
    }
}
