package org.fleetban.processor;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.fleetban.engine.config.JailDefinition;
import org.fleetban.engine.jail.Attempt;
import org.fleetban.engine.jail.Ban;
import org.fleetban.engine.jail.Decision;
import org.fleetban.engine.jail.IpRange;
import org.fleetban.protocol.BanEvent;
import org.fleetban.protocol.BanKey;
import org.fleetban.protocol.BanRecord;
import org.fleetban.protocol.Evidence;
import org.fleetban.protocol.Family;
import org.fleetban.protocol.Scope;
import org.jspecify.annotations.Nullable;

/** Bans and decisions of the engine in the form in which they travel. */
public final class BanRecords {

    /** Of JSON: an event and its ban are one message of the outbox, and that must fit into a record of the changelog. */
    private static final int MAX_EVIDENCE_BYTES = 300_000;

    private static final int OTHER_FIELDS_BYTES = 1_000;

    private BanRecords() {}

    /**
     * The event of a decision.
     *
     * @param key of the offender
     * @param decision what was decided
     * @param by who decided
     * @param reason why, in words; an ignore rule's own words go before it
     * @param at when it was decided
     */
    public static BanEvent event(BanKey key, Decision decision, String by, @Nullable String reason, Instant at) {
        Ban ban = decision.ban();
        return new BanEvent(
                decision.event(),
                switch (decision.kind()) {
                    case BAN -> BanEvent.Type.BAN;
                    case EXTEND -> BanEvent.Type.EXTEND;
                    case EXPIRED -> BanEvent.Type.EXPIRED;
                    case REFUSED -> BanEvent.Type.REFUSED;
                    case UNBAN -> BanEvent.Type.UNBAN;
                },
                key.jail(),
                key.id(),
                family(key.id()),
                scope(key),
                key.host(),
                at,
                Instant.ofEpochMilli(ban.sinceMs()),
                instant(ban.untilMs()),
                ban.count(),
                ban.number(),
                by,
                decision.ignoredBy() == null ? reason : decision.ignoredBy(),
                evidence(ban));
    }

    /**
     * The entry of a standing ban in the table.
     *
     * @param key of the offender
     * @param ban that stands
     * @param jail that banned, for ports and protocol; null where it is no longer configured
     */
    static BanRecord record(BanKey key, Ban ban, @Nullable JailDefinition jail) {
        return new BanRecord(
                key.jail(),
                key.id(),
                family(key.id()),
                jail == null ? null : jail.ports(),
                jail == null ? null : jail.protocol(),
                scope(key),
                key.host(),
                Instant.ofEpochMilli(ban.sinceMs()),
                instant(ban.untilMs()),
                ban.count(),
                ban.number(),
                ban.reason() == null ? "failures" : ban.reason(),
                ban.event(),
                evidence(ban));
    }

    private static Scope scope(BanKey key) {
        return key.host() == null ? Scope.FLEET : Scope.HOST;
    }

    private static @Nullable Family family(String id) {
        IpRange range = IpRange.parse(id);
        return range == null ? null : range.isV4() ? Family.INET : Family.INET6;
    }

    private static @Nullable Instant instant(long timeMs) {
        return timeMs == Ban.NEVER ? null : Instant.ofEpochMilli(timeMs);
    }

    /** The newest lines that fit into a record of reasonable size. */
    private static List<Evidence> evidence(Ban ban) {
        List<Attempt> attempts = ban.evidence();
        List<Evidence> evidence = new ArrayList<>();
        int bytes = 0;
        for (int i = attempts.size() - 1; i >= 0; i--) {
            Attempt attempt = attempts.get(i);
            bytes += jsonBytes(attempt.line()) + jsonBytes(attempt.path()) + OTHER_FIELDS_BYTES;
            if (bytes > MAX_EVIDENCE_BYTES) {
                break;
            }
            evidence.add(
                    0,
                    new Evidence(
                            attempt.host(),
                            attempt.path(),
                            attempt.file(),
                            attempt.offset(),
                            Instant.ofEpochMilli(attempt.timeMs()),
                            attempt.line()));
        }
        return evidence;
    }

    /** At most so many bytes does a text take in JSON: control characters become six, such as {@code \\u001b}. */
    private static int jsonBytes(String text) {
        return text.chars().map(c -> c < ' ' ? 6 : c < 0x80 ? 2 : 3).sum();
    }
}
