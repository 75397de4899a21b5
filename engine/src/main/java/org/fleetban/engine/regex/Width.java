package org.fleetban.engine.regex;

import java.util.IdentityHashMap;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * How many characters a node can match.
 *
 * @param min at least
 * @param max at most; {@link #INFINITE} where there is no bound
 */
record Width(long min, long max) {

    static final long INFINITE = Long.MAX_VALUE >> 1;
    private static final Width ZERO = new Width(0, 0);
    private static final Width ONE = new Width(1, 1);

    boolean isFixed() {
        return min == max;
    }

    private Width plus(Width other) {
        return new Width(Math.min(min + other.min, INFINITE), Math.min(max + other.max, INFINITE));
    }

    private Width or(Width other) {
        return new Width(Math.min(min, other.min), Math.max(max, other.max));
    }

    private Width times(int least, int most) {
        return new Width(product(min, least), max != 0 && most == Node.UNBOUNDED ? INFINITE : product(max, most));
    }

    private static long product(long width, int times) {
        return width != 0 && times > INFINITE / width ? INFINITE : width * times;
    }

    /** Computes widths; remembers those of nodes that it has seen. */
    static final class Meter {
        private final IntFunction<Width> groups;
        private final Map<Node, Width> known = new IdentityHashMap<>();

        /** @param groups the widths of groups that were closed before */
        Meter(IntFunction<Width> groups) {
            this.groups = groups;
        }

        Width of(Node node) {
            Width width = known.get(node);
            if (width == null) {
                width = compute(node);
                known.put(node, width);
            }
            return width;
        }

        private Width compute(Node node) {
            if (node instanceof Node.Chars) {
                return ONE;
            } else if (node instanceof Node.Sequence sequence) {
                Width width = ZERO;
                for (Node item : sequence.items()) {
                    width = width.plus(of(item));
                }
                return width;
            } else if (node instanceof Node.Alternation alternation) {
                Width width = of(alternation.branches().get(0));
                for (Node branch : alternation.branches()) {
                    width = width.or(of(branch));
                }
                return width;
            } else if (node instanceof Node.Group group) {
                return of(group.body());
            } else if (node instanceof Node.Atomic atomic) {
                return of(atomic.body());
            } else if (node instanceof Node.Repeat repeat) {
                return of(repeat.body()).times(repeat.min(), repeat.max());
            } else if (node instanceof Node.Conditional conditional) {
                return of(conditional.yes()).or(of(conditional.no()));
            } else if (node instanceof Node.BackReference reference) {
                return groups.apply(reference.group());
            }
            return ZERO;
        }
    }
}
