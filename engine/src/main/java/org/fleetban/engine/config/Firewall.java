package org.fleetban.engine.config;

import java.util.List;
import java.util.Set;

/** fail2ban's stock actions that are a firewall, whose work Fleetban's enforcers do themselves. */
final class Firewall {

    private static final Set<String> FAMILIES = Set.of(
            "apf",
            "bsd",
            "firewallcmd",
            "hostsdeny",
            "ipfilter",
            "ipfw",
            "iptables",
            "netscaler",
            "nftables",
            "npf",
            "osx",
            "pf",
            "route",
            "shorewall",
            "symbiosis",
            "ufw");

    private Firewall() {}

    static boolean isKnown(String action) {
        int dash = action.indexOf('-');
        return FAMILIES.contains(dash < 0 ? action : action.substring(0, dash));
    }

    /**
     * Whether one of the actions refuses all ports, and none only some.
     *
     * @param banAction the jail's {@code banaction}, which counts where the jail has no action that names it
     */
    static boolean refusesAllPorts(List<ActionDefinition> actions, String banAction) {
        if (actions.isEmpty()) {
            return banAction.contains("allports");
        }
        boolean all = false;
        for (ActionDefinition action : actions) {
            boolean allPorts = action.file().contains("allports")
                    || action.parameters().getOrDefault("type", "").contains("allports")
                    || action.parameters().getOrDefault("actiontype", "").contains("allports");
            if (isKnown(action.file()) && !allPorts) {
                return false;
            }
            all |= allPorts;
        }
        return all;
    }
}
