package org.fleetban.engine.regex;

import java.util.Arrays;

/**
 * Decodes UTF-8 as CPython does with {@code errors='replace'}: one U+FFFD for each longest part that could have begun a
 * character (Unicode 14, 3.9, table 3-8).
 */
final class Utf8 {

    private static final int REPLACEMENT = 0xfffd;

    private final byte[] bytes;
    private final int to;
    private int index;

    private Utf8(byte[] bytes, int from, int to) {
        this.bytes = bytes;
        this.index = from;
        this.to = to;
    }

    static int[] decode(byte[] bytes, int from, int to) {
        Utf8 decoder = new Utf8(bytes, from, to);
        int[] characters = new int[to - from];
        int size = 0;
        while (decoder.index < to) {
            characters[size++] = decoder.next();
        }
        return Arrays.copyOf(characters, size);
    }

    private int next() {
        int lead = bytes[index++] & 0xff;
        if (lead < 0x80) {
            return lead;
        }
        if (lead < 0xc2 || lead > 0xf4) {
            return REPLACEMENT;
        }
        if (lead < 0xe0) {
            return follows(0x80, 0xbf) ? (lead & 0x1f) << 6 | take() : REPLACEMENT;
        }
        if (lead < 0xf0) {
            if (!follows(lead == 0xe0 ? 0xa0 : 0x80, lead == 0xed ? 0x9f : 0xbf)) {
                return REPLACEMENT;
            }
            int second = take();
            return follows(0x80, 0xbf) ? (lead & 0xf) << 12 | second << 6 | take() : REPLACEMENT;
        }
        if (!follows(lead == 0xf0 ? 0x90 : 0x80, lead == 0xf4 ? 0x8f : 0xbf)) {
            return REPLACEMENT;
        }
        int second = take();
        if (!follows(0x80, 0xbf)) {
            return REPLACEMENT;
        }
        int third = take();
        return follows(0x80, 0xbf) ? (lead & 7) << 18 | second << 12 | third << 6 | take() : REPLACEMENT;
    }

    private boolean follows(int low, int high) {
        return index < to && (bytes[index] & 0xff) >= low && (bytes[index] & 0xff) <= high;
    }

    private int take() {
        return bytes[index++] & 0x3f;
    }
}
