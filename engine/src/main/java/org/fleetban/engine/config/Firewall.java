package org.fleetban.engine.config;

import java.util.List;
import java.util.Locale;
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

    /** Those that know no ports: they shut out the offender altogether. */
    private static final Set<String> WHOLE_HOST =
            Set.of("apf", "hostsdeny", "ipfilter", "netscaler", "npf", "route", "shorewall", "symbiosis", "ufw");

    private static final Set<String> OPENING = Set.of("ACCEPT", "RETURN");

    private Firewall() {}

    static boolean isKnown(String action) {
        return FAMILIES.contains(family(action));
    }

    private static String family(String action) {
        int dash = action.indexOf('-');
        return dash < 0 ? action : action.substring(0, dash);
    }

    /** Whether the action lets in those that it is called for, the opposite of what Fleetban's enforcers do. */
    static boolean opens(ActionDefinition action) {
        String verdict = action.parameters().getOrDefault("blocktype", "");
        return isKnown(action.file()) && OPENING.contains(verdict.toUpperCase(Locale.ROOT));
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
            boolean allPorts = WHOLE_HOST.contains(family(action.file()))
                    || action.file().contains("allports")
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
