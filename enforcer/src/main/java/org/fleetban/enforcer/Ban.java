package org.fleetban.enforcer;

import java.util.Objects;
import org.fleetban.enforcer.firewall.Target;
import org.jspecify.annotations.Nullable;

/**
 * A ban that concerns this host.
 *
 * @param key its key in the table of bans
 * @param jail the jail that banned
 * @param id the offender as the table has it
 * @param ports fail2ban's form, null for all
 * @param protocol fail2ban's form, null for all
 * @param until when it ends, in milliseconds since the epoch; {@link #FOR_EVER}: never
 * @param target the firewall's entry; null if the ban cannot be one
 * @param fault why it cannot be one; null if it can
 */
public record Ban(
        String key,
        String jail,
        String id,
        @Nullable String ports,
        @Nullable String protocol,
        long until,
        @Nullable Target target,
        @Nullable Refusal fault) {

    /** The end of a ban that has none. */
    public static final long FOR_EVER = Long.MAX_VALUE;

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other
                || other instanceof Ban ban
                        && until == ban.until
                        && key.equals(ban.key)
                        && jail.equals(ban.jail)
                        && id.equals(ban.id)
                        && Objects.equals(ports, ban.ports)
                        && Objects.equals(protocol, ban.protocol)
                        && Objects.equals(target, ban.target)
                        && Objects.equals(fault, ban.fault);
    }

    @Override
    public int hashCode() {
        return key.hashCode();
    }
}
