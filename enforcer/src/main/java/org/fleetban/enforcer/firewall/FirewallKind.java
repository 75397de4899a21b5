package org.fleetban.enforcer.firewall;

import java.util.Locale;

/** The firewalls that bans can be put into. */
public enum FirewallKind {
    /** The first of the following that works on this host. */
    AUTO,
    /** iptables with ipset. */
    IPSET,
    /** nftables. */
    NFTABLES,
    /** iptables alone. */
    IPTABLES,
    /** None: a dry run. */
    NONE;

    /** @throws IllegalArgumentException if it is none of the kinds, in lower case as in configuration */
    public static FirewallKind parse(String name) {
        for (FirewallKind kind : values()) {
            if (kind.toString().equals(name.strip().toLowerCase(Locale.ROOT))) {
                return kind;
            }
        }
        throw new IllegalArgumentException("firewall '" + name + "': expected auto, ipset, nftables, iptables or none");
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
