package org.fleetban.enforcer.firewall;

import org.jspecify.annotations.Nullable;

/**
 * One entry of a firewall: this address or network, in this group.
 *
 * @param group which rule refuses it
 * @param network whom
 */
public record Target(Group group, Network network) {

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other
                || other instanceof Target target && network.equals(target.network) && group.equals(target.group);
    }

    @Override
    public int hashCode() {
        return 31 * group.hashCode() + network.hashCode();
    }
}
