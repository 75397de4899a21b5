package org.fleetban.enforcer.firewall;

import java.util.HashMap;
import java.util.Map;
import java.util.SortedSet;

/**
 * What a firewall tells when it is read.
 *
 * @param groups the entries of every group by the group's name, with their remaining time in milliseconds
 * @param audit the layout
 */
public record Listed(Map<String, Map<Network, Long>> groups, Audit audit) {

    /** Reads a firewall. */
    public static Listed of(Firewall firewall, SortedSet<Group> wanted) throws FirewallException {
        Map<String, Map<Network, Long>> groups = new HashMap<>();
        Audit audit = firewall.read(wanted, into(groups));
        return new Listed(groups, audit);
    }

    /** Entries that are put into a map. */
    static Entries into(Map<String, Map<Network, Long>> groups) {
        return new Entries() {
            @Override
            public void group(String name) {
                groups.computeIfAbsent(name, group -> new HashMap<>());
            }

            @Override
            public void entry(String group, Network network, long remaining) {
                groups.computeIfAbsent(group, name -> new HashMap<>()).put(network, remaining);
            }
        };
    }
}
