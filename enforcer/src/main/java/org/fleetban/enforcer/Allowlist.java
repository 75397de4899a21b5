package org.fleetban.enforcer;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.fleetban.enforcer.firewall.Network;
import org.fleetban.protocol.Family;

/**
 * The last line: whom this host never refuses, whatever a ban says. A network that holds such an address is refused as
 * a whole.
 *
 * @param entries whom, and why
 * @param families that the firewall serves
 */
record Allowlist(List<Entry> entries, Set<Family> families) {

    /** No packet of an attacker comes from these, but the life of the host hangs on some of them. */
    static final List<Entry> STANDING = List.of(
            new Entry(Network.parse("0.0.0.0/8"), "no address of a host"),
            new Entry(Network.parse("127.0.0.0/8"), "loopback"),
            new Entry(Network.parse("224.0.0.0/3"), "multicast or reserved"),
            new Entry(Network.parse("::"), "no address of a host"),
            new Entry(Network.parse("::1"), "loopback"),
            new Entry(Network.parse("fe80::/10"), "link-local, needed by IPv6 itself"),
            new Entry(Network.parse("ff00::/8"), "multicast"));

    Allowlist {
        entries = List.copyOf(entries);
        families = Set.copyOf(families);
    }

    /**
     * Someone who is never banned.
     *
     * @param network whom
     * @param reason why, for people
     */
    record Entry(Network network, String reason) {}

    /** The standing entries and the given ones. */
    static Allowlist of(EnforcerSettings settings, Set<Family> families, List<Entry> found) {
        List<Entry> entries = new ArrayList<>(STANDING);
        settings.neverBan().forEach(network -> entries.add(new Entry(network, EnforcerSettings.PREFIX + "never-ban")));
        entries.addAll(found);
        return new Allowlist(entries.stream().distinct().toList(), families);
    }

    /** Why a ban is refused; empty: it is not. */
    Optional<Refusal> refusal(Network network) {
        if (!families.contains(network.family())) {
            return Optional.of(
                    new Refusal(Refusal.Reason.NO_FAMILY, "the firewall does not serve " + network.family()));
        }
        for (Entry entry : entries) {
            if (entry.network().overlaps(network)) {
                return Optional.of(new Refusal(
                        Refusal.Reason.NEVER_BAN, "never banned: " + entry.network() + ", " + entry.reason()));
            }
        }
        return Optional.empty();
    }
}
