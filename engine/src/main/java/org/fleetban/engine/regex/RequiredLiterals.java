package org.fleetban.engine.regex;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Finds literals of which one occurs in every match of an expression, wherever that is. */
final class RequiredLiterals {

    /** More alternatives than this say nothing any more. */
    private static final int MAX_ALTERNATIVES = 64;

    private List<Literal> best = List.of();
    private final Set<Literal> all = new LinkedHashSet<>();
    private final StringBuilder current = new StringBuilder();
    private boolean ignoresCase;

    private RequiredLiterals() {}

    /** The literals; empty where nothing is known. */
    static List<Literal> of(Node root) {
        return visited(root).best;
    }

    /** Literals that all occur in every match. */
    static List<Literal> allOf(Node root) {
        return List.copyOf(visited(root).all);
    }

    private static RequiredLiterals visited(Node root) {
        RequiredLiterals literals = new RequiredLiterals();
        literals.visit(root);
        literals.endLiteral();
        return literals;
    }

    private void visit(Node node) {
        if (node instanceof Node.Chars chars) {
            character(chars.set());
        } else if (node instanceof Node.Sequence sequence) {
            sequence.items().forEach(this::visit);
        } else if (node instanceof Node.Group group) {
            visit(group.body());
        } else if (node instanceof Node.Atomic atomic) {
            visit(atomic.body());
        } else if (node instanceof Node.Alternation alternation) {
            endLiteral();
            offer(alternatives(alternation.branches()));
        } else if (node instanceof Node.Conditional conditional) {
            endLiteral();
            offer(alternatives(List.of(conditional.yes(), conditional.no())));
        } else if (node instanceof Node.Repeat repeat) {
            visitRepeat(repeat);
        } else if (node instanceof Node.BackReference) {
            endLiteral();
        }
        // Assertions and look-arounds take no characters: a literal goes on behind them.
    }

    private void visitRepeat(Node.Repeat repeat) {
        if (repeat.body() instanceof Node.Chars && repeat.min() == repeat.max() && repeat.min() <= 8) {
            for (int i = 0; i < repeat.min(); i++) {
                visit(repeat.body());
            }
            return;
        }
        endLiteral();
        if (repeat.min() > 0) {
            offer(of(repeat.body()));
        }
    }

    private static List<Literal> alternatives(List<Node> branches) {
        Set<Literal> all = new LinkedHashSet<>();
        for (Node branch : branches) {
            List<Literal> one = of(branch);
            if (one.isEmpty()) {
                return List.of();
            }
            all.addAll(one);
        }
        return all.size() > MAX_ALTERNATIVES ? List.of() : List.copyOf(all);
    }

    private void character(CharSet set) {
        int first = set.isEmpty() ? 128 : set.first();
        if (first < 128 && set.size() == 1) {
            current.append((char) first);
        } else if (first >= 'A' && first <= 'Z' && set.size() == 2 && set.contains(first + 32)) {
            ignoresCase = true;
            current.append((char) first);
        } else {
            endLiteral();
        }
    }

    private void endLiteral() {
        if (current.length() > 0) {
            String text = current.toString();
            offer(List.of(new Literal(ignoresCase ? text.toLowerCase(Locale.ROOT) : text, ignoresCase)));
        }
        current.setLength(0);
        ignoresCase = false;
    }

    private void offer(List<Literal> literals) {
        if (literals.size() == 1) {
            all.addAll(literals);
        }
        if (score(literals) > score(best)) {
            best = new ArrayList<>(literals);
        }
    }

    /** Long literals say more than short ones, few more than many. */
    private static int score(List<Literal> literals) {
        return literals.stream()
                        .mapToInt(literal -> 16 * Math.min(literal.text().length(), 12))
                        .min()
                        .orElse(0)
                - Math.max(0, literals.size() - 1);
    }
}
