package org.fleetban.app.fleet;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.fleetban.enforcer.firewall.Firewalls;
import org.fleetban.protocol.BanRecord;
import org.fleetban.protocol.HostRecord;
import org.fleetban.protocol.Scope;
import org.jspecify.annotations.Nullable;

/**
 * Whether a ban really holds on a host, by what its enforcer reports.
 *
 * @param host the host
 * @param state whether
 * @param detail why not, or how that is known; null where it holds
 */
public record Hold(String host, State state, @Nullable String detail) {

    /** Whether a ban holds. */
    public enum State {
        /** The firewall refuses the offender. */
        @JsonProperty("holds")
        HOLDS,
        /** The enforcer had not read the ban when it reported. */
        @JsonProperty("pending")
        PENDING,
        /** The enforcer does not enforce it. */
        @JsonProperty("refused")
        REFUSED,
        /** Nothing was heard of the enforcer lately. */
        @JsonProperty("silent")
        SILENT,
        /** The enforcer refuses more bans than it names. */
        @JsonProperty("unknown")
        UNKNOWN
    }

    /**
     * Where a ban holds.
     *
     * @param key of the ban
     * @param offset of the ban in its table
     * @param enforcers all of the fleet
     */
    static List<Hold> of(String key, BanRecord ban, long offset, List<Component> enforcers) {
        return enforcers.stream()
                .filter(enforcer ->
                        ban.scope() == Scope.FLEET || enforcer.latest().host().equals(ban.host()))
                .map(enforcer -> of(key, offset, enforcer))
                .toList();
    }

    private static Hold of(String key, long offset, Component enforcer) {
        HostRecord report = enforcer.latest();
        Optional<HostRecord.RefusedBan> refused =
                report.refused().stream().filter(ban -> ban.ban().equals(key)).findFirst();
        boolean read = report.figure("position") > offset;
        if (!enforcer.isRunning()) {
            return new Hold(
                    report.host(),
                    State.SILENT,
                    "silent for " + DurationText.of(enforcer.age())
                            + (read ? ", it held then" : ", it did not hold then"));
        }
        if (Firewalls.DRY_RUN.equals(report.firewall())) {
            return new Hold(report.host(), State.REFUSED, "firewall: " + report.firewall());
        }
        if (refused.isPresent()) {
            return new Hold(
                    report.host(),
                    State.REFUSED,
                    refused.get().reason() + ", " + refused.get().detail());
        }
        if (!read) {
            Duration age = enforcer.age().isNegative() ? Duration.ZERO : enforcer.age();
            return new Hold(report.host(), State.PENDING, "not when it reported, " + DurationText.of(age) + " ago");
        }
        if (report.figure("bans.refused") + report.figure("bans.waiting")
                > report.refused().size()) {
            return new Hold(report.host(), State.UNKNOWN, "it refuses more bans than it names");
        }
        return new Hold(report.host(), State.HOLDS, null);
    }
}
