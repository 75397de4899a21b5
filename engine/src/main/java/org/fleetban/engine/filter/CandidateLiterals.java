package org.fleetban.engine.filter;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.fleetban.engine.regex.Literal;
import org.jspecify.annotations.Nullable;

/** Chooses the literals by which {@link Candidates} knows expressions: those that make one a candidate, those that confirm it. */
final class CandidateLiterals {

    /** Shorter literals are in many lines, and cost a pass of their own. */
    private static final int SHORTEST = 4;

    /** Literals so long share a pass, which takes hardly longer for one more. */
    private static final int LONG = 7;

    /** What is looked for in a line of its own accord, where no line is scanned: what a search finds as fast is no help. */
    private static final int SHORTEST_CONFIRMATION = 10;

    /** What more expressions have in common says too little about one of them. */
    private static final int MOST_SHARING = 3;

    private static final int[] NONE = new int[0];

    private final boolean scanned;
    private final Map<Literal, Integer> numbers = new HashMap<>();

    /** The literals that lines are scanned for. */
    final List<Literal> literals = new ArrayList<>();

    /** For each literal, the expressions that it makes candidates. */
    final List<List<Integer>> expressions = new ArrayList<>();

    /** The length of the longest literal; at least 1. */
    int longest = 1;

    /** A bit for each expression that has no literals. */
    final long[] always;

    /** For each expression, other literals of which its lines have one; empty where there are none. */
    final int[][] confirming;

    /** For each expression another literal that all its lines have, and that is not scanned for. */
    final @Nullable String[] confirmations;

    /**
     * Chooses.
     *
     * @param companions for each expression another one that must be a candidate too, or itself
     * @param buffered for each expression whether it is searched in several lines at once, each of which may have a part of its literals
     * @param scanned whether lines are scanned; else there are only literals to look for of their own accord
     */
    CandidateLiterals(List<Expression> all, int[] companions, boolean[] buffered, boolean scanned) {
        this.scanned = scanned;
        always = new long[(all.size() + 63) >>> 6];
        confirming = new int[all.size()][];
        Arrays.fill(confirming, NONE);
        List<List<Literal>> required = all.stream()
                .map(each -> scanned ? inOneLine(each.regex().requiredLiterals()) : List.<Literal>of())
                .toList();
        for (int i = 0; i < all.size(); i++) {
            // Where the companion tells enough, no short literal costs a pass.
            boolean told = companions[i] != i && isLong(required.get(companions[i]));
            if (required.get(i).isEmpty() || told && !isLong(required.get(i))) {
                always[i >>> 6] |= 1L << i;
            } else {
                for (Literal literal : required.get(i)) {
                    expressions.get(number(literal)).add(i);
                }
            }
        }
        confirmations = confirmations(all, buffered, required);
    }

    private int number(Literal literal) {
        return numbers.computeIfAbsent(literal, added -> {
            literals.add(added);
            expressions.add(new ArrayList<>());
            longest = Math.max(longest, literal.text().length());
            return literals.size() - 1;
        });
    }

    /**
     * Expressions for the same message of several programs share the message, and would all be searched. The name of the program, or
     * what else only few have, tells them apart.
     */
    private @Nullable String[] confirmations(List<Expression> all, boolean[] buffered, List<List<Literal>> required) {
        List<List<List<Literal>>> known = all.stream()
                .map(each -> each.regex().allRequiredLiterals().stream()
                        .map(CandidateLiterals::inOneLine)
                        .filter(one -> !one.isEmpty())
                        .toList())
                .toList();
        Map<Literal, Integer> sharing = new HashMap<>();
        known.forEach(lists -> lists.stream()
                .flatMap(List::stream)
                .distinct()
                .forEach(literal -> sharing.merge(literal, 1, Integer::sum)));
        @Nullable String[] confirmations = new String[all.size()];
        for (int i = 0; i < confirmations.length; i++) {
            List<Literal> found = required.get(i);
            List<Literal> best = (buffered[i] ? List.<List<Literal>>of() : known.get(i))
                    .stream()
                            .filter(list -> mayConfirm(list)
                                    && !isImplied(list, found)
                                    && shared(list, sharing) <= MOST_SHARING)
                            .min(Comparator.<List<Literal>>comparingInt(list -> shared(list, sharing))
                                    .thenComparingInt(list -> isLong(list) ? 0 : 1)
                                    .thenComparingInt(list -> -shortest(list)))
                            .orElse(List.of());
            if (scanned && isLong(best)) {
                confirming[i] = best.stream().mapToInt(this::number).toArray();
            } else if (!best.isEmpty()) {
                confirmations[i] = best.get(0).text();
            }
        }
        return confirmations;
    }

    private boolean mayConfirm(List<Literal> literals) {
        boolean one = literals.size() == 1 && !literals.get(0).ignoreCase();
        return scanned ? one || isLong(literals) : one && shortest(literals) >= SHORTEST_CONFIRMATION;
    }

    /** Whether a line with one of some literals has one of others anyway. */
    private static boolean isImplied(List<Literal> literals, List<Literal> found) {
        return !found.isEmpty()
                && found.stream()
                        .allMatch(each -> literals.stream()
                                .anyMatch(literal -> each.text().contains(literal.text())
                                        && (literal.ignoreCase() || !each.ignoreCase())));
    }

    /** How many expressions have a literal, of several the commonest. */
    private static int shared(List<Literal> literals, Map<Literal, Integer> sharing) {
        return literals.stream()
                .mapToInt(literal -> sharing.getOrDefault(literal, 0))
                .max()
                .orElse(0);
    }

    private static int shortest(List<Literal> literals) {
        return literals.stream()
                .mapToInt(literal -> literal.text().length())
                .min()
                .orElse(0);
    }

    private static boolean isLong(List<Literal> literals) {
        return shortest(literals) >= LONG;
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
}
