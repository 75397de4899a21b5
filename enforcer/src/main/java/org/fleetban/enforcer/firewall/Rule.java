package org.fleetban.enforcer.firewall;

import java.util.Map;

/**
 * One rule that refuses packets.
 *
 * @param group the name of the group that it serves
 * @param text in the tool's own language, without its counter
 */
record Rule(String group, String text) {

    /** Adds what a rule has refused to the sum of its group. */
    void count(Audit.Traffic traffic, Map<String, Audit.Traffic> sums) {
        sums.merge(group, traffic, Audit.Traffic::plus);
    }
}
