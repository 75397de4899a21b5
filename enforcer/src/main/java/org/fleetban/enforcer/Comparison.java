package org.fleetban.enforcer;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import org.fleetban.enforcer.firewall.Entries;
import org.fleetban.enforcer.firewall.Firewall;
import org.fleetban.enforcer.firewall.FirewallException;
import org.fleetban.enforcer.firewall.Group;
import org.fleetban.enforcer.firewall.Network;
import org.fleetban.enforcer.firewall.Target;

/**
 * Compares every entry of the firewall with what it should hold, on a thread beside the one that goes on applying bans. What
 * it finds is therefore a suspicion: of an entry that was changed meanwhile it says nothing that counts.
 */
final class Comparison implements Entries {

    /** What rounding to seconds and the time between reading and comparing may amount to. */
    static final long TOLERANCE_MS = 3_000;

    /** Kernels take at most 24 days; an entry that is to stand longer is renewed when it has less than this left. */
    private static final long LONG_MS = Duration.ofDays(20).toMillis();

    private final Firewall firewall;
    private final int number;
    private final Map<Target, Held> applied;
    private final BanTable table;
    private final Clock clock;
    private final Map<String, Group> groups = new HashMap<>();
    private final long began;

    final List<Target> missing = new ArrayList<>();
    final List<Target> unasked = new ArrayList<>();
    final List<Target> otherwise = new ArrayList<>();
    final Set<String> unknownGroups = new HashSet<>();

    /**
     * @param number unlike that of the comparison before
     * @param applied what the firewall should hold; may change meanwhile
     * @param table asked for what is wanted; may change meanwhile
     */
    Comparison(
            Firewall firewall,
            int number,
            SortedSet<Group> groups,
            Map<Target, Held> applied,
            BanTable table,
            Clock clock) {
        this.firewall = firewall;
        this.number = number;
        this.applied = applied;
        this.table = table;
        this.clock = clock;
        groups.forEach(group -> this.groups.put(group.name(), group));
        this.began = clock.millis();
    }

    /** Reads and compares. */
    Comparison run() throws FirewallException {
        firewall.list(this);
        long soon = clock.millis() + TOLERANCE_MS;
        applied.forEach((target, held) -> {
            if (held.seen != number && held.until > soon) {
                missing.add(target);
            }
        });
        return this;
    }

    @Override
    public void group(String name) {
        if (!groups.containsKey(name)) {
            unknownGroups.add(name);
        }
    }

    @Override
    public void entry(String name, Network network, long remaining) {
        Group group = groups.get(name);
        if (group == null) {
            return;
        }
        Target target = new Target(group, network);
        Held held = applied.get(target);
        if (held != null) {
            held.seen = number;
            if (!agrees(remaining, held.until, firewall.endsEntries(), began, clock.millis())) {
                otherwise.add(target);
            }
        } else if (lasts(remaining) && table.wanting(target).isEmpty()) {
            unasked.add(target);
        }
    }

    /** Whether an entry stands for a while, unless somebody removes it. */
    static boolean lasts(long remaining) {
        return remaining > TOLERANCE_MS || remaining == VOID;
    }

    /**
     * Whether an entry ends as it should.
     *
     * @param remaining as the firewall tells, in milliseconds
     * @param until when it should end
     * @param kernelEnds whether this kind of firewall ends entries
     * @param from it was read at this moment or later, in milliseconds since the epoch
     * @param to and at this one or earlier
     */
    static boolean agrees(long remaining, long until, boolean kernelEnds, long from, long to) {
        if (remaining == VOID) {
            return false;
        }
        if (until == Ban.FOR_EVER) {
            return remaining == PERMANENT;
        }
        if (remaining == PERMANENT) {
            return !kernelEnds;
        }
        return until - to > LONG_MS
                ? remaining > LONG_MS
                : from + remaining - TOLERANCE_MS <= until && until <= to + remaining + TOLERANCE_MS;
    }
}
