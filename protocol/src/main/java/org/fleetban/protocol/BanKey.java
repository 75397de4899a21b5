package org.fleetban.protocol;

import org.jspecify.annotations.Nullable;

/**
 * The key of {@code bans} and {@code events}: {@code jail|id}, and {@code jail|id|host} in a host-scoped jail.
 *
 * @param jail the jail; holds no {@code |}
 * @param id the offender
 * @param host the host of a host-scoped jail, else null
 */
public record BanKey(String jail, String id, @Nullable String host) {

    public BanKey {
        if (jail.isEmpty() || jail.indexOf('|') >= 0) {
            throw new IllegalArgumentException("a jail's name is not empty and holds no '|': '" + jail + "'");
        }
    }

    @Override
    public String toString() {
        return host == null ? jail + '|' + id : jail + '|' + id + '|' + host;
    }
}
