package org.fleetban.protocol;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a firewall needs of a {@link BanRecord}. Its evidence is most of a record and of no use here:
 * unread, it costs a cold start with many bans nothing.
 *
 * @param jail the jail that banned
 * @param id the offender
 * @param ports fail2ban's form, null for all
 * @param protocol fail2ban's form, null for all
 * @param scope where it holds
 * @param host the one host of a host-scoped ban
 * @param until when it ends; null: never
 */
public record BanHead(
        String jail,
        String id,
        @Nullable String ports,
        @Nullable String protocol,
        Scope scope,
        @Nullable String host,
        @Nullable Instant until) {}
