package org.fleetban.engine.regex;

import java.util.Arrays;
import java.util.Set;
import java.util.function.IntPredicate;

/** An immutable set of code points, kept as sorted ranges. Lone surrogates are members like any other. */
final class CharSet {

    static final int MAX = Character.MAX_CODE_POINT;
    static final CharSet NONE = new CharSet(new int[0]);
    static final CharSet ALL = range(0, MAX);

    /** Ascending borders: members are from [0] until before [1], from [2] until before [3] and so on. */
    private final int[] borders;

    private final long[] latin = new long[4];

    private CharSet(int[] borders) {
        this.borders = borders;
        for (int i = 0; i < borders.length && borders[i] < 256; i += 2) {
            for (int c = borders[i]; c < Math.min(256, borders[i + 1]); c++) {
                latin[c >>> 6] |= 1L << c;
            }
        }
    }

    static CharSet of(int codePoint) {
        return range(codePoint, codePoint);
    }

    static CharSet range(int first, int last) {
        return new CharSet(new int[] {first, last + 1});
    }

    static CharSet of(Set<Integer> codePoints) {
        Builder builder = new Builder();
        codePoints.stream().sorted().forEach(c -> builder.add(c, c));
        return builder.build();
    }

    /** No code point behind this one is a letter, a digit or a space: planes are empty, for private use or for tags. */
    static final int LAST_OF_SCRIPTS = 0x3ffff;

    /** All code points up to {@link #LAST_OF_SCRIPTS} that satisfy a predicate, which is asked about each. */
    static CharSet where(IntPredicate member) {
        Builder builder = new Builder();
        for (int c = 0; c <= LAST_OF_SCRIPTS; c++) {
            if (member.test(c)) {
                builder.add(c, c);
            }
        }
        return builder.build();
    }

    boolean contains(int codePoint) {
        return codePoint < 256 ? (latin[codePoint >>> 6] & 1L << codePoint) != 0 : search(codePoint);
    }

    private boolean search(int codePoint) {
        int at = Arrays.binarySearch(borders, codePoint);
        return ((at >= 0 ? at : -at - 2) & 1) == 0;
    }

    boolean isEmpty() {
        return borders.length == 0;
    }

    int size() {
        int size = 0;
        for (int i = 0; i < borders.length; i += 2) {
            size += borders[i + 1] - borders[i];
        }
        return size;
    }

    /** The smallest member of a set that is not empty. */
    int first() {
        return borders[0];
    }

    /** Number of ranges. */
    int ranges() {
        return borders.length / 2;
    }

    int rangeFirst(int range) {
        return borders[2 * range];
    }

    int rangeLast(int range) {
        return borders[2 * range + 1] - 1;
    }

    CharSet negate() {
        Builder builder = new Builder();
        int from = 0;
        for (int i = 0; i < borders.length; i += 2) {
            builder.add(from, borders[i] - 1);
            from = borders[i + 1];
        }
        builder.add(from, MAX);
        return builder.build();
    }

    CharSet union(CharSet other) {
        if (isEmpty() || other == this) {
            return other;
        }
        if (other.isEmpty()) {
            return this;
        }
        Builder builder = new Builder();
        int i = 0;
        int j = 0;
        while (i < borders.length || j < other.borders.length) {
            if (j == other.borders.length || i < borders.length && borders[i] <= other.borders[j]) {
                builder.add(borders[i], borders[i + 1] - 1);
                i += 2;
            } else {
                builder.add(other.borders[j], other.borders[j + 1] - 1);
                j += 2;
            }
        }
        return builder.build();
    }

    CharSet intersect(CharSet other) {
        return negate().union(other.negate()).negate();
    }

    boolean intersects(CharSet other) {
        int i = 0;
        int j = 0;
        while (i < borders.length && j < other.borders.length) {
            if (borders[i + 1] <= other.borders[j]) {
                i += 2;
            } else if (other.borders[j + 1] <= borders[i]) {
                j += 2;
            } else {
                return true;
            }
        }
        return false;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CharSet set && Arrays.equals(borders, set.borders);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(borders);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("[");
        for (int i = 0; i < borders.length; i += 2) {
            text.append(i == 0 ? "" : " ").append(Integer.toHexString(borders[i]));
            if (borders[i + 1] - 1 > borders[i]) {
                text.append('-').append(Integer.toHexString(borders[i + 1] - 1));
            }
        }
        return text.append(']').toString();
    }

    /** Collects ranges that come in ascending order of their beginnings. */
    private static final class Builder {
        private int[] borders = new int[16];
        private int size;

        void add(int first, int last) {
            if (last < first) {
                return;
            }
            if (size > 0 && first <= borders[size - 1]) {
                borders[size - 1] = Math.max(borders[size - 1], last + 1);
                return;
            }
            if (size == borders.length) {
                borders = Arrays.copyOf(borders, size * 2);
            }
            borders[size++] = first;
            borders[size++] = last + 1;
        }

        CharSet build() {
            return new CharSet(Arrays.copyOf(borders, size));
        }
    }
}
