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
        /** The network holds more addresses than a ban may. */
        TOO_LARGE,
        /** The host needs an address that the ban holds. */
        NEVER_BAN,
        /** The firewall has no room for it. */
        NO_ROOM,
        /** The firewall's tools refuse this entry, or the ports of its jail. */
        FIREWALL_REFUSES;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }
}
