package org.fleetban.app;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.fleetban.app.fleet.DurationText;
import org.fleetban.engine.jail.Attempt;
import org.fleetban.engine.jail.Ban;
import org.fleetban.engine.jail.Decision;
import org.fleetban.processor.BanRecords;
import org.fleetban.protocol.BanEvent;
import org.fleetban.protocol.BanKey;
import org.fleetban.protocol.JsonCodec;

/** What a scan prints. */
sealed interface ScanReport {

    /** A decision, in the order of each jail's log time. */
    void decided(BanKey key, Decision decision);

    /** A jail's files are read to their ends. */
    void finished(ScannedJail jail);

    /** For people: each ban with its evidence, and a summary of each jail. */
    final class Text implements ScanReport {

        private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT);

        private final Environment environment;
        private final ZoneId zone;
        private int bans;

        Text(Environment environment, ZoneId zone) {
            this.environment = environment;
            this.zone = zone;
        }

        @Override
        public void decided(BanKey key, Decision decision) {
            Ban ban = decision.ban();
            String what = switch (decision.kind()) {
                case BAN -> "Ban ";
                case EXTEND -> "Increase Ban ";
                case REFUSED -> "Not banned ";
                case EXPIRED, UNBAN -> "Over ";
            };
            bans += decision.kind() == Decision.Kind.BAN ? 1 : 0;
            String why = decision.ignoredBy() == null ? "" : ", but ignored by " + decision.ignoredBy();
            println(time(ban.sinceMs()) + " [" + key.jail() + "] " + what + key.id() + ' ' + duration(ban) + ": "
                    + count(ban.count(), "failure") + spread(ban.evidence()) + why);
            for (Attempt attempt : ban.evidence()) {
                println("    " + attempt.path() + ": " + attempt.line());
            }
        }

        @Override
        public void finished(ScannedJail jail) {
            println("[" + jail.name() + "] " + count(jail.lines(), "line") + ", "
                    + count(jail.failures(), "failure") + " of " + count(jail.offenders(), "offender") + ", "
                    + count(bans, "ban"));
            if (jail.names() > 0) {
                println("[" + jail.name() + "] " + count(jail.names(), "failure")
                        + " left out: a host name stands in the offender's place, and names are not looked up");
            }
            if (jail.exhausted() > 0) {
                println("[" + jail.name() + "] " + count(jail.exhausted(), "line")
                        + " given up: too costly to match, nothing is known of them");
            }
            bans = 0;
        }

        private String duration(Ban ban) {
            return ban.untilMs() == Ban.NEVER
                    ? "for ever"
                    : "for " + DurationText.of(Duration.ofMillis(ban.untilMs() - ban.sinceMs())) + ", until "
                            + time(ban.untilMs());
        }

        private static String spread(List<Attempt> evidence) {
            if (evidence.size() < 2) {
                return "";
            }
            long ms =
                    evidence.get(evidence.size() - 1).timeMs() - evidence.get(0).timeMs();
            return " in " + DurationText.of(Duration.ofMillis(ms));
        }

        private String time(long ms) {
            return TIME.format(Instant.ofEpochMilli(ms).atZone(zone));
        }

        private static String count(long n, String what) {
            return String.format(Locale.ROOT, "%,d %s%s", n, what, n == 1 ? "" : "s");
        }

        private void println(String line) {
            environment.out().println(LogForm.oneLine(line));
        }
    }

    /** For programs: one event a line, in the form of the {@code events} topic. */
    final class Json implements ScanReport {

        private static final String BY = "fleetban scan";

        private final Environment environment;
        private final JsonCodec<BanEvent> codec = JsonCodec.of(BanEvent.class);

        Json(Environment environment) {
            this.environment = environment;
        }

        @Override
        public void decided(BanKey key, Decision decision) {
            BanEvent event = BanRecords.event(
                    key, decision, BY, null, Instant.ofEpochMilli(decision.ban().sinceMs()));
            environment.out().println(new String(codec.encode(event), StandardCharsets.UTF_8));
        }

        @Override
        public void finished(ScannedJail jail) {
            if (jail.exhausted() > 0) {
                environment.say("[" + jail.name() + "] " + jail.exhausted()
                        + " lines given up: too costly to match, nothing is known of them");
            }
        }
    }
}
