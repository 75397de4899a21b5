package org.fleetban.processor;

import java.nio.charset.StandardCharsets;

/** Text on its way into records. */
final class Utf8 {

    private Utf8() {}

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** At most so many characters, whole code points, ending in an ellipsis where something was cut. */
    static String shortened(String text, int max) {
        if (text.length() <= max) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(max - 2)) ? max - 2 : max - 1;
        return text.substring(0, end) + '…';
    }
}
