package org.fleetban.enforcer;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.fleetban.enforcer.firewall.Target;
import org.jspecify.annotations.Nullable;

/**
 * The bans that concern this host, and what of them the firewall should hold: for each entry the longest of the bans
 * that ask for it.
 */
final class BanTable {

    /** Another thread reads these two while they change. */
    private final ConcurrentMap<String, Ban> bans = new ConcurrentHashMap<>();

    private final ConcurrentMap<Target, Ban> wanted = new ConcurrentHashMap<>();
    private final Map<String, Refusal> refusals = new HashMap<>();

    /** The keys of the bans that ask for the same entry, where there is more than one. */
    private final Map<Target, Set<String>> shared = new HashMap<>();

    private final PriorityQueue<Ban> ends = new PriorityQueue<>(Comparator.comparingLong(Ban::until));
    private Set<Target> changed = new HashSet<>();
    private final Breaker breaker;
    private Allowlist allowlist;

    BanTable(Allowlist allowlist, Breaker breaker) {
        this.allowlist = allowlist;
        this.breaker = breaker;
    }

    /** What became of a ban that was put. */
    record Outcome(@Nullable Ban before, Optional<Refusal> refusal) {}

    /** Adds a ban that stood already, or replaces the one with its key. */
    Outcome put(Ban ban) {
        return put(ban, false);
    }

    /**
     * The same with a ban that was just decided: the breaker counts it if it is another than the one with its key, or if
     * that one waits.
     */
    Outcome arrive(Ban ban) {
        Ban before = bans.get(ban.key());
        Refusal refusal = refusals.get(ban.key());
        boolean waits = refusal != null && refusal.reason().waits();
        return put(ban, waits || before == null || !Objects.equals(before.target(), ban.target()));
    }

    private Outcome put(Ban ban, boolean arrives) {
        Ban before = remove(ban.key());
        bans.put(ban.key(), ban);
        if (ban.until() != Ban.FOR_EVER) {
            ends.add(ban);
        }
        Optional<Refusal> refusal = refusal(ban, arrives);
        refusal.ifPresentOrElse(reason -> refusals.put(ban.key(), reason), () -> want(ban));
        return new Outcome(before, refusal);
    }

    /** The ban with this key. */
    @Nullable
    Ban get(String key) {
        return bans.get(key);
    }

    /** Whether this very ban is in the table and not refused. */
    boolean isEnforced(Ban ban) {
        return ban.equals(bans.get(ban.key())) && !refusals.containsKey(ban.key());
    }

    /** Removes the ban with this key. */
    @Nullable
    Ban remove(String key) {
        Ban ban = bans.remove(key);
        if (ban != null && refusals.remove(key) == null) {
            unwant(ban);
        }
        return ban;
    }

    /** Removes and returns the bans that are over. */
    List<Ban> expire(long now) {
        List<Ban> over = new ArrayList<>();
        for (Ban next = ends.peek(); next != null && next.until() <= now; next = ends.peek()) {
            ends.remove();
            if (bans.get(next.key()) == next) {
                remove(next.key());
                over.add(next);
            }
        }
        return over;
    }

    /** When the next ban may be over; {@link Ban#FOR_EVER}: none will. */
    long nextEnd() {
        Ban next = ends.peek();
        return next == null ? Ban.FOR_EVER : next.until();
    }

    /** Judges all bans again. */
    void judge(Allowlist current) {
        if (current.equals(allowlist)) {
            return;
        }
        allowlist = current;
        for (Ban ban : bans.values()) {
            Optional<Refusal> refusal = refusal(ban, false);
            boolean refused = refusals.containsKey(ban.key());
            if (refusal.isPresent() && !refused) {
                unwant(ban);
            } else if (refusal.isEmpty() && refused) {
                refusals.remove(ban.key());
                want(ban);
            }
            refusal.ifPresent(reason -> refusals.put(ban.key(), reason));
        }
    }

    /** Until when the firewall should hold an entry; empty: it should not. */
    Optional<Long> until(Target target) {
        return Optional.ofNullable(wanted.get(target)).map(Ban::until);
    }

    /** The ban for which the firewall should hold an entry. Any thread. */
    Optional<Ban> wanting(Target target) {
        return Optional.ofNullable(wanted.get(target));
    }

    /** Every entry that the firewall should hold. */
    Set<Target> targets() {
        return Collections.unmodifiableSet(wanted.keySet());
    }

    /** How many entries changed since the last call of {@link #takeChanged}. */
    int changes() {
        return changed.size();
    }

    /** The entries that changed since the last call. */
    Set<Target> takeChanged() {
        Set<Target> taken = changed;
        changed = new HashSet<>();
        return taken;
    }

    /** The keys of all bans. */
    Set<String> keys() {
        return Collections.unmodifiableSet(bans.keySet());
    }

    /** All bans; another thread may go through them. */
    Collection<Ban> bans() {
        return Collections.unmodifiableCollection(bans.values());
    }

    /** Why bans are refused, by key. */
    Map<String, Refusal> refusals() {
        return Collections.unmodifiableMap(refusals);
    }

    private Optional<Refusal> refusal(Ban ban, boolean arrives) {
        Target target = ban.target();
        if (target == null) {
            breaker.gone(ban.key());
            return Optional.ofNullable(ban.fault());
        }
        return allowlist.refusal(target.network()).or(() -> breaker.judge(ban, target, arrives));
    }

    private void want(Ban ban) {
        Target target = Objects.requireNonNull(ban.target());
        Ban other = wanted.get(target);
        if (other != null) {
            Set<String> keys = shared.computeIfAbsent(target, same -> new HashSet<>());
            keys.add(other.key());
            keys.add(ban.key());
        }
        if (other == null || ban.until() > other.until()) {
            wanted.put(target, ban);
        }
        changed.add(target);
    }

    private void unwant(Ban ban) {
        Target target = Objects.requireNonNull(ban.target());
        Set<String> keys = shared.getOrDefault(target, Set.of());
        Optional<Ban> longest = keys.stream()
                .filter(key -> !key.equals(ban.key()))
                .map(bans::get)
                .filter(Objects::nonNull)
                .max(Comparator.comparingLong(Ban::until));
        if (longest.isPresent()) {
            wanted.put(target, longest.get());
            keys.remove(ban.key());
        } else {
            wanted.remove(target);
            shared.remove(target);
        }
        changed.add(target);
    }
}
