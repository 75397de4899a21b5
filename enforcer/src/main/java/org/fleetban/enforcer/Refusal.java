package org.fleetban.enforcer;

import java.util.Locale;

/**
 * Why a ban is not enforced on this host.
 *
 * @param reason one of few, to count by
 * @param detail for people
 */
public record Refusal(Reason reason, String detail) {

    /** The kinds of reasons. */
    public enum Reason {
        /** The offender is no address or network in canonical form. */
        NO_ADDRESS,
        /** Ports or protocol are not understood. */
        BAD_PORTS,
        /** The firewall of this host does not serve the address family. */
        NO_FAMILY,
        /** The network is larger than the settings allow; the ban waits for the operator. */
        TOO_LARGE,
        /** More bans were new within a minute than the settings allow; the ban waits for the operator. */
        TOO_MANY,
        /** The host needs an address that the ban holds. */
        NEVER_BAN,
        /** The firewall has no room for it. */
        NO_ROOM,
        /** The firewall's tools refuse this entry, or the ports of its jail. */
        FIREWALL_REFUSES;

        /** Whether the ban itself is good, and only the firewall cannot enforce it. */
        boolean concernsTheFirewallAlone() {
            return this == NO_ADDRESS || this == BAD_PORTS || this == NO_FAMILY;
        }

        /** Whether the ban waits for the operator. */
        public boolean waits() {
            return this == TOO_LARGE || this == TOO_MANY;
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }
}
