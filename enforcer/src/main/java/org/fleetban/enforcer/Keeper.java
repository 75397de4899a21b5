package org.fleetban.enforcer;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.fleetban.enforcer.firewall.Audit;
import org.fleetban.enforcer.firewall.Change;
import org.fleetban.enforcer.firewall.Firewall;
import org.fleetban.enforcer.firewall.FirewallException;
import org.fleetban.enforcer.firewall.Group;
import org.fleetban.enforcer.firewall.Holdings;
import org.fleetban.enforcer.firewall.Network;
import org.fleetban.enforcer.firewall.Target;
import org.fleetban.protocol.Family;
import org.jspecify.annotations.Nullable;

/** Keeps a firewall equal to a table of bans: by what changed, and by comparing everything. */
final class Keeper {

    /** Entries in one batch: what the tools take in well under a second. */
    private static final int BATCH = 20_000;

    /** What rounding to seconds and the time between reading and comparing may amount to. */
    private static final long TOLERANCE_MS = 3_000;

    /** Kernels take at most 24 days; an entry that is to stand longer is renewed when it has less than this left. */
    private static final long LONG_MS = Duration.ofDays(20).toMillis();

    /** What the tools refuse may be taken later: a kernel module is loaded, memory is free. */
    private static final long ASK_AGAIN_MS = Duration.ofMinutes(5).toMillis();

    private static final Refusal NO_ROOM = new Refusal(
            Refusal.Reason.NO_ROOM, "the firewall holds " + EnforcerSettings.PREFIX + "capacity entries of it");

    /** The end of an entry that the firewall holds with another end than it should. */
    private static final long UNKNOWN = 0;

    private final Firewall firewall;
    private final int capacity;
    private final Clock clock;

    private final Map<Target, Long> applied = new HashMap<>();
    private final Map<Place, Integer> sizes = new HashMap<>();
    private final Map<Target, Unheld> unheld = new HashMap<>();

    /** The groups that are laid out, and those that the tools refuse to lay out. */
    private SortedSet<Group> groups = new TreeSet<>();

    private final Map<Group, Unheld> refusedGroups = new HashMap<>();
    private Map<String, Audit.Traffic> traffic = Map.of();

    /** Why the firewall does not hold an entry that it should, and when to try again, in ms since the epoch. */
    private record Unheld(Refusal refusal, long again) {}

    Keeper(Firewall firewall, int capacity, Clock clock) {
        this.firewall = firewall;
        this.capacity = capacity;
        this.clock = clock;
    }

    private record Place(Group group, Family family) {}

    /** Whether an entry would be the first of its group. */
    boolean opensGroup(Set<Target> targets) {
        return targets.stream()
                .map(Target::group)
                .anyMatch(group -> !groups.contains(group) && !refusedGroups.containsKey(group));
    }

    /** Carries the changed entries over. */
    void carry(BanTable table, Set<Target> changed) throws FirewallException {
        Plan plan = new Plan();
        for (Target target : changed) {
            plan.compare(target, table.until(target), applied.get(target));
        }
        askAgain(table, plan);
        run(plan, Set.of());
    }

    /**
     * Compares everything that the firewall holds with the table, and applies the difference.
     *
     * @param prune whether to remove what the table does not have; false as long as the table may be incomplete
     * @return what was not as it should be, in words
     */
    List<String> reconcile(BanTable table, boolean prune) throws FirewallException {
        SortedSet<Group> wanted = new TreeSet<>();
        table.targets().forEach(target -> wanted.add(target.group()));
        if (!prune) {
            wanted.addAll(groups);
        }
        long before = clock.millis();
        forgetRefusals(before);
        unheld.keySet().retainAll(table.targets());
        wanted.removeAll(refusedGroups.keySet());
        Holdings holdings = firewall.read(wanted);
        Reading reading = new Reading(before, clock.millis());
        traffic = holdings.audit().refused();
        groups = standing(wanted, holdings);
        applied.clear();
        sizes.clear();
        Plan plan = new Plan();
        int extra = 0;
        for (Group group : wanted) {
            for (Map.Entry<Network, Long> held :
                    holdings.groups().getOrDefault(group.name(), Map.of()).entrySet()) {
                Target target = new Target(group, held.getKey());
                Optional<Long> until = table.until(target);
                if (until.isPresent()) {
                    enter(
                            target,
                            reading.agrees(held.getValue(), until.get(), firewall.endsEntries())
                                    ? until.get()
                                    : UNKNOWN);
                } else if (prune && held.getValue() > TOLERANCE_MS) {
                    enter(target, UNKNOWN);
                    plan.removals.add(target);
                    extra++;
                }
            }
        }
        int missing = 0;
        int renewed = 0;
        for (Target target : table.targets()) {
            Long have = applied.get(target);
            Optional<Long> until = table.until(target);
            if (plan.compare(target, until, have)) {
                missing += have == null ? 1 : 0;
                renewed += have == null ? 0 : 1;
            }
        }
        List<String> faults = new ArrayList<>(holdings.audit().faults());
        describe(faults, missing, "missing");
        describe(faults, extra, "that nobody asked for");
        describe(faults, renewed, "with another end");
        if (!holdings.audit().faults().isEmpty()) {
            layOut(wanted);
        }
        Set<String> dropped = new HashSet<>();
        if (prune) {
            dropped.addAll(holdings.groups().keySet());
            wanted.forEach(group -> dropped.remove(group.name()));
        }
        run(plan, dropped);
        return faults;
    }

    /** Whether a cheap look finds the firewall as it was left. */
    List<String> audit() throws FirewallException {
        Audit audit = firewall.audit(groups);
        if (!audit.refused().isEmpty()) {
            traffic = audit.refused();
        }
        List<String> faults = new ArrayList<>(audit.faults());
        Map<String, Long> expected = new HashMap<>();
        sizes.forEach((place, size) -> expected.merge(place.group().name(), (long) size, Long::sum));
        audit.sizes().forEach((group, size) -> {
            long wanted = expected.getOrDefault(group, 0L);
            if (size < wanted) {
                faults.add("group " + group + " holds " + size + " entries of " + wanted);
            }
        });
        return faults;
    }

    long applied() {
        return applied.size();
    }

    /** Whether the firewall holds an entry. */
    boolean holds(Target target) {
        return applied.containsKey(target);
    }

    /** Why the firewall does not hold an entry; empty: nothing keeps it from it. */
    Optional<Refusal> refusal(Target target) {
        return Optional.ofNullable(unheld.get(target)).map(Unheld::refusal);
    }

    /** Entries that the firewall does not hold although it should. */
    Stream<Target> unheldTargets() {
        return unheld.keySet().stream();
    }

    /** How many entries are not held, by reason. */
    Map<Refusal.Reason, Long> unheld() {
        return unheld.values().stream()
                .collect(Collectors.groupingBy(entry -> entry.refusal().reason(), Collectors.counting()));
    }

    /** Whether an entry that was not taken should be tried again now. */
    boolean shouldAskAgain() {
        long now = clock.millis();
        return unheld.values().stream().anyMatch(entry -> entry.again() <= now);
    }

    /** Refused packets by jail. */
    Map<String, Audit.Traffic> traffic() {
        Map<String, Audit.Traffic> byJail = new HashMap<>();
        for (Group group : groups) {
            byJail.merge(
                    group.jail(), traffic.getOrDefault(group.name(), new Audit.Traffic(0, 0)), Audit.Traffic::plus);
        }
        return byJail;
    }

    private void askAgain(BanTable table, Plan plan) {
        List<Target> due = forgetRefusals(clock.millis());
        due.forEach(target -> plan.compare(target, table.until(target), applied.get(target)));
    }

    /** What was refused long enough ago to be tried again. */
    private List<Target> forgetRefusals(long now) {
        refusedGroups.values().removeIf(entry -> entry.again() <= now);
        List<Target> due = unheld.entrySet().stream()
                .filter(entry -> entry.getValue().again() <= now)
                .map(Map.Entry::getKey)
                .toList();
        due.forEach(unheld::remove);
        return due;
    }

    /** What is laid out as far as we know: groups that we laid out, or that an earlier process left. */
    private SortedSet<Group> standing(SortedSet<Group> wanted, Holdings holdings) {
        SortedSet<Group> standing = new TreeSet<>(wanted);
        standing.removeIf(group -> !groups.contains(group) && !holdings.groups().containsKey(group.name()));
        return standing;
    }

    /** When entries were read: each at some moment between the two, in milliseconds since the epoch. */
    private record Reading(long from, long to) {

        boolean agrees(long remaining, long until, boolean kernelEnds) {
            if (until == Ban.FOR_EVER) {
                return remaining == Holdings.PERMANENT;
            }
            if (remaining == Holdings.PERMANENT) {
                return !kernelEnds;
            }
            return until - to > LONG_MS
                    ? remaining > LONG_MS
                    : from + remaining - TOLERANCE_MS <= until && until <= to + remaining + TOLERANCE_MS;
        }
    }

    /** An entry to add; how long it is to stand is known when it is added, which may be batches later. */
    private record Addition(Target target, long until, boolean renewal) {

        Change.Addition at(long now) {
            return new Change.Addition(
                    target, until == Ban.FOR_EVER ? null : Duration.ofMillis(Math.max(1, until - now)), renewal);
        }
    }

    private void run(Plan plan, Set<String> dropped) throws FirewallException {
        for (int i = 0; i < plan.additions.size(); i += BATCH) {
            add(plan.additions.subList(i, Math.min(i + BATCH, plan.additions.size())));
        }
        if (!plan.removals.isEmpty() || !dropped.isEmpty()) {
            firewall.apply(new Change(groups, List.of(), plan.removals, dropped));
            plan.removals.forEach(this::leave);
        }
        plan.ended.forEach(this::leave);
    }

    /** Adds a batch; if it is refused, everything in it but the entries and the groups that are refused. */
    private void add(List<Addition> batch) throws FirewallException {
        SortedSet<Group> wanted = new TreeSet<>(groups);
        batch.forEach(addition -> wanted.add(addition.target().group()));
        wanted.removeAll(refusedGroups.keySet());
        Bisection.Attempt<Addition> attempt = part -> {
            long now = clock.millis();
            List<Change.Addition> timed = part.stream()
                    .filter(addition -> groups.contains(addition.target().group()))
                    .map(addition -> addition.at(now))
                    .toList();
            firewall.apply(new Change(groups, timed, List.of(), Set.of()));
        };
        Bisection<Addition> bisection = new Bisection<>(attempt);
        SortedSet<Group> before = groups;
        try {
            groups = wanted;
            try {
                attempt.with(batch);
            } catch (FirewallException e) {
                groups = before;
                layOut(wanted);
                bisection.run(batch);
            }
        } finally {
            long again = clock.millis() + ASK_AGAIN_MS;
            bisection.refused().forEach((addition, why) -> {
                Refusal refusal = new Refusal(Refusal.Reason.FIREWALL_REFUSES, why);
                unheld.put(addition.target(), new Unheld(refusal, again));
            });
        }
        for (Addition addition : batch) {
            Unheld group = refusedGroups.get(addition.target().group());
            if (group != null) {
                unheld.put(addition.target(), group);
            } else if (!bisection.refused().containsKey(addition)) {
                enter(addition.target(), addition.until());
            }
        }
    }

    /** Lays out all groups but those that are refused; nothing of a refused one stays. */
    private void layOut(SortedSet<Group> wanted) throws FirewallException {
        Bisection<Group> bisection = new Bisection<>(part -> {
            SortedSet<Group> more = new TreeSet<>(groups);
            more.addAll(part);
            firewall.apply(Change.layout(more));
            groups = more;
        });
        List<Group> added = new ArrayList<>(wanted);
        added.removeAll(groups);
        added.removeAll(refusedGroups.keySet());
        bisection.run(added);
        long again = clock.millis() + ASK_AGAIN_MS;
        Set<String> remains = new HashSet<>();
        bisection.refused().forEach((group, why) -> {
            refusedGroups.put(group, new Unheld(new Refusal(Refusal.Reason.FIREWALL_REFUSES, why), again));
            remains.add(group.name());
        });
        if (!remains.isEmpty()) {
            firewall.apply(new Change(groups, List.of(), List.of(), remains));
        }
    }

    private void enter(Target target, long until) {
        if (applied.put(target, until) == null) {
            sizes.merge(place(target), 1, Integer::sum);
        }
    }

    private void leave(Target target) {
        if (applied.remove(target) != null) {
            sizes.merge(place(target), -1, Integer::sum);
        }
    }

    private static Place place(Target target) {
        return new Place(target.group(), target.network().family());
    }

    private static void describe(List<String> faults, int count, String what) {
        if (count > 0) {
            faults.add(count + (count == 1 ? " entry " : " entries ") + what);
        }
    }

    /** What is to be done, before it is done. */
    private final class Plan {

        private final List<Addition> additions = new ArrayList<>();
        private final List<Target> removals = new ArrayList<>();
        private final List<Target> ended = new ArrayList<>();
        private final Map<Place, Integer> added = new HashMap<>();
        private final long now = clock.millis();

        boolean isEmpty() {
            return additions.isEmpty() && removals.isEmpty();
        }

        /** Plans what makes an entry as wanted; says whether it was otherwise. */
        boolean compare(Target target, Optional<Long> until, @Nullable Long have) {
            if (until.isEmpty()) {
                unheld.remove(target);
                if (have != null) {
                    boolean endedByKernel = firewall.endsEntries() && have != UNKNOWN && have <= now;
                    (endedByKernel ? ended : removals).add(target);
                }
                return have != null;
            }
            if (until.get().equals(have)) {
                return false;
            }
            Unheld refused = unheld.get(target);
            if (refused != null && refused.again() > now) {
                return false;
            }
            if (have == null && !takePlace(target)) {
                unheld.put(target, new Unheld(NO_ROOM, 0));
                return false;
            }
            unheld.remove(target);
            additions.add(new Addition(target, until.get(), have != null));
            return true;
        }

        private boolean takePlace(Target target) {
            Place place = place(target);
            int taken = sizes.getOrDefault(place, 0) + added.getOrDefault(place, 0);
            if (taken >= capacity) {
                return false;
            }
            added.merge(place, 1, Integer::sum);
            return true;
        }
    }
}
