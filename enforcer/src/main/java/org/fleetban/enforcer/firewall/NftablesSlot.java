package org.fleetban.enforcer.firewall;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.fleetban.protocol.Family;

/**
 * Where a group keeps networks of one family and prefix length: a hash set of its own.
 *
 * @param family of the networks
 * @param prefix their length
 */
record NftablesSlot(Family family, int prefix) implements Comparable<NftablesSlot> {

    /** Every group has these. */
    static final List<NftablesSlot> ADDRESSES =
            List.of(new NftablesSlot(Family.INET, 32), new NftablesSlot(Family.INET6, 128));

    private static final Pattern SET = Pattern.compile("(.*)-([46])-([0-9]{1,3})");

    static NftablesSlot of(Network network) {
        return new NftablesSlot(network.family(), network.prefix());
    }

    /** The name of the set of a group, given the group's own name. */
    String set(String group) {
        return group + (family == Family.INET ? "-4-" : "-6-") + prefix;
    }

    /** A set's name taken apart. */
    record Named(String group, NftablesSlot slot) {}

    /** @throws IllegalArgumentException if it is not a name that {@link #set} makes */
    static Named parse(String set) {
        Matcher name = SET.matcher(set);
        if (!name.matches()) {
            throw new IllegalArgumentException("nftables set " + set + " in our table is not ours");
        }
        Family family = "4".equals(name.group(2)) ? Family.INET : Family.INET6;
        return new Named(
                String.valueOf(name.group(1)),
                new NftablesSlot(family, Integer.parseInt(String.valueOf(name.group(3)))));
    }

    String type() {
        return family == Family.INET ? "ipv4_addr" : "ipv6_addr";
    }

    /** The part of a rule that looks the source address up in the set. */
    String lookup(String set) {
        String address = family == Family.INET ? "ip saddr" : "ip6 saddr";
        boolean whole = prefix == (family == Family.INET ? 32 : 128);
        return address + (whole ? "" : " & " + mask()) + " @" + set;
    }

    /** The address of a network as an element of the set: without its prefix length. */
    static String element(Network network) {
        String text = network.toString();
        int slash = text.indexOf('/');
        return slash < 0 ? text : text.substring(0, slash);
    }

    private Network mask() {
        return family == Family.INET
                ? new Network(family, 0, ones(32 + prefix) & 0xffffffffL, 32)
                : new Network(family, ones(Math.min(prefix, 64)), ones(Math.max(prefix - 64, 0)), 128);
    }

    private static long ones(int leading) {
        return leading == 0 ? 0 : -1L << 64 - leading;
    }

    @Override
    public int compareTo(NftablesSlot other) {
        return family != other.family ? family.compareTo(other.family) : Integer.compare(other.prefix, prefix);
    }
}
