package org.fleetban.enforcer.firewall;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import org.fleetban.protocol.Family;
import org.jspecify.annotations.Nullable;

/**
 * An address, or a network in CIDR notation, held as bits. Only this class turns text into something that a firewall
 * command may contain: text is parsed here and rendered here again, and is never passed on as it came.
 *
 * @param family of the address
 * @param high the upper 64 bits of an IPv6 address; 0 for IPv4
 * @param low the lower 64 bits of an IPv6 address, or the 32 bits of an IPv4 address
 * @param prefix the length of the network part in bits; the rest of the address is zero
 */
public record Network(Family family, long high, long low, int prefix) implements Comparable<Network> {

    private static final int IPV4_BITS = 32;
    private static final int IPV6_BITS = 128;
    private static final int GROUPS = 8;

    public Network {
        int bits = bits(family);
        if (prefix < 0 || prefix > bits) {
            throw new IllegalArgumentException("prefix length " + prefix + ": expected 0 to " + bits);
        }
        if (high != highOf(family, high, prefix) || low != lowOf(family, low, prefix)) {
            throw new IllegalArgumentException("bits are set behind the prefix length " + prefix);
        }
    }

    /**
     * Reads an address or a network: IPv4 in four decimal parts without leading zeros, IPv6 as in RFC 4291 section 2.2,
     * each with an optional prefix length. An IPv4-mapped IPv6 address (RFC 4291 section 2.5.5.2) is the IPv4 address,
     * because that is what arrives in packets. There is no name look-up and there are no zones.
     *
     * @throws IllegalArgumentException if the text is anything else; the message says what was expected
     */
    public static Network parse(String text) {
        int slash = text.indexOf('/');
        String address = slash < 0 ? text : text.substring(0, slash);
        Network whole = address.indexOf(':') >= 0 ? parseIpv6(address) : parseIpv4(address);
        if (slash < 0) {
            return whole;
        }
        int bits = bits(whole.family);
        int prefix = decimal(text, text, slash + 1, text.length(), bits(address.indexOf(':') >= 0));
        if (address.indexOf(':') >= 0 && whole.family == Family.INET) {
            prefix -= IPV6_BITS - IPV4_BITS;
            if (prefix < 0) {
                throw bad(text);
            }
        }
        if (whole.high != highOf(whole.family, whole.high, prefix)
                || whole.low != lowOf(whole.family, whole.low, prefix)) {
            throw new IllegalArgumentException(
                    "'" + shorten(text) + "': bits are set behind the prefix length /" + prefix + " of " + bits);
        }
        return new Network(whole.family, whole.high, whole.low, prefix);
    }

    /** The address as a network of one. */
    public static Network of(InetAddress address) {
        ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
        return address instanceof Inet6Address
                ? unmapped(bytes.getLong(), bytes.getLong())
                : new Network(Family.INET, 0, bytes.getInt() & 0xffffffffL, IPV4_BITS);
    }

    /** Whether it is one address. */
    public boolean isAddress() {
        return prefix == bits(family);
    }

    /** Whether an address belongs to both. */
    public boolean overlaps(Network other) {
        if (family != other.family) {
            return false;
        }
        int common = Math.min(prefix, other.prefix);
        return highOf(family, high, common) == highOf(family, other.high, common)
                && lowOf(family, low, common) == lowOf(family, other.low, common);
    }

    /** Whether every address of the other belongs to this. */
    public boolean contains(Network other) {
        return prefix <= other.prefix && overlaps(other);
    }

    /** The network of the given, shorter prefix length around this one. */
    Network enclosing(int shorter) {
        return new Network(family, highOf(family, high, shorter), lowOf(family, low, shorter), shorter);
    }

    // By hand, as in Target and Ban: what records get for it takes several times as long, and tables of bans are
    // nothing else.

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Network network
                && low == network.low
                && high == network.high
                && prefix == network.prefix
                && family == network.family;
    }

    @Override
    public int hashCode() {
        return 31 * (31 * Long.hashCode(low) + Long.hashCode(high)) + prefix;
    }

    @Override
    public int compareTo(Network other) {
        int order = family.compareTo(other.family);
        order = order != 0 ? order : Long.compareUnsigned(high, other.high);
        order = order != 0 ? order : Long.compareUnsigned(low, other.low);
        return order != 0 ? order : Integer.compare(prefix, other.prefix);
    }

    /** Canonical text: IPv6 as in RFC 5952, the prefix length only where it is not one address. */
    @Override
    public String toString() {
        StringBuilder out = new StringBuilder();
        if (family == Family.INET) {
            out.append(low >>> 24).append('.').append(low >>> 16 & 0xff);
            out.append('.').append(low >>> 8 & 0xff).append('.').append(low & 0xff);
        } else {
            renderIpv6(out);
        }
        if (!isAddress()) {
            out.append('/').append(prefix);
        }
        return out.toString();
    }

    private void renderIpv6(StringBuilder out) {
        int bestStart = -1;
        int bestLength = 1;
        for (int start = 0; start < GROUPS; start++) {
            int end = start;
            while (end < GROUPS && group(end) == 0) {
                end++;
            }
            if (end - start > bestLength) {
                bestStart = start;
                bestLength = end - start;
            }
        }
        for (int i = 0; i < GROUPS; i++) {
            if (i == bestStart) {
                out.append("::");
                i += bestLength - 1;
            } else {
                if (i > 0 && out.charAt(out.length() - 1) != ':') {
                    out.append(':');
                }
                out.append(Integer.toHexString(group(i)));
            }
        }
    }

    private int group(int index) {
        long half = index < GROUPS / 2 ? high : low;
        return (int) (half >>> 48 - 16 * (index % (GROUPS / 2))) & 0xffff;
    }

    private static Network parseIpv4(String text) {
        return new Network(Family.INET, 0, ipv4Bits(text, text), IPV4_BITS);
    }

    private static long ipv4Bits(String whole, String text) {
        long bits = 0;
        int from = 0;
        for (int part = 0; part < 4; part++) {
            int dot = text.indexOf('.', from);
            if (dot < 0 != (part == 3)) {
                throw bad(whole);
            }
            int to = dot < 0 ? text.length() : dot;
            bits = bits << 8 | decimal(whole, text, from, to, 255);
            from = to + 1;
        }
        return bits;
    }

    private static Network parseIpv6(String text) {
        int gap = text.indexOf("::");
        int[] before = groups(text, gap < 0 ? text : text.substring(0, gap), gap < 0);
        int[] after = gap < 0 ? new int[0] : groups(text, text.substring(gap + 2), true);
        int given = before.length + after.length;
        if (gap < 0 ? given != GROUPS : given >= GROUPS) {
            throw bad(text);
        }
        int[] all = new int[GROUPS];
        System.arraycopy(before, 0, all, 0, before.length);
        System.arraycopy(after, 0, all, GROUPS - after.length, after.length);
        long high = 0;
        long low = 0;
        for (int i = 0; i < GROUPS / 2; i++) {
            high = high << 16 | all[i];
            low = low << 16 | all[i + GROUPS / 2];
        }
        return unmapped(high, low);
    }

    private static Network unmapped(long high, long low) {
        return high == 0 && low >>> 32 == 0xffff
                ? new Network(Family.INET, 0, low & 0xffffffffL, IPV4_BITS)
                : new Network(Family.INET6, high, low, IPV6_BITS);
    }

    private static int[] groups(String whole, String text, boolean atEnd) {
        if (text.isEmpty()) {
            return new int[0];
        }
        String[] parts = text.split(":", -1);
        boolean dotted = atEnd && parts[parts.length - 1].indexOf('.') >= 0;
        int[] groups = new int[parts.length + (dotted ? 1 : 0)];
        if (groups.length > GROUPS) {
            throw bad(whole);
        }
        for (int i = 0; i < parts.length; i++) {
            if (dotted && i == parts.length - 1) {
                long bits = ipv4Bits(whole, parts[i]);
                groups[i] = (int) (bits >>> 16);
                groups[i + 1] = (int) (bits & 0xffff);
            } else {
                groups[i] = hexadecimal(whole, parts[i]);
            }
        }
        return groups;
    }

    private static int hexadecimal(String whole, String text) {
        if (text.isEmpty() || text.length() > 4) {
            throw bad(whole);
        }
        int value = 0;
        for (int i = 0; i < text.length(); i++) {
            int digit = text.charAt(i) < 0x80 ? Character.digit(text.charAt(i), 16) : -1;
            if (digit < 0) {
                throw bad(whole);
            }
            value = value << 4 | digit;
        }
        return value;
    }

    private static int decimal(String whole, String text, int from, int to, int max) {
        boolean leadingZero = to > from + 1 && text.charAt(from) == '0';
        if (to == from || to > from + 3 || leadingZero) {
            throw bad(whole);
        }
        int value = 0;
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                throw bad(whole);
            }
            value = value * 10 + (c - '0');
        }
        if (value > max) {
            throw bad(whole);
        }
        return value;
    }

    private static int bits(Family family) {
        return bits(family == Family.INET6);
    }

    private static int bits(boolean ipv6) {
        return ipv6 ? IPV6_BITS : IPV4_BITS;
    }

    private static long highOf(Family family, long high, int prefix) {
        if (family == Family.INET || prefix == 0) {
            return 0;
        }
        return prefix >= 64 ? high : high & -1L << 64 - prefix;
    }

    private static long lowOf(Family family, long low, int prefix) {
        if (family == Family.INET) {
            return prefix == 0 ? 0 : low & -1L << IPV4_BITS - prefix & 0xffffffffL;
        }
        return prefix <= 64 ? 0 : low & -1L << IPV6_BITS - prefix;
    }

    private static IllegalArgumentException bad(String text) {
        return new IllegalArgumentException("'" + shorten(text) + "' is no IPv4 or IPv6 address or network");
    }

    private static String shorten(String text) {
        return text.length() > 60 ? text.substring(0, 60) + "…" : text;
    }
}
