package org.fleetban.enforcer.firewall;

/** What becomes of an offender's packet. */
public enum Block {
    /** An answer that the port is closed (ICMP port unreachable), as fail2ban does by default. */
    REJECT,
    /** No answer. */
    DROP
}
