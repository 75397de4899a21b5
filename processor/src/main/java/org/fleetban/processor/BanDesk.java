package org.fleetban.processor;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.fleetban.engine.jail.Attempt;
import org.fleetban.engine.jail.Ban;
import org.fleetban.engine.jail.Decision;
import org.fleetban.engine.jail.IpRange;
import org.fleetban.engine.jail.OffenderState;
import org.fleetban.protocol.BanEvent;
import org.fleetban.protocol.BanKey;
import org.fleetban.protocol.BanRecord;
import org.fleetban.protocol.Evidence;
import org.fleetban.protocol.Family;
import org.fleetban.protocol.Scope;
import org.jspecify.annotations.Nullable;

/**
 * Carries decisions out: messages first, then deadlines, then the state, then off they go. A crash between any two of
 * these steps leaves what a restart completes.
 */
final class BanDesk {

    private static final String BY_RULE = "fleetban";
    private static final int MAX_EVIDENCE_CHARS = 100_000;

    private final JailRegistry registry;
    private final OffenderStore offenders;
    private final Deadlines deadlines;
    private final Outbox outbox;
    private final Figures figures;
    private final LongSupplier clock;

    BanDesk(
            JailRegistry registry,
            OffenderStore offenders,
            Deadlines deadlines,
            Outbox outbox,
            Figures figures,
            LongSupplier clock) {
        this.registry = registry;
        this.offenders = offenders;
        this.deadlines = deadlines;
        this.outbox = outbox;
        this.figures = figures;
        this.clock = clock;
    }

    /** Who decided, and in which words. */
    record Author(String by, @Nullable String reason) {
        static final Author RULES = new Author(BY_RULE, null);
    }

    /**
     * Stores a new state and tells the world what was decided.
     *
     * @param before the state as stored; {@link OffenderState#NEW} where there is none
     */
    void apply(BanKey key, OffenderState before, OffenderState after, List<Decision> decisions, Author author) {
        for (Decision decision : decisions) {
            note(key, decision, author);
        }
        Ban ban = after.ban();
        if (ban != null && ban.isStanding() && !decisions.isEmpty()) {
            deadlines.add(Deadlines.Kind.LIFT, ban.untilMs(), key);
        }
        if (before == OffenderState.NEW) {
            deadlines.add(Deadlines.Kind.FORGET, firstLook(after), key);
        }
        offenders.put(key, after);
        outbox.send();
    }

    /** Any moment will do: the sweeper looks at the state and comes back when it is time. */
    private static long firstLook(OffenderState state) {
        List<Attempt> window = state.window();
        return window.isEmpty()
                ? state.settledMs()
                : window.get(window.size() - 1).timeMs();
    }

    private void note(BanKey key, Decision decision, Author author) {
        figures.count(key.jail() + '.' + decision.kind().name().toLowerCase(java.util.Locale.ROOT));
        BanEvent event = event(key, decision, author);
        switch (decision.kind()) {
            case BAN, EXTEND -> outbox.change(key, event, record(key, decision.ban()));
            case UNBAN -> outbox.change(key, event, null);
            case EXPIRED, REFUSED -> outbox.event(key, event);
        }
    }

    private BanEvent event(BanKey key, Decision decision, Author author) {
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
                Instant.ofEpochMilli(clock.getAsLong()),
                Instant.ofEpochMilli(ban.sinceMs()),
                instant(ban.untilMs()),
                ban.count(),
                ban.number(),
                author.by(),
                decision.ignoredBy() == null ? author.reason() : decision.ignoredBy(),
                evidence(ban));
    }

    private BanRecord record(BanKey key, Ban ban) {
        Jail jail = registry.jails().named(key.jail());
        return new BanRecord(
                key.jail(),
                key.id(),
                family(key.id()),
                jail == null ? null : jail.definition().ports(),
                jail == null ? null : jail.definition().protocol(),
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
        int chars = 0;
        for (int i = attempts.size() - 1; i >= 0 && chars < MAX_EVIDENCE_CHARS; i--) {
            Attempt attempt = attempts.get(i);
            chars += attempt.line().length() + attempt.path().length();
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
}
