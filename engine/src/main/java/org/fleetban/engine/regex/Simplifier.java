package org.fleetban.engine.regex;

import java.util.ArrayList;
import java.util.List;

/** Says the same with fewer nodes. */
final class Simplifier {

    private Simplifier() {}

    static Node simplify(Node node) {
        if (node instanceof Node.Sequence sequence) {
            return sequence(sequence.items().stream().map(Simplifier::simplify).toList());
        } else if (node instanceof Node.Alternation alternation) {
            return alternation(
                    alternation.branches().stream().map(Simplifier::simplify).toList());
        } else if (node instanceof Node.Group group) {
            return new Node.Group(group.number(), simplify(group.body()));
        } else if (node instanceof Node.Atomic atomic) {
            return new Node.Atomic(simplify(atomic.body()));
        } else if (node instanceof Node.Repeat repeat) {
            return repeat(repeat);
        } else if (node instanceof Node.Look look) {
            return new Node.Look(simplify(look.body()), look.negative(), look.width());
        } else if (node instanceof Node.Conditional conditional) {
            return new Node.Conditional(conditional.group(), simplify(conditional.yes()), simplify(conditional.no()));
        }
        return node;
    }

    private static Node repeat(Node.Repeat repeat) {
        Node body = simplify(repeat.body());
        if (repeat.max() == 0) {
            return Node.EMPTY;
        }
        if (repeat.min() == 1 && repeat.max() == 1 && repeat.mode() != Node.Mode.POSSESSIVE) {
            return body;
        }
        return new Node.Repeat(body, repeat.min(), repeat.max(), repeat.mode());
    }

    private static Node sequence(List<Node> items) {
        List<Node> flat = new ArrayList<>();
        for (Node item : items) {
            if (item instanceof Node.Sequence inner) {
                flat.addAll(inner.items());
            } else {
                flat.add(item);
            }
        }
        return flat.size() == 1 ? flat.get(0) : new Node.Sequence(flat);
    }

    /** Neighbours that are one character each become one set; a beginning that all branches share is said once. */
    private static Node alternation(List<Node> branches) {
        List<Node> merged = new ArrayList<>();
        for (Node branch : branches) {
            int last = merged.size() - 1;
            if (branch instanceof Node.Chars chars && last >= 0 && merged.get(last) instanceof Node.Chars before) {
                merged.set(last, new Node.Chars(before.set().union(chars.set()), before.at()));
            } else {
                merged.add(branch);
            }
        }
        if (merged.size() == 1) {
            return merged.get(0);
        }
        List<Node> prefix = new ArrayList<>();
        while (shareFirst(merged)) {
            prefix.add(items(merged.get(0)).get(0));
            merged.replaceAll(
                    branch -> sequence(items(branch).subList(1, items(branch).size())));
        }
        if (prefix.isEmpty()) {
            return new Node.Alternation(merged);
        }
        prefix.add(alternation(merged));
        return sequence(prefix);
    }

    private static boolean shareFirst(List<Node> branches) {
        List<Node> first = items(branches.get(0));
        return !first.isEmpty()
                && first.get(0) instanceof Node.Chars chars
                && branches.stream()
                        .map(Simplifier::items)
                        .allMatch(items -> !items.isEmpty()
                                && items.get(0) instanceof Node.Chars other
                                && other.set().equals(chars.set()));
    }

    private static List<Node> items(Node node) {
        return node instanceof Node.Sequence sequence ? sequence.items() : List.of(node);
    }
}
