package org.fleetban.engine.filter;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Addresses and networks in their canonical text, as fail2ban's {@code IPAddr} writes them: what {@code inet_ntop} prints,
 * IPv4-mapped addresses as IPv4, networks masked. Octets with leading zeros are no address.
 */
public final class IpText {

    private static final int V4_BITS = 32;
    private static final int V6_BITS = 128;
    private static final int V4_BYTES = 4;
    private static final int V6_BYTES = 16;
    private static final int V6_WORDS = 8;

    private IpText() {}

    /** An address in canonical text; null if the text is none. */
    public static @Nullable String canonicalAddress(String text) {
        byte[] bytes = parse(text);
        if (bytes == null) {
            return null;
        }
        // There is only one way to write an IPv4 address.
        return bytes.length == V4_BYTES ? text : format(unmapped(bytes));
    }

    /**
     * An address, or a network as {@code address/length} or {@code address/mask}, in canonical text; square brackets
     * around it are left out.
     *
     * @return null if the text is neither
     */
    public static @Nullable String canonical(String text) {
        String plain = text.length() > 2 && text.startsWith("[") && text.endsWith("]")
                ? text.substring(1, text.length() - 1)
                : text;
        int slash = plain.indexOf('/');
        if (slash < 0) {
            return canonicalAddress(plain);
        }
        return canonicalNetwork(plain.substring(0, slash), plain.substring(slash + 1));
    }

    /**
     * A network in canonical text; the bare address where the length covers it all, or none of it.
     *
     * @param length digits, or a mask such as {@code 255.255.0.0}
     * @return null if they are no network
     */
    public static @Nullable String canonicalNetwork(String address, String length) {
        byte[] bytes = parse(address);
        int bits = length.indexOf('.') >= 0 || length.indexOf(':') >= 0 ? maskLength(length) : number(length);
        if (bytes == null || bits < 0) {
            return null;
        }
        int all = bytes.length == V4_BYTES ? V4_BITS : V6_BITS;
        for (int bit = bits; bit < all; bit++) {
            bytes[bit / 8] &= (byte) ~(0x80 >> (bit % 8));
        }
        return format(bytes) + (bits > 0 && bits < all ? "/" + bits : "");
    }

    /** A length in decimal digits; all bits where it is out of range, -1 where it is no number. */
    private static int number(String text) {
        if (text.isEmpty() || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return -1;
        }
        return text.length() > 3 ? V6_BITS : Math.min(V6_BITS, Integer.parseInt(text));
    }

    private static int maskLength(String mask) {
        byte[] bytes = parse(mask);
        if (bytes == null) {
            return -1;
        }
        int length = 0;
        while (length < bytes.length * 8 && (bytes[length / 8] & (0x80 >> (length % 8))) != 0) {
            length++;
        }
        for (int bit = length; bit < bytes.length * 8; bit++) {
            if ((bytes[bit / 8] & (0x80 >> (bit % 8))) != 0) {
                return -1;
            }
        }
        return length;
    }

    /** The bytes of an address, as {@code inet_pton} reads them; null if it refuses the text. */
    private static byte @Nullable [] parse(String text) {
        return text.indexOf(':') >= 0 ? parseV6(text) : parseV4(text, 0, new byte[V4_BYTES], 0);
    }

    private static byte @Nullable [] parseV4(String text, int from, byte[] into, int at) {
        int octet = 0;
        int value = -1;
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '.' && value >= 0 && octet < 3) {
                into[at + octet++] = (byte) value;
                value = -1;
            } else if (c >= '0' && c <= '9' && value != 0) {
                value = Math.max(value, 0) * 10 + c - '0';
                if (value > 255) {
                    return null;
                }
            } else {
                return null;
            }
        }
        if (octet != 3 || value < 0) {
            return null;
        }
        into[at + 3] = (byte) value;
        return into;
    }

    private static byte @Nullable [] parseV6(String text) {
        byte[] bytes = new byte[V6_BYTES];
        int filled = 0;
        int gap = -1;
        int i = 0;
        if (text.startsWith("::")) {
            gap = 0;
            i = 2;
        } else if (text.startsWith(":")) {
            return null;
        }
        while (i < text.length()) {
            int end = i;
            int value = 0;
            while (end < text.length()
                    && end - i < 5
                    && Character.digit(text.charAt(end), 16) >= 0
                    && text.charAt(end) < 128) {
                value = value << 4 | Character.digit(text.charAt(end++), 16);
            }
            if (end < text.length() && text.charAt(end) == '.' && filled <= V6_BYTES - V4_BYTES) {
                if (parseV4(text, i, bytes, filled) == null) {
                    return null;
                }
                filled += V4_BYTES;
                break;
            }
            if (end == i || end - i > 4 || filled == V6_BYTES) {
                return null;
            }
            bytes[filled++] = (byte) (value >> 8);
            bytes[filled++] = (byte) value;
            if (end == text.length()) {
                break;
            }
            if (text.charAt(end) != ':' || end + 1 == text.length()) {
                return null;
            }
            i = end + 1;
            if (text.charAt(i) == ':') {
                if (gap >= 0) {
                    return null;
                }
                gap = filled;
                i++;
            }
        }
        if (gap < 0) {
            return filled == V6_BYTES ? bytes : null;
        }
        if (filled == V6_BYTES) {
            return null;
        }
        int moved = filled - gap;
        System.arraycopy(bytes, gap, bytes, V6_BYTES - moved, moved);
        Arrays.fill(bytes, gap, V6_BYTES - moved, (byte) 0);
        return bytes;
    }

    private static byte[] unmapped(byte[] bytes) {
        if (bytes.length == V4_BYTES || bytes[10] != -1 || bytes[11] != -1) {
            return bytes;
        }
        for (int i = 0; i < 10; i++) {
            if (bytes[i] != 0) {
                return bytes;
            }
        }
        return Arrays.copyOfRange(bytes, 12, V6_BYTES);
    }

    private static String format(byte[] bytes) {
        return bytes.length == V4_BYTES ? formatV4(bytes, 0) : formatV6(bytes);
    }

    private static String formatV4(byte[] bytes, int from) {
        return (bytes[from] & 0xff) + "." + (bytes[from + 1] & 0xff) + "." + (bytes[from + 2] & 0xff) + "."
                + (bytes[from + 3] & 0xff);
    }

    /** The longest run of at least two zero words becomes {@code ::}; a tail that looks like IPv4 is written as one. */
    private static String formatV6(byte[] bytes) {
        int[] words = new int[V6_WORDS];
        for (int i = 0; i < V6_WORDS; i++) {
            words[i] = (bytes[2 * i] & 0xff) << 8 | bytes[2 * i + 1] & 0xff;
        }
        int bestStart = -1;
        int bestLength = 1;
        for (int i = 0; i < V6_WORDS; i++) {
            int length = 0;
            while (i + length < V6_WORDS && words[i + length] == 0) {
                length++;
            }
            if (length > bestLength) {
                bestStart = i;
                bestLength = length;
            }
            i += length;
        }
        boolean tail = bestStart == 0 && (bestLength == 6 || bestLength == 5 && words[5] == 0xffff);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < V6_WORDS; i++) {
            if (i == bestStart) {
                text.append(':');
                i += bestLength - 1;
                continue;
            }
            if (i > 0) {
                text.append(':');
            }
            if (i == 6 && tail) {
                return text.append(formatV4(bytes, 12)).toString();
            }
            text.append(Integer.toHexString(words[i]));
        }
        return bestStart >= 0 && bestStart + bestLength == V6_WORDS
                ? text.append(':').toString()
                : text.toString();
    }
}
