package org.fleetban.protocol;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A value of the {@code events} topic: something that happened to an offender in a jail.
 *
 * @param event identity of the event, the same for the same cause however often it is produced: drop repeats by it
 * @param type what happened
 * @param jail the jail
 * @param id the offender
 * @param family its address family, null where it is no address
 * @param scope the jail's scope
 * @param host the host of a host-scoped jail, else null
 * @param at when it was decided
 * @param since when the ban began
 * @param until when it ends; null: never
 * @param count failures that led to it
 * @param banCount how many times this jail has banned the offender
 * @param by {@code fleetban}, or the operator
 * @param reason why, in words
 * @param evidence the lines, newest last
 */
public record BanEvent(
        String event,
        Type type,
        String jail,
        String id,
        @Nullable Family family,
        Scope scope,
        @Nullable String host,
        Instant at,
        Instant since,
        @Nullable Instant until,
        int count,
        int banCount,
        String by,
        @Nullable String reason,
        List<Evidence> evidence) {

    /** What happened. */
    public enum Type {
        /** A new ban stands. */
        @JsonProperty("ban")
        BAN,
        /** A standing ban lasts longer. */
        @JsonProperty("extend")
        EXTEND,
        /** A ban was lifted, by time or by command. */
        @JsonProperty("unban")
        UNBAN,
        /** A ban that was already over when its failures were read: recorded, never enforced. */
        @JsonProperty("expired")
        EXPIRED,
        /** A ban that an ignore rule or a limit refused. */
        @JsonProperty("refused")
        REFUSED
    }

    public BanEvent {
        evidence = List.copyOf(evidence);
    }
}
