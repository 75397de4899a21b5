package org.fleetban.engine.regex;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Decodes UTF-16 as CPython does with {@code errors='replace'}; without a byte order mark it is little-endian. */
final class Utf16 {

    private static final int REPLACEMENT = 0xfffd;

    private Utf16() {}

    static boolean isCharset(Charset charset) {
        return charset.equals(StandardCharsets.UTF_16)
                || charset.equals(StandardCharsets.UTF_16LE)
                || charset.equals(StandardCharsets.UTF_16BE);
    }

    static int[] decode(byte[] bytes, int from, int to, Charset charset) {
        boolean big = charset.equals(StandardCharsets.UTF_16BE);
        int i = from;
        if (charset.equals(StandardCharsets.UTF_16) && to - from >= 2) {
            int mark = unit(bytes, from, true);
            big = mark == 0xfeff;
            i += mark == 0xfeff || mark == 0xfffe ? 2 : 0;
        }
        int[] characters = new int[(to - i + 1) / 2];
        int size = 0;
        while (i < to) {
            int unit = to - i < 2 ? REPLACEMENT : unit(bytes, i, big);
            i += 2;
            if (unit >= 0xd800 && unit <= 0xdbff) {
                if (to - i < 2) {
                    i = to;
                    unit = REPLACEMENT;
                } else if (Character.isLowSurrogate((char) unit(bytes, i, big))) {
                    unit = Character.toCodePoint((char) unit, (char) unit(bytes, i, big));
                    i += 2;
                } else {
                    unit = REPLACEMENT;
                }
            } else if (unit >= 0xdc00 && unit <= 0xdfff) {
                unit = REPLACEMENT;
            }
            characters[size++] = unit;
        }
        return Arrays.copyOf(characters, size);
    }

    private static int unit(byte[] bytes, int i, boolean big) {
        int first = bytes[i] & 0xff;
        int second = bytes[i + 1] & 0xff;
        return big ? first << 8 | second : second << 8 | first;
    }
}
