package org.fleetban.enforcer.firewall;

import java.util.List;

/**
 * How a firewall is laid out.
 *
 * @param prefix what the name of every chain, set and table of ours begins with
 * @param block what becomes of an offender's packet
 * @param chains where packets are looked at: {@code INPUT}, {@code FORWARD}, {@code DOCKER-USER}; one that does not exist
 *     is served once it does
 * @param capacity how many bans a group takes per address family
 */
public record FirewallSettings(String prefix, Block block, List<String> chains, int capacity) {

    /** The settings where nothing else is configured. */
    public static final FirewallSettings DEFAULTS = new FirewallSettings("fb", Block.REJECT, List.of("INPUT"), 1 << 20);

    /**
     * The kernel's own limit of a set. It is far above {@code capacity}, costs nothing until it is used, and never
     * changes, so that a set of an earlier configuration still fits.
     */
    static final int KERNEL_CAPACITY = 1 << 25;

    public FirewallSettings {
        if (!prefix.matches("[a-z][a-z0-9]{0,4}")) {
            throw new IllegalArgumentException(
                    "name prefix '" + prefix + "': expected one to five lower-case letters and digits");
        }
        for (String chain : chains) {
            if (!chain.matches("[A-Za-z0-9_][A-Za-z0-9_-]{0,27}")) {
                throw new IllegalArgumentException(
                        "chain '" + chain + "': expected at most 28 letters, digits, '_' and '-'");
            }
        }
        if (chains.isEmpty()) {
            throw new IllegalArgumentException("no chain: expected at least one, such as INPUT");
        }
        if (capacity < 1 || capacity > 1 << 24) {
            throw new IllegalArgumentException("capacity " + capacity + ": expected 1 to " + (1 << 24));
        }
        chains = List.copyOf(chains);
    }
}
