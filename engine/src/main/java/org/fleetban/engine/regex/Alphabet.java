package org.fleetban.engine.regex;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Maps all code points to 256 stand-ins, so that texts with characters above 255 can be searched as bytes, too: characters
 * that an expression can't tell apart have the same. The newline stands for itself.
 */
final class Alphabet {

    private static final int SIZE = 256;

    /** First code points of the stretches that have one stand-in, ascending from 0. */
    private final int[] borders;

    private final byte[] symbols;
    private final byte[] ascii = new byte[128];
    private final Map<CharSet, CharSet> sets = new HashMap<>();

    private Alphabet(int[] borders, byte[] symbols, Collection<CharSet> known) {
        this.borders = borders;
        this.symbols = symbols;
        for (int c = 0; c < ascii.length; c++) {
            ascii[c] = find(c);
        }
        for (CharSet set : known) {
            Set<Integer> members = new TreeSet<>();
            for (int i = 0; i < borders.length; i++) {
                if (set.contains(borders[i])) {
                    members.add(symbols[i] & 0xff);
                }
            }
            sets.put(set, CharSet.of(members));
        }
    }

    /** The alphabet of an expression; null if it tells more than 256 kinds of characters apart. */
    static @Nullable Alphabet of(Node root) {
        Set<CharSet> known = new LinkedHashSet<>();
        known.add(CharSet.of('\n'));
        known.add(Categories.unicode().word());
        known.add(Categories.ASCII.word());
        collect(Simplifier.simplify(root), known);
        Set<Integer> starts = new TreeSet<>(List.of(0));
        for (CharSet set : known) {
            for (int r = 0; r < set.ranges(); r++) {
                starts.add(set.rangeFirst(r));
                if (set.rangeLast(r) < CharSet.MAX) {
                    starts.add(set.rangeLast(r) + 1);
                }
            }
        }
        int[] borders = starts.stream().mapToInt(i -> i).toArray();
        byte[] symbols = new byte[borders.length];
        List<CharSet> ordered = new ArrayList<>(known);
        Map<BitSet, Integer> kinds = new HashMap<>();
        for (int i = 0; i < borders.length; i++) {
            BitSet kind = new BitSet();
            for (int s = 0; s < ordered.size(); s++) {
                kind.set(s, ordered.get(s).contains(borders[i]));
            }
            // The kinds before the newline's own, which is the first set, get the numbers from 0, those after it from
            // 11.
            int number = kinds.computeIfAbsent(kind, k -> k.get(0) ? '\n' : free(kinds));
            if (number >= SIZE) {
                return null;
            }
            symbols[i] = (byte) number;
        }
        return new Alphabet(borders, symbols, known);
    }

    private static int free(Map<BitSet, Integer> kinds) {
        int number = kinds.size() - (kinds.containsValue((int) '\n') ? 1 : 0);
        return number < '\n' ? number : number + 1;
    }

    private static void collect(Node node, Set<CharSet> known) {
        if (node instanceof Node.Chars chars) {
            known.add(chars.set());
        }
        node.children().forEach(child -> collect(child, known));
    }

    /** A set of the expression, as a set of stand-ins. */
    CharSet map(CharSet set) {
        CharSet mapped = sets.get(set);
        if (mapped == null) {
            throw new IllegalArgumentException("not a set of this expression: " + set);
        }
        return mapped;
    }

    /** The stand-ins of a part of a text. */
    byte[] map(Text text, int to) {
        byte[] mapped = new byte[to];
        for (int i = 0; i < to; i++) {
            int c = text.at(i);
            mapped[i] = c < 128 ? ascii[c] : find(c);
        }
        return mapped;
    }

    private byte find(int codePoint) {
        int at = Arrays.binarySearch(borders, codePoint);
        return symbols[at >= 0 ? at : -at - 2];
    }
}
