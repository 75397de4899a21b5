package org.fleetban.protocol;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A value of the {@code commands} topic: what an operator orders. Any key will do; the processor brings a command to
 * whoever has to carry it out.
 *
 * @param command identity of the command, unlike any other (a random UUID): it is carried out once, however often it
 *     arrives
 * @param type what to do
 * @param jail the jail; null in an unban: all jails
 * @param id the offender; a network in an unban: every banned address and network in it; null in an unban: all offenders
 * @param host in a host-scoped jail: the one host; null in an unban: all hosts
 * @param seconds how long a ban lasts; negative: for ever; null: the jail's {@code bantime}
 * @param by who orders it
 * @param reason why, in words
 * @param at when it was ordered
 */
public record CommandRecord(
        String command,
        Type type,
        @Nullable String jail,
        @Nullable String id,
        @Nullable String host,
        @Nullable Long seconds,
        String by,
        @Nullable String reason,
        Instant at) {

    /** What to do. */
    public enum Type {
        /** Ban one offender in one jail. */
        @JsonProperty("ban")
        BAN,
        /** Lift bans, and forgive the failures so far. */
        @JsonProperty("unban")
        UNBAN,
        /**
         * Let bans through that an enforcer holds back: those of {@code jail}, {@code id} and {@code host}, each null for
         * all. The processor does nothing with it.
         */
        @JsonProperty("confirm")
        CONFIRM
    }
}
