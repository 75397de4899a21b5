package org.fleetban.enforcer;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.fleetban.enforcer.action.ActionRunner;
import org.fleetban.enforcer.firewall.Firewall;
import org.fleetban.enforcer.firewall.FirewallException;
import org.fleetban.enforcer.firewall.Target;
import org.fleetban.protocol.CommandRecord;
import org.jspecify.annotations.Nullable;

/**
 * The bans of this host, the firewall and the snapshot, and what is due when. Used by one thread, which no ban waits for:
 * looks at the firewall, comparisons of all entries and snapshots are taken aside.
 */
final class Enforcement implements AutoCloseable {

    /** Listing all entries takes at most this share of the time. */
    private static final int LISTING_SHARE = 100;

    /** Listing waits until no entry was changed for so long, because it takes a core from bans that come fast. */
    private static final long QUIET_MS = 500;

    /** So long at most, where it comes to an end beside changes. */
    private static final long LONGEST_BUSY_MS = 60_000;

    /** How long an answer from aside may lie there. */
    private static final long ANSWER_MS = 20;

    private static final long STOP_MS = 2_000;

    private static final Duration SNAPSHOT_INTERVAL = Duration.ofSeconds(10);
    private static final int SNAPSHOT_SHARE = 50;
    private static final long ADDRESSES_INTERVAL_MS = 30_000;
    private static final int MAX_NOTES = 20;
    private static final long FIRST_RETRY_MS = 500;
    private static final long LAST_RETRY_MS = 15_000;

    /** A report names so many refused bans. */
    private static final int NAMED_REFUSALS = 200;

    private final EnforcerSettings settings;
    private final Firewall firewall;
    private final Keeper keeper;
    private final Snapshot snapshot;
    private final Breaker breaker;
    private final Supplier<List<Allowlist.Entry>> addresses;
    private final EnforcerListener listener;
    private final Clock clock;

    /** Snapshots are taken of it aside. */
    private volatile BanTable table;

    /** Null once a table is known. */
    private @Nullable Preparation preparation;

    private boolean complete;
    private boolean suspect = true;
    private boolean superseded;

    /** Bans to be told of once the firewall holds them, and those of them of which it was told that it does not. */
    private Set<Ban> announcements = new LinkedHashSet<>();

    private final Set<Ban> unheld = new HashSet<>();
    private boolean restored;

    private boolean unsaved;
    private long nextSnapshot;
    private long nextAudit;
    private long nextListing;
    private long lastChange;
    private long nextAddresses;
    private long retryAt;
    private long retryAfter = FIRST_RETRY_MS;

    private final ExecutorService aside = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "fleetban-enforcer-aside");
        thread.setDaemon(true);
        return thread;
    });

    private Keeper.Look look;
    private @Nullable Future<Keeper.Seen> looking;
    private @Nullable Future<Comparison> comparison;
    private long comparisonBegan;
    private @Nullable CompletableFuture<Optional<IOException>> saving;
    private long savingBegan;

    private long drift;
    private long failures;
    private @Nullable String problem;

    Enforcement(
            EnforcerSettings settings,
            Firewall firewall,
            Supplier<List<Allowlist.Entry>> addresses,
            EnforcerListener listener,
            Clock clock) {
        this.settings = settings;
        this.firewall = firewall;
        this.keeper = new Keeper(firewall, settings.firewall().capacity(), clock);
        this.look = keeper.look();
        this.snapshot = new Snapshot(settings.data());
        this.preparation = new Preparation(firewall, keeper, settings.firewall().capacity(), aside, clock);
        this.breaker = new Breaker(settings, clock);
        this.addresses = addresses;
        this.listener = listener;
        this.clock = clock;
        this.table = newTable();
        long now = clock.millis();
        this.nextAudit = now + settings.auditInterval().toMillis();
        this.nextListing = nextAudit;
        this.nextSnapshot = now;
        this.nextAddresses = now + ADDRESSES_INTERVAL_MS;
    }

    /** An empty table that judges as this host does now. */
    BanTable newTable() {
        return new BanTable(allowlist(), breaker);
    }

    private Allowlist allowlist() {
        return Allowlist.of(settings, firewall.families(), addresses.get());
    }

    /** Puts the bans of the last run into force. */
    void restore(BanReader reader) {
        try {
            breaker.restore();
        } catch (IOException e) {
            listener.problem("what waits for 'fleetban confirm' is not known any more: " + e.getMessage());
        }
        List<Ban> bans;
        try {
            bans = snapshot.read(reader);
        } catch (IOException e) {
            listener.problem("no bans from the last run: " + e.getMessage());
            return;
        }
        bans.forEach(table::put);
        table.expire(clock.millis());
        if (!bans.isEmpty()) {
            preparation = null;
            listener.info(table.bans().size() + " bans from the last run, " + snapshot.file());
            restored = true;
            announcements.addAll(table.bans());
            settle();
        }
    }

    /** What of a table can be put into the kernel while it is still being read. */
    void prepare(BanTable loading) {
        if (preparation != null) {
            preparation.goOn(loading);
        }
    }

    /** Puts the table as read from its beginning in the place of what was known. */
    void replace(BanTable loaded) {
        loaded.expire(clock.millis());
        breaker.retain(loaded.keys());
        for (Ban ban : table.bans()) {
            if (loaded.get(ban.key()) == null && table.isEnforced(ban)) {
                listener.unbanned(ban);
            }
        }
        for (Ban ban : loaded.bans()) {
            Refusal refusal = loaded.refusals().get(ban.key());
            if (refusal != null) {
                listener.refused(ban, refusal);
            } else if (!ban.equals(table.get(ban.key()))) {
                announcements.add(ban);
            }
        }
        restored = true;
        table = loaded;
        complete = true;
        suspect = true;
        unsaved = true;
        retryAt = 0;
        listener.info(table.bans().size() + " bans concern this host");
    }

    /** A ban of the table. */
    void put(Ban ban) {
        if (ban.until() <= clock.millis()) {
            lift(ban.key());
            return;
        }
        boolean refused = table.refusals().containsKey(ban.key());
        BanTable.Outcome outcome = table.arrive(ban);
        unsaved = true;
        if (!ban.equals(outcome.before()) || refused != outcome.refusal().isPresent()) {
            outcome.refusal().ifPresentOrElse(refusal -> listener.refused(ban, refusal), () -> announcements.add(ban));
        }
    }

    /** A ban is gone from the table. */
    void lift(String key) {
        Ban ban = table.get(key);
        boolean enforced = ban != null && table.isEnforced(ban);
        table.remove(key);
        breaker.gone(key);
        unsaved |= ban != null;
        if (ban != null && enforced) {
            listener.unbanned(ban);
        }
    }

    /**
     * The operator lets bans through.
     *
     * @param order which; what it leaves out means all
     * @param until those that wait since then or earlier, in milliseconds since the epoch
     */
    void confirm(CommandRecord order, long until) {
        List<String> through = breaker.confirm(
                key -> {
                    Ban ban = table.get(key);
                    return ban != null && concerns(order, ban);
                },
                until);
        for (String key : through) {
            Ban ban = Objects.requireNonNull(table.get(key));
            table.put(ban).refusal().ifPresentOrElse(why -> listener.refused(ban, why), () -> announcements.add(ban));
        }
        if (!through.isEmpty()) {
            listener.info(through.size() + (through.size() == 1 ? " ban" : " bans") + " that waited are confirmed");
        }
    }

    private static boolean concerns(CommandRecord order, Ban ban) {
        boolean jail = order.jail() == null || order.jail().equals(ban.jail());
        return jail && (order.id() == null || order.id().equals(ban.id()));
    }

    /** Whether there is a ban with this key. */
    boolean knows(String key) {
        return table.get(key) != null;
    }

    /** Why the ban with this key is not enforced; empty: it is, or there is none. */
    Optional<Refusal> refusal(String key) {
        return Optional.ofNullable(table.refusals().get(key));
    }

    /** Since when a ban waits for the operator, see {@link Breaker#waitingSince}. Any thread. */
    long waitingSince() {
        return breaker.waitingSince();
    }

    /** Does what is due: makes the firewall as the table is, looks after it, saves. */
    void settle() {
        long now = clock.millis();
        for (Ban ban : table.expire(now)) {
            unsaved = true;
            breaker.gone(ban.key());
            listener.unbanned(ban);
        }
        try {
            breaker.save();
        } catch (IOException e) {
            trouble("what waits for 'fleetban confirm' cannot be saved for the next start: " + e);
        }
        if (now >= nextAddresses) {
            judge();
        }
        if (now >= retryAt) {
            try {
                bringAbout();
                solved();
                lookAfter();
            } catch (FirewallException e) {
                failed(e);
            }
        }
        saveAside();
    }

    /** Judges all bans by the addresses that the host has now. */
    void judge() {
        table.judge(allowlist());
        nextAddresses = clock.millis() + ADDRESSES_INTERVAL_MS;
    }

    /** When something is due next, in milliseconds since the epoch. */
    long nextDue() {
        long due = Math.min(nextAddresses, table.nextEnd());
        if (looking != null || comparison != null || saving != null) {
            due = Math.min(due, clock.millis() + ANSWER_MS);
        }
        if (looking == null) {
            due = Math.min(due, Math.max(nextAudit, retryAt));
        }
        return unsaved && saving == null ? Math.min(due, nextSnapshot) : due;
    }

    /** Saves what is not saved, after what is being saved. */
    void save() {
        try {
            snapshot.write(() -> table.bans());
            unsaved = false;
        } catch (IOException e) {
            unsavable(e);
        }
    }

    private void saveAside() {
        CompletableFuture<Optional<IOException>> running = saving;
        if (running != null && running.isDone()) {
            saving = null;
            long took = clock.millis() - savingBegan;
            nextSnapshot = savingBegan + Math.max(SNAPSHOT_INTERVAL.toMillis(), took * SNAPSHOT_SHARE);
            running.join().ifPresent(this::unsavable);
        } else if (running == null && unsaved && clock.millis() >= nextSnapshot) {
            unsaved = false;
            savingBegan = clock.millis();
            saving = write();
        }
    }

    private CompletableFuture<Optional<IOException>> write() {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        snapshot.write(() -> table.bans());
                        return Optional.empty();
                    } catch (IOException e) {
                        return Optional.of(e);
                    }
                },
                aside);
    }

    private void unsavable(IOException e) {
        unsaved = true;
        trouble("cannot save bans for the next start, " + snapshot.file() + ": " + e);
    }

    /** Saves, and ends what runs aside. Every rule stays. */
    @Override
    public void close() {
        save();
        aside.shutdownNow();
        try {
            aside.awaitTermination(STOP_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether the firewall is as the whole table wants it. */
    boolean isInForce() {
        return complete && !suspect;
    }

    EnforcerReport report(boolean reachable, long position, long unreadable, ActionRunner.Report actions) {
        Map<Refusal.Reason, Long> refused = new EnumMap<>(Refusal.Reason.class);
        Map<String, Refusal> refusals = new HashMap<>();
        table.refusals().forEach((key, refusal) -> {
            refused.merge(refusal.reason(), 1L, Long::sum);
            if (refusals.size() < NAMED_REFUSALS) {
                refusals.put(key, refusal);
            }
        });
        refused.putAll(keeper.unheld());
        keeper.unheldTargets()
                .limit(NAMED_REFUSALS)
                .forEach(target -> keeper.refusal(target)
                        .ifPresent(why -> table.wanting(target).ifPresent(ban -> refusals.put(ban.key(), why))));
        Map<String, Long> waiting = new HashMap<>();
        List<String> notes = new ArrayList<>();
        if (problem != null) {
            notes.add(problem);
        }
        breaker.waiting().forEach((key, entry) -> {
            Ban ban = table.get(key);
            if (ban != null) {
                waiting.merge(ban.jail(), 1L, Long::sum);
                if (notes.size() < MAX_NOTES) {
                    notes.add('[' + ban.jail() + "] " + entry.network() + " waits: " + entry.reason());
                }
            }
        });
        return new EnforcerReport(
                firewall.description(),
                complete,
                reachable,
                position,
                table.bans().size(),
                keeper.applied(),
                refused,
                refusals,
                unreadable,
                drift,
                failures,
                problem,
                keeper.traffic(),
                waiting,
                notes,
                actions);
    }

    private void bringAbout() throws FirewallException {
        Set<Target> changed = table.takeChanged();
        if (suspect) {
            if (!complete && table.bans().isEmpty()) {
                return;
            }
            long start = clock.millis();
            Preparation prepared = preparation;
            preparation = null;
            Runnable secured = secureGroups(table.targets());
            if (prepared == null || !prepared.finish() || !keeper.adopt(table, secured)) {
                keeper.reconcile(table, complete, secured);
            }
            listed(start);
            if (complete && !superseded) {
                firewall.supersede();
                superseded = true;
            }
            suspect = false;
        } else if (!changed.isEmpty() || keeper.shouldAskAgain()) {
            try {
                secureGroups(changed).run();
                keeper.carry(table, changed);
                lastChange = changed.isEmpty() ? lastChange : clock.millis();
            } catch (FirewallException e) {
                suspect = true;
                throw e;
            }
        }
        announce();
    }

    /**
     * A new group is saved before it is laid out: a process that starts without Kafka must know every group that has
     * rules, or it would lay out the others alone and open this one.
     *
     * @return waits until that is so; saving has begun meanwhile
     */
    private Runnable secureGroups(Set<Target> targets) {
        if (!keeper.opensGroup(targets)) {
            return () -> {};
        }
        CompletableFuture<Optional<IOException>> secured = write();
        return () -> secured.join().ifPresentOrElse(this::unsavable, () -> unsaved = false);
    }

    /** Tells which bans the firewall holds now; those that it does not hold are told once, and wait. */
    private void announce() {
        if (!announcements.isEmpty()) {
            Set<Ban> due = announcements;
            announcements = new LinkedHashSet<>();
            for (Ban ban : due) {
                Target target = ban.target();
                if (!table.isEnforced(ban) || target == null) {
                    continue;
                }
                if (keeper.holds(target)) {
                    listener.banned(ban, restored);
                    unheld.remove(ban);
                } else {
                    announcements.add(ban);
                    keeper.refusal(target).filter(why -> unheld.add(ban)).ifPresent(why -> listener.refused(ban, why));
                }
            }
            unheld.retainAll(announcements);
        }
        restored = false;
    }

    /** Begins and ends looks at the firewall and comparisons of everything, and heals what they find. */
    private void lookAfter() throws FirewallException {
        Future<Keeper.Seen> looked = looking;
        if (looked != null && looked.isDone()) {
            looking = null;
            nextAudit = clock.millis() + settings.auditInterval().toMillis();
            if (!isGood(looked) && !suspect) {
                heal(look);
            }
        } else if (looked == null && clock.millis() >= nextAudit) {
            nextAudit = clock.millis() + settings.auditInterval().toMillis();
            if (!suspect) {
                look = keeper.look();
                looking = aside.submit(look::take);
            }
        }
        Future<Comparison> compared = comparison;
        if (compared != null && compared.isDone()) {
            comparison = null;
            listed(comparisonBegan);
            if (!suspect) {
                mend(compared);
            }
        } else if (compared == null && !suspect && mayList(clock.millis())) {
            comparisonBegan = clock.millis();
            comparison = aside.submit(keeper.comparison(table)::run);
        }
    }

    private boolean mayList(long now) {
        boolean quiet = now - lastChange >= QUIET_MS;
        boolean busyForLong = firewall.listsBesideChanges() && now >= nextListing + LONGEST_BUSY_MS;
        return now >= nextListing && (quiet || busyForLong);
    }

    /** Whether a look told no fault. One that failed did not: the tools may have been too slow just then. */
    private boolean isGood(Future<Keeper.Seen> looked) {
        try {
            return keeper.note(answer(looked)).isEmpty();
        } catch (FirewallException e) {
            return false;
        }
    }

    /** What a look from aside saw may be a change of our own: this one is taken while nothing changes. */
    private void heal(Keeper.Look suspicious) throws FirewallException {
        List<String> faults = keeper.note(keeper.again(suspicious).take());
        if (!faults.isEmpty()) {
            long start = clock.millis();
            Set<String> all = new LinkedHashSet<>(faults);
            suspect = true;
            all.addAll(keeper.reconcile(table, complete, () -> {}));
            suspect = false;
            listed(start);
            healed(all);
        }
    }

    private void mend(Future<Comparison> compared) throws FirewallException {
        Comparison found;
        try {
            found = answer(compared);
        } catch (FirewallException e) {
            // There was too much change to list everything, or looks find the tools wanting too.
            return;
        }
        suspect = true;
        Collection<String> faults = keeper.mend(found, table, complete);
        suspect = false;
        healed(faults);
    }

    private void healed(Collection<String> faults) {
        for (String fault : faults) {
            drift++;
            listener.healed(fault);
        }
    }

    /** What a task said that is done. */
    private static <T> T answer(Future<T> done) throws FirewallException {
        try {
            return done.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof FirewallException refused) {
                throw refused;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("a task that is done lets nobody wait", e);
        }
    }

    /** All entries were compared, which began at a moment: the next time is due when that is a small share of the time. */
    private void listed(long start) {
        long now = clock.millis();
        nextListing = now + Math.max(settings.auditInterval().toMillis(), (now - start) * LISTING_SHARE);
    }

    private void failed(FirewallException e) {
        failures++;
        suspect = true;
        trouble("the firewall refuses: " + e.getMessage());
        retryAt = clock.millis() + retryAfter;
        retryAfter = Math.min(LAST_RETRY_MS, retryAfter * 2);
    }

    private void solved() {
        retryAfter = FIRST_RETRY_MS;
        if (problem != null) {
            problem = null;
            listener.info("the firewall is as it should be again");
        }
    }

    private void trouble(String what) {
        if (!what.equals(problem)) {
            problem = what;
            listener.problem(what);
        }
    }
}
