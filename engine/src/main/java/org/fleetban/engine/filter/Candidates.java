package org.fleetban.engine.filter;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.fleetban.engine.regex.LiteralScanner;
import org.fleetban.engine.regex.Text;
import org.jspecify.annotations.Nullable;

/**
 * Tells which of many expressions can match a line at all: those of whose required literals one occurs in it. One pass
 * over the line serves all. A filter alone may do without: behind its prefregex, a few characters tell as much. Immutable, thread-safe;
 * a {@link Choice} is for one thread.
 */
final class Candidates {

    /** So many of the first characters behind prefregex tell which expressions can match. */
    private static final int PLACES = 12;

    /** The end of the text, and a character that is none of the first 256. */
    private static final int END = 256;

    private static final int OTHER = 257;

    private final LiteralScanner scanner;
    private final int longestLiteral;

    /** For each literal, the expressions that it makes candidates. */
    private final int[][] expressions;

    /** The expressions of which nothing is known. */
    private final long[] always;

    /** For each expression, other literals of which its lines have one; empty where there are none. */
    private final int[][] confirming;

    /** For each expression, another one that must be a candidate too, or itself. */
    private final int[] companions;

    /** The expressions that have literals that confirm them, or a companion. */
    private final long[] conditional;

    /** For each expression another literal that all its lines have, and that is not looked for before. */
    private final @Nullable String[] confirmations;

    /**
     * By place and character of what prefregex leaves, the expressions that can have it there, in as many words as there are for each
     * character; null where lines are scanned.
     */
    private final long @Nullable [][] starts;

    /**
     * Of the expressions of several filters.
     *
     * @param companions for each expression the prefregex of its filter, or itself where there is none
     * @param buffered for each expression whether it is searched in several lines at once, each of which may have a part of its literals
     */
    static Candidates of(List<Expression> all, int[] companions, boolean[] buffered) {
        return new Candidates(all, companions, buffered, null);
    }

    /** Of the {@link Filter.Rules#searched()} of a filter alone. */
    static Candidates of(Filter.Rules rules) {
        Expression prefix = rules.prefix();
        boolean begun = prefix != null
                && !rules.looksAtEveryLine()
                && prefix.regex().requiredLiterals().isEmpty()
                && rules.fails().stream().allMatch(each -> each.regex().isAtTextStart());
        List<Expression> all = rules.searched();
        int[] companions = IntStream.range(0, all.size())
                .map(i -> prefix == null || rules.looksAtEveryLine() ? i : all.size() - 1)
                .toArray();
        boolean[] buffered = new boolean[all.size()];
        Arrays.fill(buffered, rules.maxLines() > 1);
        return new Candidates(all, companions, buffered, begun ? starts(rules.fails()) : null);
    }

    private static long[][] starts(List<Expression> fails) {
        // There is a place for prefregex behind them.
        int words = (fails.size() + 64) >>> 6;
        long[][] starts = new long[PLACES][(OTHER + 1) * words];
        for (int i = 0; i < fails.size(); i++) {
            boolean[][] beginning = fails.get(i).regex().beginning(PLACES);
            for (int place = 0; place < PLACES; place++) {
                for (int c = 0; c <= OTHER; c++) {
                    if (c == OTHER || beginning[place][c]) {
                        starts[place][c * words + (i >>> 6)] |= 1L << i;
                    }
                }
            }
        }
        return starts;
    }

    private Candidates(List<Expression> all, int[] companions, boolean[] buffered, long @Nullable [][] starts) {
        this.starts = starts;
        this.companions = companions;
        CandidateLiterals literals = new CandidateLiterals(all, companions, buffered, starts == null);
        always = literals.always;
        confirming = literals.confirming;
        confirmations = literals.confirmations;
        longestLiteral = literals.longest;
        scanner = LiteralScanner.of(literals.literals);
        expressions = literals.expressions.stream()
                .map(list -> list.stream().mapToInt(Integer::intValue).toArray())
                .toArray(int[][]::new);
        conditional = new long[always.length];
        for (int i = 0; i < companions.length; i++) {
            if (starts == null && (companions[i] != i || confirming[i].length > 0)) {
                conditional[i >>> 6] |= 1L << i;
            }
        }
    }

    /** Whether all expressions are candidates until {@link Choice#behindPrefix}. */
    boolean areOpen() {
        return starts != null;
    }

    Choice newChoice() {
        return new Choice();
    }

    /** The candidates for one line. */
    final class Choice {
        private final long[] found = scanner.newResult();

        /** All literals that were found in the line. */
        private final long[] literals = scanner.newResult();

        /** The expressions one of whose literals was found. */
        private final long[] met = always.clone();

        private final long[] chosen = always.clone();

        /** Looks through a line: as expressions see it, or with its date in it and {@link #addJoint} to follow. */
        void of(Text whole) {
            System.arraycopy(always, 0, met, 0, always.length);
            Arrays.fill(literals, 0);
            if (scanner.size() > 0) {
                add(whole, 0, whole.length());
            }
            choose();
        }

        /** Whether all are candidates until {@link #behindPrefix}. */
        boolean isOpen() {
            return starts != null;
        }

        /** Looks at how what prefregex leaves of the line begins. */
        void behindPrefix(Text content) {
            long[][] byPlace = starts;
            if (byPlace != null) {
                int words = chosen.length;
                int length = Math.min(PLACES, content.length());
                for (int word = 0; word < words; word++) {
                    long bits = length < PLACES ? byPlace[length][END * words + word] : -1;
                    for (int place = 0; place < length && bits != 0; place++) {
                        int c = content.at(place);
                        bits &= byPlace[place][(c < END ? c : OTHER) * words + word];
                    }
                    chosen[word] = bits;
                }
            }
        }

        /** Adds what appears where the text before a date and the text behind it meet. */
        void addJoint(DatedLine line) {
            if (line.cut() > 0 && line.rest() != line.whole()) {
                int from = Math.max(0, line.cut() - longestLiteral);
                add(line.rest(), from, Math.min(line.rest().length(), line.cut() + longestLiteral));
                choose();
            }
        }

        private void add(Text text, int from, int to) {
            scanner.scan(text, from, to, found);
            for (int word = 0; word < found.length; word++) {
                literals[word] |= found[word];
                for (long bits = found[word]; bits != 0; bits &= bits - 1) {
                    for (int expression : expressions[word << 6 | Long.numberOfTrailingZeros(bits)]) {
                        met[expression >>> 6] |= 1L << expression;
                    }
                }
            }
        }

        /** Leaves out those that nothing confirms, or whose companion is none. */
        private void choose() {
            for (int word = 0; word < chosen.length; word++) {
                long left = met[word];
                for (long bits = left & conditional[word]; bits != 0; bits &= bits - 1) {
                    int expression = word << 6 | Long.numberOfTrailingZeros(bits);
                    int companion = companions[expression];
                    boolean accompanied = (met[companion >>> 6] & 1L << companion) != 0;
                    if (!accompanied || !isFound(confirming[expression])) {
                        left &= ~(1L << expression);
                    }
                }
                chosen[word] = left;
            }
        }

        private boolean isFound(int[] any) {
            for (int literal : any) {
                if ((literals[literal >>> 6] & 1L << literal) != 0) {
                    return true;
                }
            }
            return any.length == 0;
        }

        /**
         * Sets the bits of the owners of the candidates.
         *
         * @param owners for each expression; those without an owner have -1
         */
        void mark(int[] owners, long[] marked) {
            for (int word = 0; word < chosen.length; word++) {
                for (long bits = chosen[word]; bits != 0; bits &= bits - 1) {
                    int owner = owners[word << 6 | Long.numberOfTrailingZeros(bits)];
                    if (owner >= 0) {
                        marked[owner >>> 6] |= 1L << owner;
                    }
                }
            }
        }

        boolean has(int expression) {
            return (chosen[expression >>> 6] & 1L << expression) != 0;
        }

        /** As {@link #next(int, int)}, but only candidates for what expressions see of the line. */
        int next(int from, int to, Text rest) {
            int expression = next(from, to);
            while (expression < to && !isConfirmed(expression, rest)) {
                expression = next(expression + 1, to);
            }
            return expression;
        }

        private boolean isConfirmed(int expression, Text rest) {
            String literal = confirmations[expression];
            return literal == null || rest.contains(literal);
        }

        boolean hasAny(int from, int to) {
            return next(from, to) < to;
        }

        /** The first candidate from one expression on; {@code to} where there is none before it. */
        int next(int from, int to) {
            if (from >= to) {
                return to;
            }
            int word = from >>> 6;
            long bits = chosen[word] & -1L << from;
            while (bits == 0) {
                if (++word << 6 >= to) {
                    return to;
                }
                bits = chosen[word];
            }
            return Math.min(to, word << 6 | Long.numberOfTrailingZeros(bits));
        }
    }
}
