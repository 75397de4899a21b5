package org.fleetban.processor;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.kafka.common.KafkaException;
import org.fleetban.engine.jail.Ban;
import org.fleetban.engine.jail.Decision;
import org.fleetban.engine.jail.EventId;
import org.fleetban.engine.jail.JailRules;
import org.fleetban.engine.jail.OffenderState;
import org.fleetban.protocol.BanKey;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lifts bans whose time is over, and forgets offenders of whom nothing matters any more; a pass takes a bounded time, so
 * that a hundred thousand bans that end in one second do not hold up new ones.
 */
final class Sweeper {

    /** Of one pass, between which a thread reads on ({@link SweepShare}). */
    private static final long BUDGET_NANOS = 4_000_000;

    private static final long TRY_AGAIN_MS = 3_600_000;

    private static final Logger LOG = LoggerFactory.getLogger(Sweeper.class);

    private static final BanDesk.Author BY_TIME =
            new BanDesk.Author(BanDesk.Author.RULES.by(), "the ban's time is over");

    private final JailRegistry registry;
    private final OffenderStore offenders;
    private final Deadlines deadlines;
    private final BanDesk desk;
    private final Figures figures;
    private final LongSupplier clock;
    private long newestFailureMs = Long.MIN_VALUE;

    Sweeper(
            JailRegistry registry,
            OffenderStore offenders,
            Deadlines deadlines,
            BanDesk desk,
            Figures figures,
            LongSupplier clock) {
        this.registry = registry;
        this.offenders = offenders;
        this.deadlines = deadlines;
        this.desk = desk;
        this.figures = figures;
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
                    Deadlines.Kind.FORGET,
                    logClock,
                    keys -> forEach(Deadlines.Kind.FORGET, keys, logClock, key -> forget(key, logClock)),
                    goOn);
        }
        return !all;
    }

    private void lift(Set<BanKey> keys, long now) {
        List<BanDesk.Lift> lifts = new ArrayList<>(keys.size());
        forEach(Deadlines.Kind.LIFT, keys, now, key -> {
            OffenderState before = offenders.look(key);
            Ban ban = before.ban();
            if (ban != null && ban.isStanding() && ban.untilMs() <= now) {
                String event = EventId.of("lift", key.toString(), ban.event(), Long.toString(ban.untilMs()));
                Decision decision = new Decision(Decision.Kind.UNBAN, event, ban.over(), null);
                BanDesk.Lift lift = new BanDesk.Lift(key, JailRules.lift(before), decision);
                desk.note(lift, BY_TIME);
                lifts.add(lift);
            }
        });
        desk.carryOut(lifts);
    }

    /** An offender whose state can't be read holds up no other; it is looked at again later. */
    private void forEach(Deadlines.Kind kind, Set<BanKey> keys, long now, Consumer<BanKey> action) {
        for (BanKey key : keys) {
            try {
                action.accept(key);
            } catch (KafkaException e) {
                throw e;
            } catch (RuntimeException e) {
                figures.count("deadlines.failed");
                LOG.error("{} of {} failed, and is tried again in an hour", kind, key, e);
                deadlines.add(kind, now + TRY_AGAIN_MS, key);
            }
        }
    }

    private void forget(BanKey key, long logClock) {
        OffenderState state = offenders.look(key);
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
