package org.fleetban.enforcer.firewall;

import java.util.Locale;
import org.fleetban.protocol.Family;

/** The transport protocols that a jail may name; all but the last four have ports. */
enum Protocol {
    TCP,
    UDP,
    UDPLITE,
    SCTP,
    DCCP,
    ICMP,
    IPV6_ICMP,
    ESP,
    AH;

    /** @throws IllegalArgumentException if there is no such protocol here */
    static Protocol parse(String name) {
        String normal = name.toLowerCase(Locale.ROOT);
        if (normal.equals("icmpv6") || normal.equals("ipv6-icmp")) {
            return IPV6_ICMP;
        }
        for (Protocol protocol : values()) {
            if (protocol.name().toLowerCase(Locale.ROOT).equals(normal)) {
                return protocol;
            }
        }
        throw new IllegalArgumentException(
                "protocol '" + name + "': expected tcp, udp, udplite, sctp, dccp, icmp, icmpv6, esp, ah or all");
    }

    boolean hasPorts() {
        return compareTo(ICMP) < 0;
    }

    /** The name in a rule of the given family; a jail that says icmp means the family's own. */
    String name(Family family) {
        if (this == ICMP || this == IPV6_ICMP) {
            return family == Family.INET ? "icmp" : "ipv6-icmp";
        }
        return name().toLowerCase(Locale.ROOT);
    }
}
