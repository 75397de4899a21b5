package org.fleetban.engine.regex;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Tells in one pass over a text which of many literals occur in it (Wu and Manber, "A fast algorithm for multi-pattern
 * searching", 1994): pairs of characters are looked up, and mostly it can leap on by nearly the length of the shortest
 * literal. Literals of very different lengths are looked for in passes of their own. Immutable, thread-safe.
 */
public final class LiteralScanner {

    /** Smallest lengths of the literals that share a pass. */
    private static final int[] LENGTHS = {8, 4, 2, 1};

    private static final int MAX_LITERALS = 0xffff;

    private static final byte[] LOWER = new byte[256];

    static {
        for (int c = 0; c < LOWER.length; c++) {
            LOWER[c] = (byte) (c >= 'A' && c <= 'Z' ? c + 32 : c);
        }
    }

    private final int size;
    private final Pass[] passes;

    private LiteralScanner(int size, Pass[] passes) {
        this.size = size;
        this.passes = passes;
    }

    /** A scanner for these literals; each is known by its index from now on. */
    public static LiteralScanner of(List<Literal> literals) {
        if (literals.size() > MAX_LITERALS) {
            throw new IllegalArgumentException(literals.size() + " literals; at most " + MAX_LITERALS);
        }
        List<Pass> passes = new ArrayList<>();
        int longest = Integer.MAX_VALUE;
        for (int shortest : LENGTHS) {
            List<Integer> members = new ArrayList<>();
            for (int i = 0; i < literals.size(); i++) {
                int length = literals.get(i).text().length();
                if (length >= shortest && length < longest) {
                    members.add(i);
                }
            }
            if (!members.isEmpty()) {
                passes.add(new Pass(literals, members));
            }
            longest = shortest;
        }
        return new LiteralScanner(literals.size(), passes.toArray(Pass[]::new));
    }

    /** Number of literals. */
    public int size() {
        return size;
    }

    /** An array with a bit for each literal, for {@link #scan}. */
    public long[] newResult() {
        return new long[(size + 63) >>> 6];
    }

    /**
     * Scans a text.
     *
     * @param found bit {@code i & 63} of word {@code i >> 6} is set if literal {@code i} occurs, else cleared
     */
    public void scan(Text text, int from, int to, long[] found) {
        byte[] bytes = text.narrow();
        if (bytes != null) {
            scan(bytes, text.offset() + from, text.offset() + to, found);
            return;
        }
        byte[] narrowed = new byte[to - from];
        for (int i = from; i < to; i++) {
            int c = text.at(i);
            narrowed[i - from] = (byte) (c < 128 ? c : 0x80);
        }
        scan(narrowed, 0, narrowed.length, found);
    }

    /** As {@link #scan(Text, int, int, long[])}; in any charset that contains ASCII. */
    public void scan(byte[] bytes, int from, int to, long[] found) {
        Arrays.fill(found, 0);
        for (Pass pass : passes) {
            pass.scan(bytes, from, to, found);
        }
    }

    /** The literals of like length. */
    private static final class Pass {
        private static final int SLOTS = 1 << 12;

        /** Length of the shortest literal: so much of each is looked up. */
        private final int length;

        private final boolean pairs;

        /** How far to leap if such a pair ends here; 0 where literals may. */
        private final byte[] leaps = new byte[SLOTS];

        /** Indexes into {@code candidates}: for each slot where its list begins, and then where the next one does. */
        private final short[] lists = new short[SLOTS + 1];

        private final int[] candidates;
        private final byte[][] texts;
        private final boolean[] ignoreCase;

        Pass(List<Literal> literals, List<Integer> members) {
            length = Math.min(
                    100,
                    members.stream()
                            .mapToInt(i -> literals.get(i).text().length())
                            .min()
                            .orElse(1));
            pairs = length > 1;
            texts = new byte[literals.size()][];
            ignoreCase = new boolean[literals.size()];
            List<List<Integer>> bySlot = new ArrayList<>();
            for (int slot = 0; slot < SLOTS; slot++) {
                bySlot.add(new ArrayList<>());
            }
            int first = pairs ? 1 : 0;
            Arrays.fill(leaps, (byte) (length - first));
            for (int member : members) {
                Literal literal = literals.get(member);
                byte[] text = literal.text().getBytes(StandardCharsets.US_ASCII);
                texts[member] = text;
                ignoreCase[member] = literal.ignoreCase();
                for (int i = first; i < length; i++) {
                    int slot = slot(text, i);
                    leaps[slot] = (byte) Math.min(leaps[slot], length - 1 - i);
                }
                bySlot.get(slot(text, length - 1)).add(member);
            }
            candidates = new int[members.size()];
            int count = 0;
            for (int slot = 0; slot < SLOTS; slot++) {
                lists[slot] = (short) count;
                for (int member : bySlot.get(slot)) {
                    candidates[count++] = member;
                }
            }
            lists[SLOTS] = (short) count;
        }

        private int slot(byte[] text, int i) {
            int last = LOWER[text[i] & 0xff] & 0xff;
            return pairs ? ((LOWER[text[i - 1] & 0xff] & 0xff) << 5 ^ last) & SLOTS - 1 : last;
        }

        void scan(byte[] text, int from, int to, long[] found) {
            int i = from + length - 1;
            while (i < to) {
                int slot = slot(text, i);
                int leap = leaps[slot];
                if (leap > 0) {
                    i += leap;
                    continue;
                }
                for (int c = lists[slot] & 0xffff; c < (lists[slot + 1] & 0xffff); c++) {
                    int literal = candidates[c];
                    if ((found[literal >>> 6] & 1L << literal) == 0 && occurs(literal, text, i - length + 1, to)) {
                        found[literal >>> 6] |= 1L << literal;
                    }
                }
                i++;
            }
        }

        private boolean occurs(int literal, byte[] text, int at, int to) {
            byte[] wanted = texts[literal];
            if (wanted.length > to - at) {
                return false;
            }
            boolean lower = ignoreCase[literal];
            for (int k = 0; k < wanted.length; k++) {
                byte c = text[at + k];
                if (wanted[k] != (lower ? LOWER[c & 0xff] : c)) {
                    return false;
                }
            }
            return true;
        }
    }
}
