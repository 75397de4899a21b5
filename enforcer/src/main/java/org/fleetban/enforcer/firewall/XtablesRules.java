package org.fleetban.enforcer.firewall;

import java.util.ArrayList;
import java.util.List;
import org.fleetban.protocol.Family;

/** The matches of a group in the language of iptables, in the order in which {@code iptables -S} prints them. */
final class XtablesRules {

    /** What the multiport match takes in one rule; a range counts twice. */
    private static final int MULTIPORT = 15;

    private XtablesRules() {}

    /** One match per rule that the group needs, such as {@code -p tcp -m multiport --dports 80,443}; empty for all. */
    static List<String> matches(Ports ports, Family family) {
        if (ports.protocols().isEmpty()) {
            return List.of("");
        }
        List<String> matches = new ArrayList<>();
        for (Protocol protocol : ports.protocols()) {
            String match = "-p " + protocol.name(family);
            if (protocol.hasPorts() && !ports.ranges().isEmpty()) {
                for (String list : multiports(ports.ranges())) {
                    matches.add(match + " -m multiport --dports " + list);
                }
            } else {
                matches.add(match);
            }
        }
        return matches;
    }

    static String target(Block block, Family family) {
        if (block == Block.DROP) {
            return "-j DROP";
        }
        return "-j REJECT --reject-with "
                + (family == Family.INET ? "icmp-port-unreachable" : "icmp6-port-unreachable");
    }

    private static List<String> multiports(List<PortRange> ranges) {
        List<String> lists = new ArrayList<>();
        StringBuilder list = new StringBuilder();
        int used = 0;
        for (PortRange range : ranges) {
            int weight = range.isSingle() ? 1 : 2;
            if (used + weight > MULTIPORT) {
                lists.add(list.toString());
                list.setLength(0);
                used = 0;
            }
            list.append(list.isEmpty() ? "" : ",").append(range.text(':'));
            used += weight;
        }
        lists.add(list.toString());
        return lists;
    }
}
