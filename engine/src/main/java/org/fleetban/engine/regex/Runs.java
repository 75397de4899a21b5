package org.fleetban.engine.regex;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** Looks at many characters. */
final class Runs {

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGHS = 0x8080808080808080L;

    private Runs() {}

    /**
     * The end of the run of members of a set.
     *
     * @param set where the set begins in {@code sets}
     * @param guard a string that must not stand at a character that is run over
     * @param end the end of the text, up to which the guard is compared
     */
    static int end(boolean[] sets, int set, byte[] text, int from, int limit, byte @Nullable [] guard, int end) {
        int i = from;
        if (guard == null) {
            while (i < limit && sets[set + (text[i] & 0xff)]) {
                i++;
            }
            return i;
        }
        byte first = guard[0];
        while (i < limit && sets[set + (text[i] & 0xff)] && (text[i] != first || !stands(guard, text, i, end))) {
            i++;
        }
        return i;
    }

    static boolean isIn(boolean[] sets, int set, byte[] text, int i, byte @Nullable [] guard, int end) {
        return sets[set + (text[i] & 0xff)] && (guard == null || !stands(guard, text, i, end));
    }

    /** Whether a string stands at a place; compares as many bytes at once as it has. */
    static boolean stands(byte[] string, byte[] text, int i, int end) {
        int length = string.length;
        if (length > end - i) {
            return false;
        }
        if (length >= Long.BYTES) {
            int last = length - Long.BYTES;
            for (int k = 0; k < last; k += Long.BYTES) {
                if ((long) LONGS.get(text, i + k) != (long) LONGS.get(string, k)) {
                    return false;
                }
            }
            return (long) LONGS.get(text, i + last) == (long) LONGS.get(string, last);
        }
        if (length >= Integer.BYTES) {
            int last = length - Integer.BYTES;
            return (int) INTS.get(text, i) == (int) INTS.get(string, 0)
                    && (int) INTS.get(text, i + last) == (int) INTS.get(string, last);
        }
        for (int k = 0; k < length; k++) {
            if (text[i + k] != string[k]) {
                return false;
            }
        }
        return true;
    }

    /** The first place of a byte, eight bytes at a time; {@code limit} where there is none. */
    static int until(byte stop, byte[] text, int from, int limit) {
        int i = from;
        long pattern = ONES * (stop & 0xff);
        for (; i + 8 <= limit; i += 8) {
            long difference = (long) LONGS.get(text, i) ^ pattern;
            long zero = difference - ONES & ~difference & HIGHS;
            if (zero != 0) {
                return i + (Long.numberOfTrailingZeros(zero) >>> 3);
            }
        }
        while (i < limit && text[i] != stop) {
            i++;
        }
        return i;
    }

    /** The first place where a string stands; -1 where there is none. */
    static int find(byte[] string, byte[] text, int from, int end) {
        int limit = end - string.length + 1;
        for (int i = from; i < limit; i++) {
            i = until(string[0], text, i, limit);
            if (i < limit && stands(string, text, i, end)) {
                return i;
            }
        }
        return -1;
    }

    static boolean isAscii(byte[] bytes, int from, int to) {
        long seen = 0;
        int i = from;
        for (; i + 8 <= to; i += 8) {
            seen |= (long) LONGS.get(bytes, i);
        }
        for (; i < to; i++) {
            seen |= bytes[i];
        }
        return (seen & HIGHS) == 0;
    }
}
