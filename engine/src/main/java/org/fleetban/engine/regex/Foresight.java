package org.fleetban.engine.regex;

import java.util.ArrayList;
import java.util.List;

/**
 * Lets an alternative fail early. Where one of its groups decides how a condition behind it goes on, as in {@code (?:(a)|b) (?(1): |$)},
 * it is tried only where what the condition will want stands somewhere in the text; without that, it would fail after all else.
 */
final class Foresight {

    /**
     * With fewer steps left than this, nothing is foreseen: looking through the text again and again could cost more than the
     * alternatives that it spares, and a search must not run out of steps for it.
     */
    static final int RESERVE = 200_000;

    private Foresight() {}

    /** The same with a {@link Node.Needs} at the head of such alternatives. */
    static Node of(Node node) {
        if (node instanceof Node.Sequence sequence) {
            return new Node.Sequence(items(sequence.items()));
        } else if (node instanceof Node.Group group) {
            return new Node.Group(group.number(), of(group.body()));
        } else if (node instanceof Node.Alternation alternation) {
            return new Node.Alternation(
                    alternation.branches().stream().map(Foresight::of).toList());
        }
        return node;
    }

    private static List<Node> items(List<Node> items) {
        List<Node> told = new ArrayList<>(items.stream().map(Foresight::of).toList());
        for (int i = 0; i < items.size(); i++) {
            if (items.get(i) instanceof Node.Conditional condition) {
                List<Node.Chars> wanted = literal(condition.yes());
                for (int before = 0; before < i && !wanted.isEmpty(); before++) {
                    told.set(before, told(told.get(before), condition.group(), wanted));
                }
            }
        }
        return told;
    }

    /** The first literal that a node takes. */
    private static List<Node.Chars> literal(Node node) {
        List<Node.Chars> literal = new ArrayList<>();
        for (Node item : node instanceof Node.Sequence sequence ? sequence.items() : List.of(node)) {
            if (item instanceof Node.Chars chars && chars.set().size() == 1) {
                literal.add(chars);
            } else if (!literal.isEmpty()) {
                break;
            }
        }
        return literal;
    }

    /** Not within what is decided for good before the condition is met: an atomic group, a look-around, a possessive loop. */
    private static Node told(Node node, int group, List<Node.Chars> wanted) {
        if (node instanceof Node.Sequence sequence) {
            return new Node.Sequence(sequence.items().stream()
                    .map(item -> told(item, group, wanted))
                    .toList());
        } else if (node instanceof Node.Group outer) {
            return new Node.Group(outer.number(), told(outer.body(), group, wanted));
        } else if (node instanceof Node.Alternation alternation) {
            return new Node.Alternation(alternation.branches().stream()
                    .map(branch -> takes(branch, group)
                            ? new Node.Sequence(List.of(new Node.Needs(wanted), branch))
                            : told(branch, group, wanted))
                    .toList());
        }
        return node;
    }

    /** Whether a group takes part in each match of a node. */
    private static boolean takes(Node node, int group) {
        if (node instanceof Node.Group own) {
            return own.number() == group || takes(own.body(), group);
        }
        return node instanceof Node.Sequence sequence
                && sequence.items().stream().anyMatch(item -> takes(item, group));
    }
}
