package org.fleetban.engine.jail;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/**
 * An address or a network, read from text without ever asking a name server. IPv4 is held as IPv4-mapped IPv6
 * ({@code ::ffff:a.b.c.d}, RFC 4291 2.5.5.2), so one order holds all.
 *
 * @param high upper 64 bits of the first address
 * @param low lower 64 bits of the first address
 * @param prefix length of the network's prefix, 0 to 128; an IPv4 prefix plus 96
 * @param isV4 whether it is IPv4
 */
public record IpRange(long high, long low, int prefix, boolean isV4) {

    private static final int V4_OFFSET = 96;
    private static final int MAX_TEXT = 64;

    /**
     * Reads {@code 192.0.2.1}, {@code 192.0.2.0/24}, {@code 192.0.2.0/255.255.255.0}, {@code 2001:db8::1},
     * {@code 2001:db8::/32}; bits beyond the prefix are cleared.
     *
     * @return null if it is none of these
     */
    public static @Nullable IpRange parse(String text) {
        int slash = text.indexOf('/');
        IpRange address = parseAddress(slash < 0 ? text : text.substring(0, slash));
        if (address == null || slash < 0) {
            return address;
        }
        int prefix = parsePrefix(text.substring(slash + 1), address.isV4);
        return prefix < 0 ? null : masked(address, prefix);
    }

    private static @Nullable IpRange parseAddress(String text) {
        if (text.length() > MAX_TEXT) {
            return null;
        }
        return text.indexOf(':') >= 0 ? parseV6(text) : parseV4(text);
    }

    private static @Nullable IpRange parseV4(String text) {
        long bits = 0;
        int octets = 0;
        int value = -1;
        for (int i = 0; i <= text.length(); i++) {
            char c = i < text.length() ? text.charAt(i) : '.';
            if (c == '.') {
                if (value < 0 || ++octets > 4) {
                    return null;
                }
                bits = bits << 8 | value;
                value = -1;
            } else if (c < '0' || c > '9' || value == 0) {
                return null;
            } else {
                value = Math.max(value, 0) * 10 + (c - '0');
                if (value > 255) {
                    return null;
                }
            }
        }
        return octets == 4 ? new IpRange(0, 0xffff_0000_0000L | bits, 128, true) : null;
    }

    private static @Nullable IpRange parseV6(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != ':' && c != '.' && Character.digit(c, 16) < 0 || c > 'f') {
                return null;
            }
        }
        byte[] bytes;
        boolean isV4;
        try {
            InetAddress address = InetAddress.getByName('[' + text + ']');
            isV4 = address instanceof Inet4Address;
            bytes = address.getAddress();
        } catch (UnknownHostException e) {
            return null;
        }
        if (isV4) {
            return new IpRange(0, 0xffff_0000_0000L | toLong(bytes, 0, 4), 128, true);
        }
        return new IpRange(toLong(bytes, 0, 8), toLong(bytes, 8, 8), 128, false);
    }

    private static long toLong(byte[] bytes, int from, int count) {
        long value = 0;
        for (int i = from; i < from + count; i++) {
            value = value << 8 | bytes[i] & 0xff;
        }
        return value;
    }

    private static int parsePrefix(String text, boolean isV4) {
        IpRange mask = isV4 ? parseV4(text) : null;
        if (mask != null) {
            int bits = (int) mask.low;
            int ones = Integer.numberOfLeadingZeros(~bits);
            return bits == (ones == 0 ? 0 : -1 << 32 - ones) ? V4_OFFSET + ones : -1;
        }
        if (text.isEmpty() || text.length() > 3 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return -1;
        }
        int bits = Integer.parseInt(text);
        return bits > (isV4 ? 32 : 128) ? -1 : isV4 ? V4_OFFSET + bits : bits;
    }

    private static IpRange masked(IpRange address, int prefix) {
        long high = prefix >= 64 ? address.high : prefix == 0 ? 0 : address.high & -1L << 64 - prefix;
        long low = prefix == 128 ? address.low : prefix <= 64 ? 0 : address.low & -1L << 128 - prefix;
        return new IpRange(high, low, prefix, address.isV4);
    }

    /** Whether all of the other range lies in this one; IPv4 and IPv6 never lie in one another. */
    public boolean contains(IpRange other) {
        return isV4 == other.isV4
                && prefix <= other.prefix
                && masked(other, prefix).equals(this);
    }

    /** Whether this is a single address. */
    public boolean isAddress() {
        return prefix == 128;
    }

    /** The canonical text: dotted IPv4, IPv6 as {@code inet_ntop} writes it, {@code /n} behind a network. */
    public String toText() {
        String address = isV4 ? v4(low) : v6();
        return isAddress() ? address : address + '/' + (isV4 ? prefix - V4_OFFSET : prefix);
    }

    private static String v4(long bits) {
        return (bits >> 24 & 0xff) + "." + (bits >> 16 & 0xff) + "." + (bits >> 8 & 0xff) + "." + (bits & 0xff);
    }

    private String v6() {
        if (high == 0 && low >>> 32 == 0 && low >>> 16 != 0) {
            return "::" + v4(low);
        }
        int zerosAt = -1;
        int zeros = 1;
        for (int i = 0; i < 8; i++) {
            int end = i;
            while (end < 8 && group(end) == 0) {
                end++;
            }
            if (end - i > zeros) {
                zerosAt = i;
                zeros = end - i;
            }
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 8; i++) {
            if (i == zerosAt) {
                text.append("::");
                i += zeros - 1;
            } else {
                boolean first = text.isEmpty() || text.charAt(text.length() - 1) == ':';
                text.append(first ? "" : ":").append(Integer.toHexString(group(i)));
            }
        }
        return text.toString();
    }

    private int group(int i) {
        return (int) ((i < 4 ? high >>> 48 - 16 * i : low >>> 48 - 16 * (i - 4)) & 0xffff);
    }

    /** This range widened to a shorter prefix. */
    IpRange widenedTo(int shorter) {
        return masked(this, shorter);
    }
}
