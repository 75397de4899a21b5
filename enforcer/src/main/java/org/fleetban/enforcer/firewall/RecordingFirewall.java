package org.fleetban.enforcer.firewall;

import java.time.Clock;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.concurrent.ConcurrentHashMap;
import org.fleetban.protocol.Family;

/** A dry run: remembers what it is told, touches nothing. */
final class RecordingFirewall implements Firewall {

    private final Clock clock;
    private final Map<String, Map<Network, Long>> ends = new ConcurrentHashMap<>();

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
    public Audit read(SortedSet<Group> groups, Entries entries) {
        list(entries);
        return audit(groups, List.of());
    }

    @Override
    public void list(Entries entries) {
        long now = clock.millis();
        ends.forEach((group, networks) -> {
            entries.group(group);
            networks.values().removeIf(end -> end <= now);
            networks.forEach((network, end) ->
                    entries.entry(group, network, end == Entries.PERMANENT ? Entries.PERMANENT : end - now));
        });
    }

    @Override
    public Audit audit(SortedSet<Group> groups, Collection<Target> sample) {
        return new Audit(List.of(), Map.of(), Map.of());
    }

    @Override
    public void apply(Change change) {
        change.groups().forEach(group -> ends.computeIfAbsent(group.name(), name -> new ConcurrentHashMap<>()));
        for (Target removal : change.removals()) {
            ends.getOrDefault(removal.group().name(), new ConcurrentHashMap<>()).remove(removal.network());
        }
        for (Change.Addition addition : change.additions()) {
            Target target = addition.target();
            long end = addition.remaining() == null
                    ? Entries.PERMANENT
                    : clock.millis() + addition.remaining().toMillis();
            ends.computeIfAbsent(target.group().name(), name -> new ConcurrentHashMap<>())
                    .put(target.network(), end);
        }
        change.dropped().forEach(ends::remove);
    }

    @Override
    public void remove() {
        ends.clear();
    }
}
