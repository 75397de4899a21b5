package org.fleetban.enforcer.firewall;

import java.time.Clock;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import org.fleetban.protocol.Family;

/** A dry run: remembers what it is told, touches nothing. */
final class RecordingFirewall implements Firewall {

    private final Clock clock;
    private final Map<String, Map<Network, Long>> ends = new HashMap<>();

    RecordingFirewall(Clock clock) {
        this.clock = clock;
    }

    @Override
    public String description() {
        return Firewalls.DRY_RUN;
    }

    @Override
    public Set<Family> families() {
        return EnumSet.allOf(Family.class);
    }

    @Override
    public void supersede() {}

    @Override
    public boolean endsEntries() {
        return true;
    }

    @Override
    public Holdings read(SortedSet<Group> groups) {
        long now = clock.millis();
        Map<String, Map<Network, Long>> remaining = new HashMap<>();
        ends.forEach((group, entries) -> {
            entries.values().removeIf(end -> end <= now);
            Map<Network, Long> left = new HashMap<>();
            entries.forEach(
                    (network, end) -> left.put(network, end == Holdings.PERMANENT ? Holdings.PERMANENT : end - now));
            remaining.put(group, left);
        });
        return new Holdings(remaining, audit(groups));
    }

    @Override
    public Audit audit(SortedSet<Group> groups) {
        return new Audit(List.of(), Map.of(), Map.of());
    }

    @Override
    public void apply(Change change) {
        change.groups().forEach(group -> ends.computeIfAbsent(group.name(), name -> new HashMap<>()));
        for (Target removal : change.removals()) {
            ends.getOrDefault(removal.group().name(), new HashMap<>()).remove(removal.network());
        }
        for (Change.Addition addition : change.additions()) {
            Target target = addition.target();
            long end = addition.remaining() == null
                    ? Holdings.PERMANENT
                    : clock.millis() + addition.remaining().toMillis();
            ends.computeIfAbsent(target.group().name(), name -> new HashMap<>()).put(target.network(), end);
        }
        change.dropped().forEach(ends::remove);
    }

    @Override
    public void remove() {
        ends.clear();
    }
}
