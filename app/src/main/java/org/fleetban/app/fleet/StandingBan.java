package org.fleetban.app.fleet;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import org.fleetban.protocol.BanRecord;
import org.fleetban.protocol.Family;
import org.fleetban.protocol.Scope;
import org.jspecify.annotations.Nullable;

/**
 * An entry of the table of bans without its evidence, which would fill the memory where there are hundreds of thousands.
 * The fields are those of {@link BanRecord}.
 */
public record StandingBan(
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
        @Nullable String reason) {

    /** What {@code fail2ban-client} writes for the end of a ban that has none. */
    private static final String NEVER = "9999-12-31 23:59:59";

    /** The ban, or null where its time is over and only the processor has not said so yet. */
    public static @Nullable StandingBan of(BanRecord ban, Instant now) {
        if (!stands(ban, now)) {
            return null;
        }
        return new StandingBan(
                ban.jail(),
                ban.id(),
                ban.family(),
                ban.ports(),
                ban.protocol(),
                ban.scope(),
                ban.host(),
                ban.since(),
                ban.until(),
                ban.count(),
                ban.banCount(),
                ban.reason());
    }

    /** Whether the ban's time is not over. */
    public static boolean stands(BanRecord ban, Instant now) {
        return ban.until() == null || ban.until().isAfter(now);
    }

    /** One line: jail, offender, and times as {@code fail2ban-client get JAIL banip --with-time} has them; the host. */
    public void print(PrintStream out, ZoneId zone) {
        out.print(Terminal.escape(jail)
                + '\t'
                + Terminal.escape(id)
                + '\t'
                + times(zone)
                + (host == null ? "" : "\ton " + Terminal.escape(host))
                + '\n');
    }

    private String times(ZoneId zone) {
        String from = Terminal.time(since, zone);
        return until == null
                ? from + " + -1 = " + NEVER
                : from + " + " + Duration.between(since, until).toSeconds() + " = " + Terminal.time(until, zone);
    }
}
