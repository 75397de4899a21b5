package org.fleetban.enforcer.firewall;

import java.util.Map;

/**
 * What a firewall holds of ours.
 *
 * @param groups the entries of every group by the group's name, those of unknown groups included; a group without an
 *     entry is there with an empty map. The value is the remaining time in milliseconds, {@link #PERMANENT} for an entry
 *     that the kernel never ends
 * @param audit the layout as it was found
 */
public record Holdings(Map<String, Map<Network, Long>> groups, Audit audit) {

    /** The remaining time of an entry without an end. */
    public static final long PERMANENT = Long.MAX_VALUE;

    public Holdings {
        groups = Map.copyOf(groups);
    }
}
