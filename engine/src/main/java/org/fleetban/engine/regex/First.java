package org.fleetban.engine.regex;

import java.util.function.UnaryOperator;

/** Tells with which character a node, and what follows it, can go on. */
final class First {

    private final UnaryOperator<CharSet> alphabet;

    /** @param alphabet how the sets of the tree read in the texts that are searched */
    First(UnaryOperator<CharSet> alphabet) {
        this.alphabet = alphabet;
    }

    Ahead of(CharSet set) {
        return Ahead.of(alphabet.apply(set));
    }

    Ahead of(Node node, Ahead follow) {
        if (node instanceof Node.Chars chars) {
            return of(chars.set());
        } else if (node instanceof Node.Sequence sequence) {
            Ahead ahead = follow;
            for (int i = sequence.items().size() - 1; i >= 0; i--) {
                ahead = of(sequence.items().get(i), ahead);
            }
            return ahead;
        } else if (node instanceof Node.Alternation alternation) {
            Ahead ahead = Ahead.NOTHING;
            for (Node branch : alternation.branches()) {
                ahead = ahead.or(of(branch, follow));
            }
            return ahead;
        } else if (node instanceof Node.Group group) {
            return of(group.body(), follow);
        } else if (node instanceof Node.Atomic atomic) {
            return of(atomic.body(), follow);
        } else if (node instanceof Node.Repeat repeat) {
            return ofRepeat(repeat, follow);
        } else if (node instanceof Node.Conditional conditional) {
            return of(conditional.yes(), follow).or(of(conditional.no(), follow));
        } else if (node instanceof Node.Look look) {
            return ofLook(look, follow);
        } else if (node instanceof Node.Needs) {
            return follow;
        } else if (node instanceof Node.Assertion assertion) {
            return switch (assertion.kind()) {
                case TEXT_END -> follow.and(Ahead.AT_END);
                case LAST_LINE_END, LINE_END -> follow.and(Ahead.AT_LINE_END);
                default -> follow;
            };
        }
        return Ahead.ANYTHING;
    }

    private Ahead ofRepeat(Node.Repeat repeat, Ahead follow) {
        if (repeat.max() == 0) {
            return follow;
        }
        // After one repetition there may be another; that adds no characters to those of the first.
        Ahead ahead = of(repeat.body(), follow);
        return repeat.min() == 0 ? ahead.or(follow) : ahead;
    }

    private Ahead ofLook(Node.Look look, Ahead follow) {
        if (look.width() > 0) {
            return follow;
        }
        if (!look.negative()) {
            return follow.and(of(look.body(), Ahead.ANYTHING));
        }
        return look.body() instanceof Node.Chars chars
                ? follow.and(of(chars.set()).not())
                : follow;
    }
}
