package org.fleetban.protocol;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A value of the {@code bans} table: a standing ban, complete, so that an enforcer needs no jail configuration.
 *
 * @param jail the jail that banned
 * @param id the offender: an address or network in canonical form, or any other text ({@code family} null), which no
 *     firewall can enforce
 * @param family the address family of {@code id}, null where it is no address
 * @param ports the ports to refuse, fail2ban's form ({@code ssh}, {@code 80,443}, {@code 5060:5061}); null for all
 * @param protocol {@code tcp}, {@code udp}, …; null for all
 * @param scope fleet: enforced everywhere; host: on {@code host} alone
 * @param host the one host of a host-scoped ban, else null
 * @param since when the ban began: the log time of the deciding failure
 * @param until when it ends; null: never
 * @param count failures that led to it
 * @param banCount how many times this jail has banned the offender, this time included
 * @param reason who or what decided: {@code failures}, or an operator's words
 * @param event the id of the event that made this ban
 * @param evidence the lines, newest last, at most the jail's {@code maxmatches}
 */
public record BanRecord(
        String jail,
        String id,
        @Nullable Family family,
        @Nullable String ports,
        @Nullable String protocol,
        Scope scope,
        @Nullable String host,
        Instant since,
        @Nullable Instant until,
        int count,
        int banCount,
        @Nullable String reason,
        String event,
        List<Evidence> evidence) {

    public BanRecord {
        evidence = List.copyOf(evidence);
    }
}
