package org.fleetban.engine.regex;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Searches texts for one expression. Keeps no recursion on the Java stack, and ends every search within its step budget.
 * Not thread-safe.
 */
public final class Matcher {

    /**
     * Steps for any search, and for each character, up to so many: a way back taken, a repetition, or sixteen characters run
     * over. A search takes at most some 50 ms so.
     */
    private static final long BASE_BUDGET = 300_000;

    private static final long BUDGET_PER_CHARACTER = 12;
    private static final int MOST_CHARACTERS = 32 * 1024;

    /** Searches after which an expression is worth a class of its own. */
    private static final int SEARCHES_BEFORE_TRANSLATION = 200;

    private final Regex regex;
    private final int stepsWithoutMemory;
    private final Machine narrow;
    private @Nullable TranslatedProgram translated;
    private int searchesBeforeTranslation;
    private @Nullable Machine wide;
    private @Nullable PlainMachine plain;

    private Text text = Text.empty();
    private int[] captures = new int[0];
    private int base;
    private boolean matched;

    Matcher(Regex regex) {
        this(regex, Machine.STEPS_WITHOUT_MEMORY, SEARCHES_BEFORE_TRANSLATION);
    }

    /**
     * @param stepsWithoutMemory steps of a search after which it remembers failures; from the beginning with 0
     * @param searchesBeforeTranslation searches after which the expression is translated
     */
    Matcher(Regex regex, int stepsWithoutMemory, int searchesBeforeTranslation) {
        this.regex = regex;
        this.searchesBeforeTranslation = searchesBeforeTranslation;
        this.stepsWithoutMemory = stepsWithoutMemory;
        this.narrow = new Machine(regex.narrow(), stepsWithoutMemory);
    }

    /** How a search ended. */
    public enum Result {
        MATCH,
        NO_MATCH,
        /** The step budget ran out: nothing is known. Count it, show it, never take it for {@link #NO_MATCH}. */
        BUDGET_EXHAUSTED
    }

    /**
     * How far an expression got in a text that it does not match.
     *
     * @param textIndex the furthest place in the text where a character or condition did not fit
     * @param expressionIndex where in the expression that character or condition is written, in code points
     */
    public record Progress(int textIndex, int expressionIndex) {}

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
        long budget = BASE_BUDGET + BUDGET_PER_CHARACTER * Math.min(to - from, MOST_CHARACTERS);
        byte[] bytes = text.narrow();
        Result result;
        if (bytes != null) {
            base = text.offset();
            result = searchNarrow(text, bytes, from, to, budget);
        } else {
            base = 0;
            result = searchWide(text, from, to, budget);
        }
        matched = result == Result.MATCH;
        return result;
    }

    private Result searchNarrow(Text text, byte[] bytes, int from, int to, long budget) {
        if (searchesBeforeTranslation >= 0 && --searchesBeforeTranslation < 0) {
            TranslatedClass.Translation translation = regex.translation();
            translated = translation == null ? null : translation.newInstance();
        }
        if (translated != null) {
            Result result = translated.search(text, bytes, base, base + from, base + to);
            if (result != null) {
                captures = translated.captures();
                return result;
            }
        }
        captures = narrow.captures();
        return narrow.search(text, bytes, base, base + from, base + to, budget);
    }

    private Result searchWide(Text text, int from, int to, long budget) {
        Regex.Wide program = regex.wide();
        if (program.alphabet() == null || program.program() == null) {
            return searchPlainly(text, from, to, budget);
        }
        if (wide == null) {
            wide = new Machine(program.program(), stepsWithoutMemory);
        }
        captures = wide.captures();
        return wide.search(text, program.alphabet().map(text, to), 0, from, to, budget);
    }

    /** The same without any shortcut, and slower. */
    Result searchPlainly(Text text, int from, int to, long budget) {
        if (plain == null) {
            plain = new PlainMachine(regex.plain(), regex.groupCount());
        }
        this.text = text;
        base = 0;
        captures = plain.captures();
        Result result = plain.search(text, from, to, budget);
        matched = result == Result.MATCH;
        return result;
    }

    /**
     * Tells how far the expression gets in a text. Slow: for people who look for what is missing in a filter. The last match
     * is forgotten.
     *
     * @return empty if the text matches
     */
    public Optional<Progress> progress(Text text) {
        Result result = searchPlainly(text, 0, text.length(), BASE_BUDGET);
        boolean found = result == Result.MATCH;
        matched = false;
        PlainMachine machine = Objects.requireNonNull(plain);
        return found
                ? Optional.empty()
                : Optional.of(new Progress(
                        Math.max(machine.furthest(), 0),
                        machine.furthestInExpression(Tokens.length(regex.expression()))));
    }

    /** Where the group began in the last match; -1 where it took no part, or nothing matched. */
    public int start(int group) {
        return place(2 * group);
    }

    /** Where the group ended in the last match; -1 where it took no part, or nothing matched. */
    public int end(int group) {
        return place(2 * group + 1);
    }

    private int place(int capture) {
        return !matched || captures[capture] < 0 ? -1 : captures[capture] - base;
    }

    /** What the group matched; null where it took no part, or nothing matched. */
    public @Nullable String group(int group) {
        int start = start(group);
        return start < 0 ? null : text.substring(start, end(group));
    }

    /** What the group matched, as a text; null where it took no part, or nothing matched. */
    public @Nullable Text text(int group) {
        return start(group) < 0 ? null : text.slice(start(group), end(group));
    }
}
