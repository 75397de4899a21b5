package org.fleetban.enforcer;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import org.fleetban.enforcer.firewall.Change;
import org.fleetban.enforcer.firewall.Entries;
import org.fleetban.enforcer.firewall.Firewall;
import org.fleetban.enforcer.firewall.FirewallException;
import org.fleetban.enforcer.firewall.Group;
import org.fleetban.enforcer.firewall.Network;
import org.jspecify.annotations.Nullable;

/**
 * Puts bans into the kernel while the table is still being read, at a start that finds nothing of ours there: into groups that are
 * not laid out, so that no packet meets a ban that a later record lifts. {@link Keeper#adopt} does the rest once the table is
 * known. One thread uses it, and leaves the firewall alone between {@link #goOn} and {@link #finish}; the tools run aside, one at a time.
 */
final class Preparation {

    /** Fewer are not worth a process. */
    private static final int BATCH = 5_000;

    /** An entry that ends sooner might be gone before its group is laid out. */
    private static final long SPARE_MS = 60_000;

    private final Firewall firewall;
    private final Keeper keeper;
    private final int capacity;
    private final ExecutorService aside;
    private final Clock clock;

    private boolean possible = true;
    private List<Keeper.Addition> begun = List.of();
    private @Nullable Future<Boolean> running;
    private int prepared;

    /** @param capacity no more entries than these are prepared */
    Preparation(Firewall firewall, Keeper keeper, int capacity, ExecutorService aside, Clock clock) {
        this.firewall = firewall;
        this.keeper = keeper;
        this.capacity = capacity;
        this.aside = aside;
        this.clock = clock;
    }

    /** Goes on with what a table wants that is being read. */
    void goOn(BanTable table) {
        Future<Boolean> before = running;
        if (!possible || table.changes() < BATCH || before != null && !before.isDone()) {
            return;
        }
        possible = before == null || succeeded(before);
        if (possible) {
            begun = additions(table);
            running = aside.submit(() -> prepare(before == null, begun));
        }
    }

    /** Waits for what runs; says whether the kernel holds what was prepared, and nothing else of ours. */
    boolean finish() {
        Future<Boolean> last = running;
        possible = possible && last != null && succeeded(last);
        return possible;
    }

    private List<Keeper.Addition> additions(BanTable table) {
        List<Keeper.Addition> additions = new ArrayList<>();
        long soon = clock.millis() + SPARE_MS;
        table.takeChanged()
                .forEach(target -> table.until(target)
                        .filter(until -> until > soon && prepared < capacity && !keeper.holds(target))
                        .ifPresent(until -> {
                            prepared++;
                            additions.add(new Keeper.Addition(target, until, false));
                        }));
        return additions;
    }

    private boolean prepare(boolean first, List<Keeper.Addition> additions) throws FirewallException {
        if (first && !isEmpty()) {
            return false;
        }
        for (int from = 0; from < additions.size(); from += Keeper.BATCH) {
            long now = clock.millis();
            List<Change.Addition> timed =
                    additions.subList(from, Math.min(from + Keeper.BATCH, additions.size())).stream()
                            .map(addition -> addition.at(now))
                            .toList();
            if (!firewall.prepare(timed)) {
                return false;
            }
        }
        return true;
    }

    private boolean isEmpty() throws FirewallException {
        SortedSet<String> found = new TreeSet<>();
        firewall.read(new TreeSet<Group>(), new Entries() {
            @Override
            public void group(String name) {
                found.add(name);
            }

            @Override
            public void entry(String group, Network network, long remaining) {
                found.add(group);
            }
        });
        return found.isEmpty();
    }

    private boolean succeeded(Future<Boolean> task) {
        try {
            boolean done = task.get();
            if (done) {
                begun.forEach(keeper::prepared);
            }
            return done;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof FirewallException) {
                // The tools say again why, when everything is compared and applied.
                return false;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
