package org.fleetban.engine.jail;

import java.util.ArrayList;
import java.util.List;
import org.fleetban.engine.config.JailDefinition;
import org.jspecify.annotations.Nullable;

/**
 * The rules of a jail, compiled: immutable and pure. The same failures lead to the same decisions in whatever order they
 * arrive within the window, and a failure that arrives twice changes nothing.
 *
 * <p>Counting is the sliding window of jail.conf(5): a ban when {@code maxretry} failures lie within less than
 * {@code findtime}. fail2ban itself estimates a rate; {@code docs/differences.md} has the cases.
 */
public final class JailRules {

    /**
     * How far failures of different hosts may lag behind one another in log time and still be counted together, where the
     * ban is long enough to matter that late.
     */
    public static final long MAX_LATENESS_MS = 24L * 60 * 60 * 1000;

    /** How long a ban is remembered at least, for {@code bantime.increment}: fail2ban's {@code dbpurgeage}. */
    static final long MEMORY_MS = 24L * 60 * 60 * 1000;

    /**
     * The lines that are kept of a window, and of a ban, whatever {@code maxmatches} allows: a state must fit into a record
     * of its changelog.
     */
    static final int MAX_EVIDENCE_BYTES = 150_000;

    /** A character of text is so many bytes at most; a surrogate pair, two characters, is four. */
    private static final int UTF8_BYTES = 3;

    /** An extension by less than this, or a tenth of the ban, is not worth telling every host. */
    private static final long WORTH_EXTENDING_MS = 60_000;

    private final int maxRetry;
    private final long findTimeMs;
    private final long latenessMs;
    private final int maxMatches;
    private final BanTimes banTimes;

    private JailRules(int maxRetry, long findTimeMs, int maxMatches, BanTimes banTimes) {
        this.maxRetry = maxRetry;
        this.findTimeMs = findTimeMs;
        this.latenessMs = Math.min(MAX_LATENESS_MS, banTimes.baseMs());
        this.maxMatches = maxMatches;
        this.banTimes = banTimes;
    }

    /**
     * Compiles a jail's rules.
     *
     * @throws JailException if an option can't be used, such as a formula that is none
     */
    public static JailRules compile(JailDefinition jail) throws JailException {
        if (jail.maxRetry() < 1) {
            throw new JailException("maxretry = " + jail.maxRetry() + ": expected at least 1");
        }
        if (jail.findTime().isNegative() || jail.findTime().isZero()) {
            throw new JailException("findtime = " + jail.findTime().toSeconds() + ": expected at least a second");
        }
        return new JailRules(
                jail.maxRetry(),
                jail.findTime().toMillis(),
                Math.max(0, jail.maxMatches()),
                BanTimes.compile(jail.banTime(), jail.increment()));
    }

    /** Whether {@code bantime.overalljails} asks for the bans of other jails. */
    public boolean countsOtherJails() {
        return banTimes.countsOtherJails();
    }

    /**
     * Counts a failure.
     *
     * @param offender names the offender in this jail, unlike any other: part of the identity of events
     * @param state what is known of the offender
     * @param attempt the failure
     * @param around what decisions depend on
     */
    public Judgement judge(String offender, OffenderState state, Attempt attempt, Circumstances around) {
        if (attempt.timeMs() <= state.settledMs() || isUnderPermanentBan(state)) {
            return new Judgement(Judgement.Outcome.SETTLED, state, List.of());
        }
        List<Attempt> window = new ArrayList<>(state.window());
        Judgement.Outcome outcome = insert(window, attempt);
        if (outcome != Judgement.Outcome.COUNTED) {
            return new Judgement(outcome, state, List.of());
        }
        return decide(offender, new OffenderState(window, state.settledMs(), state.ban()), around);
    }

    private static boolean isUnderPermanentBan(OffenderState state) {
        Ban ban = state.ban();
        return ban != null && ban.isStanding() && ban.untilMs() == Ban.NEVER;
    }

    private Judgement.Outcome insert(List<Attempt> window, Attempt attempt) {
        int at = window.size();
        while (at > 0 && Attempt.ORDER.compare(window.get(at - 1), attempt) > 0) {
            at--;
        }
        for (Attempt known : window) {
            if (known.isSameLine(attempt)) {
                return Judgement.Outcome.DUPLICATE;
            }
        }
        if (!window.isEmpty() && attempt.timeMs() < oldestThatMatters(window)) {
            return Judgement.Outcome.SETTLED;
        }
        window.add(at, attempt);
        long oldest = oldestThatMatters(window);
        window.removeIf(known -> known.timeMs() < oldest);
        keepNewestLines(window);
        return Judgement.Outcome.COUNTED;
    }

    private long oldestThatMatters(List<Attempt> window) {
        return window.get(window.size() - 1).timeMs() - findTimeMs - latenessMs;
    }

    private void keepNewestLines(List<Attempt> window) {
        int kept = fitting(window);
        for (int i = 0; i < window.size() - kept; i++) {
            window.set(i, window.get(i).withoutLine());
        }
    }

    /** How many of the newest may keep their lines. */
    private int fitting(List<Attempt> attempts) {
        int bytes = 0;
        int kept = 0;
        while (kept < maxMatches && kept < attempts.size()) {
            bytes +=
                    UTF8_BYTES * attempts.get(attempts.size() - 1 - kept).line().length();
            if (bytes > MAX_EVIDENCE_BYTES) {
                return kept;
            }
            kept++;
        }
        return kept;
    }

    /**
     * Decides as long as there is something to decide. What lies before a full window that was passed over can decide
     * nothing more than that window could, so it goes: a flood during a ban does not grow the state.
     */
    private Judgement decide(String offender, OffenderState counted, Circumstances around) {
        OffenderState state = counted;
        List<Decision> decisions = new ArrayList<>();
        int passedOver = -1;
        int deciding = nextFullWindow(state.window(), 0);
        while (deciding >= 0) {
            OffenderState settled = decideAt(deciding, offender, state, around, decisions);
            if (settled == null) {
                passedOver = deciding;
                deciding = nextFullWindow(state.window(), deciding + 1);
            } else {
                state = settled;
                passedOver = -1;
                deciding = nextFullWindow(state.window(), 0);
            }
        }
        if (passedOver >= maxRetry) {
            List<Attempt> window = state.window();
            state = new OffenderState(
                    window.subList(passedOver - maxRetry + 1, window.size()), state.settledMs(), state.ban());
        }
        return new Judgement(Judgement.Outcome.COUNTED, state, decisions);
    }

    /** The first failure at or after an index that completes maxretry failures within less than findtime; or -1. */
    private int nextFullWindow(List<Attempt> window, int from) {
        for (int i = Math.max(from, maxRetry - 1); i < window.size(); i++) {
            if (window.get(i).timeMs() - window.get(i - maxRetry + 1).timeMs() < findTimeMs) {
                return i;
            }
        }
        return -1;
    }

    /** Decides on the full window that ends at an index; null where the standing ban is long enough already. */
    private @Nullable OffenderState decideAt(
            int deciding, String offender, OffenderState state, Circumstances around, List<Decision> decisions) {
        List<Attempt> full = state.window().subList(deciding - maxRetry + 1, deciding + 1);
        long atMs = full.get(maxRetry - 1).timeMs();
        Ban before = state.ban();
        String ignoredBy = around.ignoredBy();
        Ban after;
        if (ignoredBy != null) {
            after = before != null && before.status() != Ban.Status.OVER && before.covers(atMs)
                    ? before
                    : refuse(offender, atMs, state.banCount(), full);
            if (after != before) {
                decisions.add(new Decision(Decision.Kind.REFUSED, after.event(), after, ignoredBy));
            }
        } else if (before != null && before.status() != Ban.Status.REFUSED && before.covers(atMs)) {
            long untilMs = Ban.end(atMs, before.durationMs());
            if (untilMs - before.untilMs() < Math.min(WORTH_EXTENDING_MS, before.durationMs() / 10)) {
                return null;
            }
            after = extend(before, untilMs, full, around.nowMs());
            String event = EventId.of("extend", offender, Long.toString(atMs));
            decisions.add(new Decision(
                    after.isStanding() ? Decision.Kind.EXTEND : Decision.Kind.EXPIRED, event, after, null));
        } else {
            after = ban(offender, atMs, state.banCount(), full, around);
            decisions.add(new Decision(
                    after.isStanding() ? Decision.Kind.BAN : Decision.Kind.EXPIRED, after.event(), after, null));
        }
        List<Attempt> rest = state.window().stream()
                .filter(attempt -> attempt.timeMs() > atMs)
                .toList();
        return new OffenderState(rest, atMs, after);
    }

    private Ban refuse(String offender, long atMs, int banCount, List<Attempt> full) {
        String event = EventId.of("refused", offender, Long.toString(atMs));
        long durationMs = banTimes.baseMs();
        return new Ban(
                Ban.Status.REFUSED,
                atMs,
                durationMs,
                Ban.end(atMs, durationMs),
                maxRetry,
                banCount,
                event,
                null,
                evidence(List.of(), full));
    }

    private Ban extend(Ban before, long untilMs, List<Attempt> full, long nowMs) {
        return new Ban(
                untilMs > nowMs ? Ban.Status.STANDING : Ban.Status.OVER,
                before.sinceMs(),
                before.durationMs(),
                untilMs,
                before.count() + maxRetry,
                before.number(),
                before.event(),
                before.reason(),
                evidence(before.evidence(), full));
    }

    private Ban ban(String offender, long atMs, int banCount, List<Attempt> full, Circumstances around) {
        String event = EventId.of("ban", offender, Long.toString(atMs));
        int earlier = banCount + (banTimes.countsOtherJails() ? around.bansInOtherJails() : 0);
        long durationMs = banTimes.durationMs(earlier, event);
        long untilMs = Ban.end(atMs, durationMs);
        return new Ban(
                untilMs > around.nowMs() ? Ban.Status.STANDING : Ban.Status.OVER,
                atMs,
                durationMs,
                untilMs,
                maxRetry,
                banCount + 1,
                event,
                null,
                evidence(List.of(), full));
    }

    private List<Attempt> evidence(List<Attempt> before, List<Attempt> full) {
        List<Attempt> all = new ArrayList<>(before);
        all.addAll(full);
        int first = all.size() - fitting(all);
        while (first < all.size() - 1 && all.get(first).line().isEmpty()) {
            first++;
        }
        return all.subList(first, all.size());
    }

    /**
     * Bans by order of an operator. A ban that stands already may only grow longer.
     *
     * @param state what is known of the offender
     * @param atMs when it was ordered
     * @param forMs for how long; {@link Ban#NEVER}: for ever; null: the jail's {@code bantime}
     * @param event identity of the order
     * @param reason the operator's words, or null
     * @return the state with the ban; the given state itself where a longer ban stands
     */
    public OffenderState banByOrder(
            OffenderState state, long atMs, @Nullable Long forMs, String event, @Nullable String reason) {
        Ban before = state.ban();
        long durationMs = forMs == null ? banTimes.baseMs() : forMs;
        long untilMs = Ban.end(atMs, durationMs);
        if (before == null || !before.isStanding()) {
            int number = state.banCount() + 1;
            return settle(
                    state,
                    atMs,
                    new Ban(Ban.Status.STANDING, atMs, durationMs, untilMs, 0, number, event, reason, List.of()));
        }
        if (before.untilMs() >= untilMs) {
            return state;
        }
        Ban after = new Ban(
                Ban.Status.STANDING,
                before.sinceMs(),
                durationMs,
                untilMs,
                before.count(),
                before.number(),
                before.event(),
                reason,
                before.evidence());
        return settle(state, atMs, after);
    }

    /**
     * Lifts a standing ban by order of an operator, and forgives all failures up to then.
     *
     * @param state what is known of the offender
     * @param atMs when it was ordered
     */
    public static OffenderState unbanByOrder(OffenderState state, long atMs) {
        Ban before = state.ban();
        return settle(state, atMs, before == null ? null : before.endedAt(atMs));
    }

    /** Lifts a ban whose time is over. */
    public static OffenderState lift(OffenderState state) {
        Ban before = state.ban();
        return new OffenderState(state.window(), state.settledMs(), before == null ? null : before.over());
    }

    private static OffenderState settle(OffenderState state, long atMs, @Nullable Ban ban) {
        List<Attempt> rest = state.window().stream()
                .filter(attempt -> attempt.timeMs() > atMs)
                .toList();
        return new OffenderState(rest, Math.max(state.settledMs(), atMs), ban);
    }

    /**
     * When nothing about the offender can matter any more, in log time; {@link Ban#NEVER} while a ban stands for ever.
     * Failures are kept for {@code findtime} and the lateness that other hosts are granted; bans for a day or three times
     * their length, as fail2ban's database keeps them.
     */
    public long forgetAtMs(OffenderState state) {
        List<Attempt> window = state.window();
        long forgetAt = window.isEmpty()
                ? Long.MIN_VALUE
                : window.get(window.size() - 1).timeMs();
        forgetAt = Math.max(forgetAt, state.settledMs());
        forgetAt = forgetAt == Long.MIN_VALUE ? forgetAt : forgetAt + findTimeMs + latenessMs;
        Ban ban = state.ban();
        if (ban == null) {
            return forgetAt;
        }
        if (ban.isStanding()) {
            return Math.max(forgetAt, ban.untilMs());
        }
        long memoryMs = ban.durationMs() > Ban.NEVER / 3 ? MEMORY_MS : Math.max(MEMORY_MS, 3 * ban.durationMs());
        return Math.max(forgetAt, Ban.end(ban.sinceMs(), memoryMs));
    }
}
