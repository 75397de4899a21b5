package org.fleetban.engine.filter;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.fleetban.engine.regex.Literal;
import org.fleetban.engine.regex.LiteralScanner;
import org.fleetban.engine.regex.Text;
import org.jspecify.annotations.Nullable;

/**
 * Tells which of many expressions can match a line at all: those one of whose required literals occurs in it. One pass
 * over the line serves all. A filter alone may do without: behind its prefregex, one character tells as much. Immutable, thread-safe;
 * a {@link Choice} is for one thread.
 */
final class Candidates {

    /** Shorter literals are in many lines, and cost a pass of their own. */
    private static final int SHORTEST = 4;

    /** The same where no line is scanned: what a search finds as fast is no help. */
    private static final int SHORTEST_CONFIRMATION = 10;

    /** A character that is none of the first 256. */
    private static final int OTHER = 256;

    private final LiteralScanner scanner;
    private final int longestLiteral;

    /** For each literal, the expressions that it makes candidates. */
    private final int[][] expressions;

    /** The expressions of which nothing is known. */
    private final long[] always;

    /** For each expression another literal that all its lines have, where it has one to itself. */
    private final @Nullable String[] confirmations;

    /** By the first character of what prefregex leaves, the expressions that can match it; null where lines are scanned. */
    private final long @Nullable [][] starts;

    /** Of the expressions of several filters. */
    static Candidates of(List<Expression> all) {
        return new Candidates(all, null);
    }

    /** Of the {@link Filter.Rules#searched()} of a filter alone. */
    static Candidates of(Filter.Rules rules) {
        Expression prefix = rules.prefix();
        boolean begun = prefix != null
                && !rules.looksAtEveryLine()
                && prefix.regex().requiredLiterals().isEmpty()
                && rules.fails().stream().allMatch(each -> each.regex().isAtTextStart());
        return new Candidates(rules.searched(), begun ? starts(rules.fails()) : null);
    }

    private static long[][] starts(List<Expression> fails) {
        // There is a place for prefregex behind them.
        long[][] starts = new long[OTHER + 1][(fails.size() + 64) >>> 6];
        for (int c = 0; c <= OTHER; c++) {
            for (int i = 0; i < fails.size(); i++) {
                if (c == OTHER || fails.get(i).regex().canStartWith(c)) {
                    starts[c][i >>> 6] |= 1L << i;
                }
            }
        }
        return starts;
    }

    private Candidates(List<Expression> all, long @Nullable [][] starts) {
        this.starts = starts;
        Map<Literal, Integer> numbers = new HashMap<>();
        List<Literal> literals = new ArrayList<>();
        List<List<Integer>> members = new ArrayList<>();
        always = new long[(all.size() + 63) >>> 6];
        int longest = 1;
        for (int i = 0; i < all.size(); i++) {
            List<Literal> required =
                    starts == null ? inOneLine(all.get(i).regex().requiredLiterals()) : List.of();
            if (required.isEmpty()) {
                always[i >>> 6] |= 1L << i;
                continue;
            }
            for (Literal literal : required) {
                int number = numbers.computeIfAbsent(literal, added -> {
                    literals.add(added);
                    members.add(new ArrayList<>());
                    return literals.size() - 1;
                });
                members.get(number).add(i);
                longest = Math.max(longest, literal.text().length());
            }
        }
        longestLiteral = longest;
        scanner = LiteralScanner.of(literals);
        expressions = members.stream()
                .map(list -> list.stream().mapToInt(Integer::intValue).toArray())
                .toArray(int[][]::new);
        confirmations = confirmations(all, starts == null);
    }

    /**
     * Expressions for the same message of several programs share the message, and would all be searched. The name of the program is
     * often a literal that only one of them has.
     */
    private static @Nullable String[] confirmations(List<Expression> all, boolean scanned) {
        List<List<Literal>> literals =
                all.stream().map(each -> each.regex().allRequiredLiterals()).toList();
        Map<Literal, Integer> counts = new HashMap<>();
        literals.forEach(list -> list.forEach(literal -> counts.merge(literal, 1, Integer::sum)));
        @Nullable String[] confirmations = new String[all.size()];
        for (int i = 0; i < confirmations.length; i++) {
            List<Literal> found = scanned ? all.get(i).regex().requiredLiterals() : List.of();
            int shortest = scanned ? SHORTEST : SHORTEST_CONFIRMATION;
            for (Literal literal : literals.get(i)) {
                String text = literal.text();
                String before = confirmations[i];
                boolean ownPart =
                        !literal.ignoreCase() && text.indexOf('\n') < 0 && counts.getOrDefault(literal, 0) == 1;
                boolean known = !found.isEmpty()
                        && found.stream().allMatch(each -> each.text().contains(text));
                if (ownPart && !known && text.length() >= (before == null ? shortest : before.length())) {
                    confirmations[i] = text;
                }
            }
        }
        return confirmations;
    }

    /**
     * The longest part of each literal that stands in one line: the newline that every text ends with is not in the line that
     * is scanned. Empty if a part says too little.
     */
    private static List<Literal> inOneLine(List<Literal> literals) {
        List<Literal> parts = new ArrayList<>();
        for (Literal literal : literals) {
            String longest = "";
            for (String part : literal.text().split("\n", -1)) {
                longest = part.length() > longest.length() ? part : longest;
            }
            if (longest.length() < SHORTEST) {
                return List.of();
            }
            parts.add(new Literal(longest, literal.ignoreCase()));
        }
        return parts;
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
        private final long[] chosen = always.clone();

        /** Looks through a line: as expressions see it, or with its date in it and {@link #addJoint} to follow. */
        void of(Text whole) {
            System.arraycopy(always, 0, chosen, 0, always.length);
            if (scanner.size() > 0) {
                add(whole, 0, whole.length());
            }
        }

        /** Whether all are candidates until {@link #behindPrefix}. */
        boolean isOpen() {
            return starts != null;
        }

        /** Looks at what prefregex leaves of the line. */
        void behindPrefix(Text content) {
            long[][] byFirst = starts;
            if (byFirst != null) {
                long[] possible = byFirst[content.length() == 0 ? OTHER : Math.min(OTHER, content.at(0))];
                System.arraycopy(possible, 0, chosen, 0, chosen.length);
            }
        }

        /** Adds what appears where the text before a date and the text behind it meet. */
        void addJoint(DatedLine line) {
            if (line.cut() > 0 && line.rest() != line.whole()) {
                int from = Math.max(0, line.cut() - longestLiteral);
                add(line.rest(), from, Math.min(line.rest().length(), line.cut() + longestLiteral));
            }
        }

        private void add(Text text, int from, int to) {
            scanner.scan(text, from, to, found);
            for (int word = 0; word < found.length; word++) {
                for (long bits = found[word]; bits != 0; bits &= bits - 1) {
                    for (int expression : expressions[word << 6 | Long.numberOfTrailingZeros(bits)]) {
                        chosen[expression >>> 6] |= 1L << expression;
                    }
                }
            }
        }

        /**
         * Sets the bits of the owners of the candidates.
         *
         * @param owners for each expression; those without an owner have -1
         * @param companions for each expression another one that must be a candidate too, perhaps itself
         */
        void mark(int[] owners, int[] companions, long[] marked) {
            for (int word = 0; word < chosen.length; word++) {
                for (long bits = chosen[word]; bits != 0; bits &= bits - 1) {
                    int expression = word << 6 | Long.numberOfTrailingZeros(bits);
                    int owner = owners[expression];
                    if (owner >= 0 && has(companions[expression])) {
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
