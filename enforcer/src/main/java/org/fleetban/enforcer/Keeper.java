package org.fleetban.enforcer;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.fleetban.enforcer.firewall.Audit;
import org.fleetban.enforcer.firewall.Change;
import org.fleetban.enforcer.firewall.Entries;
import org.fleetban.enforcer.firewall.Firewall;
import org.fleetban.enforcer.firewall.FirewallException;
import org.fleetban.enforcer.firewall.Group;
import org.fleetban.enforcer.firewall.Network;
import org.fleetban.enforcer.firewall.Target;
import org.fleetban.protocol.Family;
import org.jspecify.annotations.Nullable;

/** Keeps a firewall equal to a table of bans: by what changed, and by comparing everything. */
final class Keeper {

    /** Entries in one batch: what the tools take in well under a second. */
    static final int BATCH = 20_000;

    /** Entries that one look asks for, where the kernel does not tell sizes. */
    private static final int SAMPLE = 2_000;

    /** An entry that ends sooner might end while it is looked for. */
    private static final long SPARE_MS = 10_000;

    /** What the tools refuse may be taken later: a kernel module is loaded, memory is free. */
    private static final long ASK_AGAIN_MS = Duration.ofMinutes(5).toMillis();

    private static final Refusal NO_ROOM = new Refusal(
            Refusal.Reason.NO_ROOM, "the firewall holds " + EnforcerSettings.PREFIX + "capacity entries of it");

    private final Firewall firewall;
    private final int capacity;
    private final Clock clock;

    /** Read by another thread too. */
    private final ConcurrentMap<Target, Held> applied = new ConcurrentHashMap<>();

    /** Where the looks are in their way through all entries. */
    private Iterator<Map.Entry<Target, Held>> round = Collections.emptyIterator();

    /** What was changed since the comparison began that runs; null: none runs. */
    private @Nullable Set<Target> touched;

    private int comparisons;

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

    private record Place(Group group, Family family) {

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Place place && family == place.family && group.equals(place.group);
        }

        @Override
        public int hashCode() {
            return 2 * group.hashCode() + family.ordinal();
        }
    }

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
            plan.compare(target, table.until(target), until(target));
        }
        askAgain(table, plan);
        run(plan, Set.of());
    }

    /**
     * Compares everything that the firewall holds with the table, and applies the difference.
     *
     * @param prune whether to remove what the table does not have; false as long as the table may be incomplete
     * @param beforeChanges to be run before anything is changed
     * @return what was not as it should be, in words
     */
    List<String> reconcile(BanTable table, boolean prune, Runnable beforeChanges) throws FirewallException {
        SortedSet<Group> wanted = groups(table);
        if (!prune) {
            wanted.addAll(groups);
        }
        long before = clock.millis();
        forgetRefusals(before);
        unheld.keySet().retainAll(table.targets());
        wanted.removeAll(refusedGroups.keySet());
        touched = null;
        applied.clear();
        sizes.clear();
        Plan plan = new Plan();
        Reading reading = new Reading(table, wanted, before, prune ? plan.removals : new ArrayList<>());
        Audit audit = firewall.read(wanted, reading);
        int extra = plan.removals.size();
        plan.removals.forEach(target -> enter(target, Held.UNKNOWN));
        traffic = audit.refused();
        groups = standing(wanted, reading.found);
        int missing = 0;
        int renewed = 0;
        for (Target target : table.targets()) {
            Long have = until(target);
            Optional<Long> until = table.until(target);
            if (plan.compare(target, until, have)) {
                missing += have == null ? 1 : 0;
                renewed += have == null ? 0 : 1;
            }
        }
        List<String> faults = new ArrayList<>(audit.faults());
        describe(faults, missing, "missing");
        describe(faults, extra, "that nobody asked for");
        describe(faults, renewed, "with another end");
        beforeChanges.run();
        if (!audit.faults().isEmpty()) {
            layOut(wanted);
        }
        Set<String> dropped = new HashSet<>();
        if (prune) {
            dropped.addAll(reading.found);
            wanted.forEach(group -> dropped.remove(group.name()));
        }
        run(plan, dropped);
        return faults;
    }

    /**
     * Lays out the groups of what was prepared, with the difference to the table. Only where the firewall holds that and
     * nothing else of ours.
     *
     * @param beforeChanges to be run before a group is laid out
     * @return false: the tools refuse a group, and everything has to be compared
     */
    boolean adopt(BanTable table, Runnable beforeChanges) throws FirewallException {
        SortedSet<Group> wanted = groups(table);
        Plan lifted = new Plan();
        Set<String> dropped = new HashSet<>();
        applied.forEach((target, held) -> {
            if (table.until(target).isEmpty()) {
                lifted.compare(target, Optional.empty(), held.until);
                if (!wanted.contains(target.group())) {
                    dropped.add(target.group().name());
                }
            }
        });
        run(lifted, dropped);
        beforeChanges.run();
        layOut(wanted);
        if (!refusedGroups.isEmpty()) {
            return false;
        }
        Plan rest = new Plan();
        table.targets().forEach(target -> rest.compare(target, table.until(target), until(target)));
        run(rest, Set.of());
        return true;
    }

    private static SortedSet<Group> groups(BanTable table) {
        SortedSet<Group> groups = new TreeSet<>();
        table.targets().forEach(target -> groups.add(target.group()));
        return groups;
    }

    /** Takes note of an entry of a group that is not laid out. */
    void prepared(Addition addition) {
        enter(addition.target(), addition.until());
    }

    /** A cheap look, which another thread may take while this one goes on. */
    Look look() {
        List<Target> sample = new ArrayList<>();
        long soon = clock.millis() + SPARE_MS;
        if (!round.hasNext()) {
            round = applied.entrySet().iterator();
        }
        for (int i = 0; i < SAMPLE && round.hasNext(); i++) {
            Map.Entry<Target, Held> entry = round.next();
            if (entry.getValue().until > soon) {
                sample.add(entry.getKey());
            }
        }
        return look(sample);
    }

    /** Another look at the same. */
    Look again(Look before) {
        return look(before.sample().stream().filter(applied::containsKey).toList());
    }

    private Look look(List<Target> sample) {
        Map<String, Long> expected = new HashMap<>();
        sizes.forEach((place, size) -> expected.merge(place.group().name(), (long) size, Long::sum));
        return new Look(firewall, new TreeSet<>(groups), sample, expected);
    }

    /**
     * A look that is prepared.
     *
     * @param sample entries to look for
     * @param expected how many entries each group holds at least, by its name
     */
    record Look(Firewall firewall, SortedSet<Group> groups, List<Target> sample, Map<String, Long> expected) {

        Seen take() throws FirewallException {
            Audit audit = firewall.audit(groups, sample);
            List<String> faults = new ArrayList<>(audit.faults());
            audit.sizes().forEach((group, size) -> {
                long wanted = expected.getOrDefault(group, 0L);
                if (size < wanted) {
                    faults.add("group " + group + " holds " + size + " entries of " + wanted);
                }
            });
            return new Seen(faults, audit.refused());
        }
    }

    /**
     * What a look saw.
     *
     * @param faults what is not as it was left, in words; what was removed while it looked may be among it
     * @param refused packets and bytes refused by the name of the group, none: not looked at
     */
    record Seen(List<String> faults, Map<String, Audit.Traffic> refused) {}

    /** Takes note of what a look saw, and returns its faults. */
    List<String> note(Seen seen) {
        if (!seen.refused().isEmpty()) {
            traffic = seen.refused();
        }
        return seen.faults();
    }

    /** Begins to compare everything; another thread may run it while this one goes on. */
    Comparison comparison(BanTable table) {
        touched = new HashSet<>();
        return new Comparison(firewall, ++comparisons, groups, applied, table, clock);
    }

    /**
     * Puts right what a comparison found and what was not changed meanwhile.
     *
     * @param prune as with {@link #reconcile}
     * @return what was not as it should be, in words
     */
    List<String> mend(Comparison found, BanTable table, boolean prune) throws FirewallException {
        Set<Target> changed = touched;
        touched = null;
        if (changed == null) {
            return List.of();
        }
        groups.forEach(group -> found.unknownGroups.remove(group.name()));
        if (prune && !found.unknownGroups.isEmpty()) {
            return reconcile(table, true, () -> {});
        }
        found.missing.removeIf(target -> changed.contains(target) || !applied.containsKey(target));
        found.otherwise.removeIf(target -> changed.contains(target) || !applied.containsKey(target));
        found.unasked.removeIf(target -> !prune
                || changed.contains(target)
                || !groups.contains(target.group())
                || table.until(target).isPresent());
        boolean agrees = found.missing.isEmpty() && found.otherwise.isEmpty() && found.unasked.isEmpty();
        if (!agrees && !firewall.endsEntries()) {
            // Such a firewall writes by what it read last, and would pass over what others did since.
            return reconcile(table, prune, () -> {});
        }
        Plan plan = new Plan();
        found.missing.forEach(target -> {
            leave(target);
            plan.compare(target, table.until(target), null);
        });
        found.otherwise.forEach(target -> {
            enter(target, Held.UNKNOWN);
            plan.compare(target, table.until(target), Held.UNKNOWN);
        });
        found.unasked.forEach(target -> {
            enter(target, Held.UNKNOWN);
            plan.removals.add(target);
        });
        List<String> faults = new ArrayList<>();
        describe(faults, found.missing.size(), "missing");
        describe(faults, found.unasked.size(), "that nobody asked for");
        describe(faults, found.otherwise.size(), "with another end");
        run(plan, Set.of());
        return faults;
    }

    /** How many entries the firewall holds; what is prepared protects from nobody yet. */
    long applied() {
        return groups.isEmpty() ? 0 : applied.size();
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
        due.forEach(target -> plan.compare(target, table.until(target), until(target)));
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
    private SortedSet<Group> standing(SortedSet<Group> wanted, Set<String> found) {
        SortedSet<Group> standing = new TreeSet<>(wanted);
        standing.removeIf(group -> !groups.contains(group) && !found.contains(group.name()));
        return standing;
    }

    /** Takes what the firewall holds for what is applied, as far as the table wants it. */
    private final class Reading implements Entries {

        private final BanTable table;
        private final Map<String, Group> wanted = new HashMap<>();
        private final long from;
        private final List<Target> unasked;
        private final Set<String> found = new HashSet<>();

        Reading(BanTable table, SortedSet<Group> wanted, long from, List<Target> unasked) {
            this.table = table;
            this.from = from;
            this.unasked = unasked;
            wanted.forEach(group -> this.wanted.put(group.name(), group));
        }

        @Override
        public void group(String name) {
            found.add(name);
        }

        @Override
        public void entry(String name, Network network, long remaining) {
            Group group = wanted.get(name);
            if (group == null) {
                return;
            }
            Target target = new Target(group, network);
            Optional<Ban> ban = table.wanting(target);
            if (ban.isPresent()) {
                long until = ban.get().until();
                boolean agrees = Comparison.agrees(remaining, until, firewall.endsEntries(), from, clock.millis());
                enter(target, agrees ? until : Held.UNKNOWN);
            } else if (Comparison.lasts(remaining)) {
                unasked.add(target);
            }
        }
    }

    /** An entry to add; how long it is to stand is known when it is added, which may be batches later. */
    record Addition(Target target, long until, boolean renewal) {

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
        boolean allTaken = bisection.refused().isEmpty() && refusedGroups.isEmpty();
        for (Addition addition : batch) {
            Unheld group = allTaken ? null : refusedGroups.get(addition.target().group());
            if (allTaken) {
                enter(addition.target(), addition.until());
            } else if (group != null) {
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
        touch(target);
        if (applied.put(target, new Held(until)) == null) {
            sizes.merge(place(target), 1, Integer::sum);
        }
    }

    private void leave(Target target) {
        touch(target);
        if (applied.remove(target) != null) {
            sizes.merge(place(target), -1, Integer::sum);
        }
    }

    private void touch(Target target) {
        if (touched != null) {
            touched.add(target);
        }
    }

    private @Nullable Long until(Target target) {
        Held held = applied.get(target);
        return held == null ? null : held.until;
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

        /** Plans what makes an entry as wanted; says whether it was otherwise. */
        boolean compare(Target target, Optional<Long> until, @Nullable Long have) {
            if (until.isEmpty()) {
                unheld.remove(target);
                if (have != null) {
                    boolean endedByKernel = firewall.endsEntries() && have != Held.UNKNOWN && have <= now;
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
