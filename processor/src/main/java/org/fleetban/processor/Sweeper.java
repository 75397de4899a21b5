package org.fleetban.processor;

import java.util.List;
import java.util.function.LongSupplier;
import org.fleetban.engine.jail.Ban;
import org.fleetban.engine.jail.Decision;
import org.fleetban.engine.jail.EventId;
import org.fleetban.engine.jail.JailRules;
import org.fleetban.engine.jail.OffenderState;
import org.fleetban.protocol.BanKey;

/**
 * Lifts bans whose time is over, and forgets offenders of whom nothing matters any more; a pass takes a bounded time, so
 * that a hundred thousand bans that end in one second do not hold up new ones.
 */
final class Sweeper {

    private static final long BUDGET_NANOS = 40_000_000;

    private final JailRegistry registry;
    private final OffenderStore offenders;
    private final Deadlines deadlines;
    private final Outbox outbox;
    private final BanDesk desk;
    private final LongSupplier clock;
    private long newestLineMs = Long.MIN_VALUE;

    Sweeper(
            JailRegistry registry,
            OffenderStore offenders,
            Deadlines deadlines,
            Outbox outbox,
            BanDesk desk,
            LongSupplier clock) {
        this.registry = registry;
        this.offenders = offenders;
        this.deadlines = deadlines;
        this.outbox = outbox;
        this.desk = desk;
        this.clock = clock;
    }

    /** Advances the clock of the lines, by which offenders are forgotten: an old log read late forgets nothing early. */
    void sawLinesOf(long readMs) {
        newestLineMs = Math.max(newestLineMs, readMs);
    }

    void sweep() {
        long end = System.nanoTime() + BUDGET_NANOS;
        long now = clock.getAsLong();
        deadlines.takeDue(Deadlines.Kind.LIFT, now, key -> lift(key, now), key -> System.nanoTime() < end);
        long lineClock = Math.min(newestLineMs, now);
        if (lineClock > 0) {
            deadlines.takeDue(
                    Deadlines.Kind.FORGET, lineClock, key -> forget(key, lineClock), key -> System.nanoTime() < end);
        }
        outbox.purge(() -> System.nanoTime() < end);
    }

    private void lift(BanKey key, long now) {
        OffenderState before = offenders.get(key);
        Ban ban = before.ban();
        if (ban != null && ban.isStanding() && ban.untilMs() <= now) {
            String event = EventId.of("lift", key.toString(), ban.event(), Long.toString(ban.untilMs()));
            desk.apply(
                    key,
                    before,
                    JailRules.lift(before),
                    List.of(new Decision(Decision.Kind.UNBAN, event, ban.over(), null)),
                    new BanDesk.Author(BanDesk.Author.RULES.by(), "the ban's time is over"));
        }
    }

    private void forget(BanKey key, long lineClock) {
        OffenderState state = offenders.get(key);
        if (state == OffenderState.NEW) {
            return;
        }
        Jail jail = registry.jails().named(key.jail());
        long forgetAt = jail == null ? lineClock : jail.rules().forgetAtMs(state);
        if (forgetAt <= lineClock && !state.isBanned()) {
            offenders.delete(key);
        } else {
            deadlines.add(Deadlines.Kind.FORGET, Math.max(forgetAt, lineClock + 60_000), key);
        }
    }
}
