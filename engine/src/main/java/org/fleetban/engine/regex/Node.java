package org.fleetban.engine.regex;

import java.util.List;

/**
 * A part of a parsed expression. Flags are already applied: a set knows its cases, an assertion its lines. Leaves carry
 * {@code at}, the index in the expression where they were written.
 */
sealed interface Node {

    /** No upper bound of a {@link Repeat}. */
    int UNBOUNDED = Integer.MAX_VALUE;

    Node EMPTY = new Sequence(List.of());

    /** The nodes that this one is made of. */
    default List<Node> children() {
        if (this instanceof Sequence sequence) {
            return sequence.items();
        } else if (this instanceof Alternation alternation) {
            return alternation.branches();
        } else if (this instanceof Group group) {
            return List.of(group.body());
        } else if (this instanceof Repeat repeat) {
            return List.of(repeat.body());
        } else if (this instanceof Atomic atomic) {
            return List.of(atomic.body());
        } else if (this instanceof Look look) {
            return List.of(look.body());
        } else if (this instanceof Conditional conditional) {
            return List.of(conditional.yes(), conditional.no());
        }
        return List.of();
    }

    /** One character out of a set. */
    record Chars(CharSet set, int at) implements Node {}

    record Sequence(List<Node> items) implements Node {
        public Sequence {
            items = List.copyOf(items);
        }
    }

    record Alternation(List<Node> branches) implements Node {
        public Alternation {
            branches = List.copyOf(branches);
        }
    }

    /** A capturing group. */
    record Group(int number, Node body) implements Node {}

    record Repeat(Node body, int min, int max, Mode mode) implements Node {}

    enum Mode {
        GREEDY,
        LAZY,
        /** Each repetition, once matched, is not tried again in another way. */
        POSSESSIVE
    }

    record Atomic(Node body) implements Node {}

    /**
     * A look-around.
     *
     * @param width how many characters before the place the body begins; 0 looks ahead
     */
    record Look(Node body, boolean negative, int width) implements Node {}

    /** {@code (?(group)yes|no)}. */
    record Conditional(int group, Node yes, Node no) implements Node {}

    /** The text of a group once more. */
    record BackReference(int group, Case kind, int at) implements Node {}

    enum Case {
        SENSITIVE,
        INSENSITIVE,
        ASCII_INSENSITIVE
    }

    record Assertion(Kind kind, int at) implements Node {}

    /** These characters stand side by side somewhere in what is left of the text; nothing is taken. Not written by people. */
    record Needs(List<Chars> literal) implements Node {
        public Needs {
            literal = List.copyOf(literal);
        }
    }

    enum Kind {
        TEXT_START,
        LINE_START,
        TEXT_END,
        /** {@code $}: the end, or before the newline that ends the text. */
        LAST_LINE_END,
        LINE_END,
        WORD_BOUNDARY,
        NO_WORD_BOUNDARY,
        ASCII_WORD_BOUNDARY,
        NO_ASCII_WORD_BOUNDARY
    }
}
