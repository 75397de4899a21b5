package org.fleetban.engine.filter;

import java.util.regex.Pattern;
import org.fleetban.engine.config.JailDefinition.UseDns;
import org.jspecify.annotations.Nullable;

/**
 * Who failed, read from the groups of a match: {@code F-ID}, else an IPv4 address, else an IPv6 address, else a name.
 *
 * @param id what is counted and banned
 * @param ip the address in canonical text, where there is one
 * @param dns the name, where it stands in the place of an address and may be resolved
 */
record Offender(String id, @Nullable String ip, @Nullable String dns) {

    /** What {@code <ADDR>} would match, for a name that is an address. */
    private static final Pattern ADDRESS = Pattern.compile(
            "(?:\\d{1,3}\\.){3}\\d{1,3}|\\[?(?:[0-9a-fA-F]{1,4}::?|::){1,7}(?:[0-9a-fA-F]{1,4}|(?<=:):)\\]?");

    private static final Offender NOBODY = new Offender("", null, null);

    /** Whether the groups hold a name only, and names are not wanted. */
    boolean isNobody() {
        return this == NOBODY;
    }

    /** Whether the groups hold the offender's address. */
    static boolean isAddress(Groups groups) {
        return groups.at(Groups.IP4) != null || groups.at(Groups.IP6) != null;
    }

    /** Reads the offender; null if no group names one. */
    static @Nullable Offender of(Groups groups, UseDns useDns) {
        String fid = groups.at(Groups.ID);
        String ip4 = groups.at(Groups.IP4);
        String address = ip4 != null ? ip4 : groups.at(Groups.IP6);
        if (address != null) {
            String cidr = groups.at(Groups.CIDR);
            String ip = cidr == null || cidr.isEmpty()
                    ? IpText.canonicalAddress(address)
                    : IpText.canonicalNetwork(address, cidr);
            return fid == null || fid.equals(address)
                    ? new Offender(ip != null ? ip : address, ip, null)
                    : new Offender(identified(fid, useDns).id(), ip, null);
        }
        String name = groups.at(Groups.DNS);
        if (name != null) {
            return useDns == UseDns.RAW ? new Offender(fid != null ? fid : name, null, null) : named(name, useDns);
        }
        return fid != null ? identified(fid, useDns) : null;
    }

    private static Offender identified(String fid, UseDns useDns) {
        String ip = useDns == UseDns.RAW ? null : IpText.canonical(fid);
        return new Offender(ip != null ? ip : fid, ip, null);
    }

    private static Offender named(String name, UseDns useDns) {
        String ip = ADDRESS.matcher(name).matches() ? IpText.canonical(name) : null;
        if (ip != null) {
            return new Offender(ip, ip, null);
        }
        return useDns == UseDns.NO ? NOBODY : new Offender(name, null, name);
    }
}
