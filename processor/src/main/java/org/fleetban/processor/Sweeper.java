package org.fleetban.processor;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
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

    /** Of one pass: a thread makes one for each of its tasks before it reads on, and a new ban waits for two threads. */
    private static final long BUDGET_NANOS = 4_000_000;

    private static final BanDesk.Author BY_TIME =
            new BanDesk.Author(BanDesk.Author.RULES.by(), "the ban's time is over");

    private final JailRegistry registry;
    private final OffenderStore offenders;
    private final Deadlines deadlines;
    private final BanDesk desk;
    private final LongSupplier clock;
    private long newestFailureMs = Long.MIN_VALUE;

    Sweeper(JailRegistry registry, OffenderStore offenders, Deadlines deadlines, BanDesk desk, LongSupplier clock) {
        this.registry = registry;
        this.offenders = offenders;
        this.deadlines = deadlines;
        this.desk = desk;
        this.clock = clock;
    }

    /** Advances the clock by which offenders are forgotten, log time: an old log read late forgets nothing early. */
    void sawFailureAt(long logMs) {
        newestFailureMs = Math.max(newestFailureMs, logMs);
    }

    /** One pass; returns whether it was over before everything was done that is due. */
    boolean sweep() {
        long end = System.nanoTime() + BUDGET_NANOS;
        BooleanSupplier goOn = () -> System.nanoTime() - end < 0;
        long now = clock.getAsLong();
        boolean all = deadlines.takeDue(Deadlines.Kind.LIFT, now, keys -> lift(keys, now), goOn);
        long logClock = Math.min(newestFailureMs, now);
        if (logClock > 0) {
            all &= deadlines.takeDue(
                    Deadlines.Kind.FORGET, logClock, keys -> keys.forEach(key -> forget(key, logClock)), goOn);
        }
        return !all;
    }

    private void lift(Set<BanKey> keys, long now) {
        List<BanDesk.Lift> lifts = new ArrayList<>(keys.size());
        for (BanKey key : keys) {
            OffenderState before = offenders.get(key);
            Ban ban = before.ban();
            if (ban != null && ban.isStanding() && ban.untilMs() <= now) {
                String event = EventId.of("lift", key.toString(), ban.event(), Long.toString(ban.untilMs()));
                Decision decision = new Decision(Decision.Kind.UNBAN, event, ban.over(), null);
                lifts.add(new BanDesk.Lift(key, JailRules.lift(before), decision));
            }
        }
        desk.lift(lifts, BY_TIME);
    }

    private void forget(BanKey key, long logClock) {
        OffenderState state = offenders.get(key);
        if (state == OffenderState.NEW) {
            return;
        }
        Jail jail = registry.jails().named(key.jail());
        long forgetAt = jail == null ? logClock : jail.rules().forgetAtMs(state);
        if (forgetAt <= logClock && !state.isBanned()) {
            offenders.delete(key);
        } else {
            deadlines.add(Deadlines.Kind.FORGET, Math.max(forgetAt, logClock + 60_000), key);
        }
    }
}
