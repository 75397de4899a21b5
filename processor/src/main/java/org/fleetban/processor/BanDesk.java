package org.fleetban.processor;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;
import org.fleetban.engine.config.JailDefinition;
import org.fleetban.engine.jail.Ban;
import org.fleetban.engine.jail.Decision;
import org.fleetban.engine.jail.OffenderState;
import org.fleetban.protocol.BanEvent;
import org.fleetban.protocol.BanKey;
import org.jspecify.annotations.Nullable;

/**
 * Carries decisions out: messages first, then deadlines, then the state, then off they go. A crash between any two of
 * these steps leaves what a restart completes.
 */
final class BanDesk {

    private static final String BY_RULE = "fleetban";

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

    /** Stores a new state that only counts one more failure. */
    void count(BanKey key, OffenderState before, OffenderState after) {
        watch(key, before, after);
        offenders.count(key, after);
    }

    /** An offender who is known is forgotten at some time. */
    private void watch(BanKey key, OffenderState before, OffenderState after) {
        if (before == OffenderState.NEW) {
            deadlines.add(Deadlines.Kind.FORGET, firstLook(key, after), key);
        }
    }

    /**
     * Stores a new state and tells the world what was decided.
     *
     * @param before the state as stored; {@link OffenderState#NEW} where there is none
     */
    void apply(BanKey key, OffenderState before, OffenderState after, List<Decision> decisions, Author author) {
        for (Decision decision : decisions) {
            note(key, decision, author);
            outbox.keep();
        }
        Ban ban = after.ban();
        if (ban != null && ban.isStanding() && !decisions.isEmpty()) {
            deadlines.add(Deadlines.Kind.LIFT, ban.untilMs(), key);
        }
        watch(key, before, after);
        offenders.put(key, after);
        outbox.send();
    }

    /**
     * Says once more in the table what the state says, where somebody else may have said something else. An offender who is not
     * known is about to be: the failures for which another processor banned are read again.
     */
    void tellAgain(BanKey key) {
        OffenderState state = offenders.look(key);
        Ban ban = state.ban();
        if (ban != null && ban.isStanding()) {
            JailDefinition jail = definition(key.jail());
            if (jail != null) { // without it nobody knows the ports any more, and the ban would be of all
                outbox.tableOnly(key, BanRecords.record(key, ban, jail));
            }
        } else if (state != OffenderState.NEW) {
            outbox.tableOnly(key, null);
        }
    }

    /**
     * What becomes of a ban whose time is over.
     *
     * @param after the state without it
     */
    record Lift(BanKey key, OffenderState after, Decision decision) {}

    /** Notes that a ban is over; if that fails, nothing is noted. */
    void note(Lift lift, Author author) {
        note(lift.key(), lift.decision(), author);
    }

    /** Stores and tells that the bans of what was noted are over, some dozens at once: in the same order of steps. */
    void carryOut(List<Lift> lifts) {
        outbox.keep();
        lifts.forEach(lift -> offenders.lay(lift.key(), lift.after()));
        outbox.send();
    }

    /** Any moment will do: the sweeper looks at the state and comes back when it is time. This one mostly is the right one. */
    private long firstLook(BanKey key, OffenderState state) {
        Jail jail = registry.jails().named(key.jail());
        return jail == null ? state.settledMs() : jail.rules().forgetAtMs(state);
    }

    private void note(BanKey key, Decision decision, Author author) {
        figures.count(key.jail(), decision.kind().name().toLowerCase(Locale.ROOT));
        BanEvent event =
                BanRecords.event(key, decision, author.by(), author.reason(), Instant.ofEpochMilli(clock.getAsLong()));
        switch (decision.kind()) {
            case BAN, EXTEND ->
                outbox.change(
                        key,
                        event,
                        decision.kind() == Decision.Kind.BAN,
                        BanRecords.record(key, decision.ban(), definition(key.jail())));
            case UNBAN -> outbox.change(key, event, false, null);
            case EXPIRED -> outbox.event(key, event, isNew(decision));
            case REFUSED -> outbox.event(key, event, false);
        }
    }

    /** A ban that was over when it was decided may have been extended, too. */
    private static boolean isNew(Decision decision) {
        return decision.event().equals(decision.ban().event());
    }

    private @Nullable JailDefinition definition(String name) {
        Jail jail = registry.jails().named(name);
        return jail == null ? null : jail.definition();
    }
}
