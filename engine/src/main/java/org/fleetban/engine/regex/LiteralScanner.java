package org.fleetban.engine.regex;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Tells in one pass over a text which of many literals occur in it. Whoever looks at a few characters (a gram) at every
 * n-th place of a text meets a gram of each literal that is long enough; so all grams of the literals that can be met are
 * known by their hashes, and only where one is met literals are compared. Very short literals are looked for in passes of
 * their own. Immutable, thread-safe.
 */
public final class LiteralScanner {

    /** Smallest lengths of the literals that share a pass. */
    private static final int[] LENGTHS = {7, 4, 2, 1};

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
        private static final VarHandle INTS =
                MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

        /** Makes small letters of large ones, and other characters equal that are not: that is for {@link #occurs}. */
        private static final int FOLD = 0x20202020;

        /** Spreads the bits of a gram. */
        private static final int FACTOR = 0x9E3779B1;

        /** Where the number of all characters stands behind those of each. */
        private static final int ALL = 256;

        private static final int LONGEST_STRIDE = 32;
        private static final int FEWEST_BITS = 12;
        private static final int MOST_BITS = 16;

        /** Characters of a gram, which are looked at once in so many. */
        private final int gram;

        private final int stride;
        private final int mask;

        /** {@link #FOLD}; 0 where all literals mind the case. */
        private final int fold;

        /** How far a hash is shifted. */
        private final int shift;

        /** For each hash, whether a gram has it. */
        private final long[] known;

        /** For each hash, where its list of entries begins; the next hash's begin is its end. */
        private final int[] lists;

        private final int[] literalOf;

        /** For each entry, where in its literal the gram stands. */
        private final int[] offsetOf;

        /** For each entry, the first four characters of its literal, folded as grams are; 0 where it has fewer. */
        private final int[] headOf;

        private final byte[][] texts;
        private final boolean[] ignoreCase;

        private record Entry(int hash, int literal, int offset) {}

        Pass(List<Literal> literals, List<Integer> members) {
            int shortest = members.stream()
                    .mapToInt(i -> literals.get(i).text().length())
                    .min()
                    .orElse(1);
            gram = shortest >= 7 ? 4 : shortest >= 4 ? 3 : Math.min(shortest, 2);
            stride = Math.min(LONGEST_STRIDE, shortest - gram + 1);
            mask = gram == 4 ? -1 : (1 << 8 * gram) - 1;
            fold = members.stream().anyMatch(i -> literals.get(i).ignoreCase()) ? FOLD : 0;
            int bits = Math.min(
                    MOST_BITS, Math.max(FEWEST_BITS, 37 - Integer.numberOfLeadingZeros(members.size() * stride)));
            shift = 32 - bits;
            known = new long[1 << bits - 6];
            lists = new int[(1 << bits) + 1];
            texts = new byte[literals.size()][];
            ignoreCase = new boolean[literals.size()];
            int[] frequency = new int[1 << bits];
            int[] characters = new int[ALL + 1];
            for (int member : members) {
                Literal literal = literals.get(member);
                byte[] text = literal.text().getBytes(StandardCharsets.US_ASCII);
                texts[member] = text;
                ignoreCase[member] = literal.ignoreCase();
                for (int at = 0; at <= text.length - gram; at++) {
                    frequency[hash(gather(text, at))]++;
                }
                for (byte c : text) {
                    characters[LOWER[c]]++;
                    characters[ALL]++;
                }
            }
            List<Entry> entries = new ArrayList<>();
            for (int member : members) {
                byte[] text = texts[member];
                int from = rarest(text, frequency, characters);
                for (int offset = from; offset < from + stride; offset++) {
                    int hash = hash(gather(text, offset));
                    known[hash >>> 6] |= 1L << hash;
                    lists[hash + 1]++;
                    entries.add(new Entry(hash, member, offset));
                }
            }
            for (int hash = 0; hash < 1 << bits; hash++) {
                lists[hash + 1] += lists[hash];
            }
            entries.sort(Comparator.comparingInt(Entry::hash));
            literalOf = entries.stream().mapToInt(Entry::literal).toArray();
            offsetOf = entries.stream().mapToInt(Entry::offset).toArray();
            headOf = entries.stream()
                    .mapToInt(entry ->
                            texts[entry.literal()].length < 4 ? 0 : (int) INTS.get(texts[entry.literal()], 0) | fold)
                    .toArray();
        }

        /**
         * Where in a literal the grams begin that are looked for: as many side by side as places are passed over at once. Those are
         * best that few literals have, for then few lines have them.
         */
        private int rarest(byte[] text, int[] frequency, int[] characters) {
            int best = 0;
            double least = Double.MAX_VALUE;
            for (int from = 0; from + stride <= text.length - gram + 1; from++) {
                double sum = 0;
                for (int offset = from; offset < from + stride; offset++) {
                    // Of grams that no other literal has, one of rarer characters is in fewer lines.
                    double chance = 1;
                    for (int k = offset; k < offset + gram; k++) {
                        chance *= characters[LOWER[text[k]]];
                    }
                    sum += frequency[hash(gather(text, offset))] + chance / Math.pow(characters[ALL], gram - 1);
                }
                if (sum < least) {
                    least = sum;
                    best = from;
                }
            }
            return best;
        }

        /** The characters of a gram as an int, byte by byte. */
        private int gather(byte[] text, int at) {
            int word = 0;
            for (int k = gram - 1; k >= 0; k--) {
                word = word << 8 | text[at + k] & 0xff;
            }
            return word;
        }

        private int hash(int word) {
            return ((word | fold) & mask) * FACTOR >>> shift;
        }

        void scan(byte[] text, int from, int to, long[] found) {
            int readable = Math.min(to - gram, text.length - 4);
            // HotSpot keeps the fields in registers only where they are variables, and likes loops that count by one.
            long[] bits = known;
            int distance = stride;
            int used = mask;
            int folded = fold;
            int shifted = shift;
            int count = readable < from ? 0 : (readable - from) / distance + 1;
            int i = from;
            for (int k = 0; k < count; k++) {
                int hash = (((int) INTS.get(text, i) | folded) & used) * FACTOR >>> shifted;
                if ((bits[hash >>> 6] & 1L << hash) != 0) {
                    compare(hash, text, i, from, to, found);
                }
                i += distance;
            }
            for (; i <= to - gram; i += stride) {
                int hash = hash(gather(text, i));
                if ((known[hash >>> 6] & 1L << hash) != 0) {
                    compare(hash, text, i, from, to, found);
                }
            }
        }

        private void compare(int hash, byte[] text, int at, int from, int to, long[] found) {
            for (int entry = lists[hash]; entry < lists[hash + 1]; entry++) {
                int literal = literalOf[entry];
                int start = at - offsetOf[entry];
                int head = headOf[entry];
                boolean readable = head != 0 && start >= from && start + 4 <= text.length;
                if (readable && ((int) INTS.get(text, start) | fold) != head) {
                    continue;
                }
                if ((found[literal >>> 6] & 1L << literal) == 0 && start >= from && occurs(literal, text, start, to)) {
                    found[literal >>> 6] |= 1L << literal;
                }
            }
        }

        private boolean occurs(int literal, byte[] text, int at, int to) {
            byte[] wanted = texts[literal];
            if (wanted.length > to - at) {
                return false;
            }
            if (!ignoreCase[literal]) {
                return Runs.stands(wanted, text, at, to);
            }
            for (int k = 0; k < wanted.length; k++) {
                if (wanted[k] != LOWER[text[at + k] & 0xff]) {
                    return false;
                }
            }
            return true;
        }
    }
}
