package org.fleetban.engine.regex;

import java.util.Arrays;

/**
 * What can stand at the first places of a text that an expression matches from its begin on. An upper bound, found by following all
 * ways through the expression at once: a bit for each place that a node can begin at.
 */
final class Beginning {

    /** Nodes that are followed before all is allowed: loops in loops could take for ever. */
    private static final int MOST_STEPS = 20_000;

    private final boolean[][] allowed;
    private int steps;

    /** A bit for each place. */
    private final long every;

    private Beginning(int places) {
        allowed = new boolean[places][Ahead.END + 1];
        every = (1L << places) - 1;
    }

    /**
     * By place and character, or {@link Ahead#END}, whether it can stand there.
     *
     * @param places at most 63
     */
    static boolean[][] of(Node root, int places) {
        Beginning beginning = new Beginning(places);
        beginning.allowFrom(beginning.follow(root, 1));
        return beginning.allowed;
    }

    /** Where what follows a node can begin, if the node begins at one of these places. */
    private long follow(Node node, long places) {
        if (places == 0) {
            return 0;
        } else if (++steps > MOST_STEPS) {
            return allowFrom(places);
        } else if (node instanceof Node.Chars chars) {
            allow(chars.set(), places);
            return places << 1 & every;
        } else if (node instanceof Node.Sequence sequence) {
            long next = places;
            for (Node item : sequence.items()) {
                next = follow(item, next);
            }
            return next;
        } else if (node instanceof Node.Alternation alternation) {
            long next = 0;
            for (Node branch : alternation.branches()) {
                next |= follow(branch, places);
            }
            return next;
        } else if (node instanceof Node.Group group) {
            return follow(group.body(), places);
        } else if (node instanceof Node.Atomic atomic) {
            return follow(atomic.body(), places);
        } else if (node instanceof Node.Repeat repeat) {
            return followRepeat(repeat, places);
        } else if (node instanceof Node.Conditional conditional) {
            return follow(conditional.yes(), places) | follow(conditional.no(), places);
        } else if (node instanceof Node.BackReference) {
            return allowFrom(places);
        }
        // Assertions, look-arounds and the like take no characters. What they forbid is not looked at.
        return places;
    }

    private long followRepeat(Node.Repeat repeat, long places) {
        long next = places;
        for (int i = 0; i < repeat.min() && next != 0; i++) {
            long before = next;
            next = follow(repeat.body(), next);
            if (next == before) {
                break;
            }
        }
        long reached = next;
        for (int i = repeat.min(); i < repeat.max() && next != 0; i++) {
            next = follow(repeat.body(), next) & ~reached;
            reached |= next;
        }
        return reached;
    }

    private void allow(CharSet set, long places) {
        for (long bits = places; bits != 0; bits &= bits - 1) {
            boolean[] place = allowed[Long.numberOfTrailingZeros(bits)];
            for (int range = 0; range < set.ranges() && set.rangeFirst(range) < Ahead.END; range++) {
                Arrays.fill(place, set.rangeFirst(range), Math.min(set.rangeLast(range) + 1, Ahead.END), true);
            }
        }
    }

    /** Allows everything from the first of these places on; returns all these places. */
    private long allowFrom(long places) {
        if (places == 0) {
            return 0;
        }
        int first = Long.numberOfTrailingZeros(places);
        for (int place = first; place < allowed.length; place++) {
            Arrays.fill(allowed[place], true);
        }
        return every & -1L << first;
    }
}
