package org.fleetban.enforcer.firewall;

import java.util.List;
import java.util.Map;

/**
 * A look at a firewall's layout.
 *
 * @param faults what is not as it was laid out, in words for people; none: the layout stands
 * @param sizes entries by the name of the group, as far as the kernel tells without listing them
 * @param refused packets and bytes refused so far by the name of the group, as far as they were looked at
 */
public record Audit(List<String> faults, Map<String, Long> sizes, Map<String, Traffic> refused) {

    public Audit {
        faults = List.copyOf(faults);
        sizes = Map.copyOf(sizes);
        refused = Map.copyOf(refused);
    }

    /**
     * What rules have refused.
     *
     * @param packets their number
     * @param bytes their size
     */
    public record Traffic(long packets, long bytes) {

        /** The sum. */
        public Traffic plus(Traffic other) {
            return new Traffic(packets + other.packets, bytes + other.bytes);
        }
    }
}
