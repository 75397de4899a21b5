package org.fleetban.enforcer.firewall;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a back-end is to change, as one batch. Every part of it may be applied twice with the same result.
 *
 * @param groups all groups that are to stand afterwards, those that stand already included
 * @param additions entries to add; an entry that is there already gets the new duration
 * @param removals entries to remove; one that is not there is no error
 * @param dropped names of groups to remove with all entries; none of {@code groups}
 */
public record Change(SortedSet<Group> groups, List<Addition> additions, List<Target> removals, Set<String> dropped) {

    public Change {
        groups = new TreeSet<>(groups);
        additions = List.copyOf(additions);
        removals = List.copyOf(removals);
        dropped = Set.copyOf(dropped);
    }

    /**
     * An entry to add.
     *
     * @param target which
     * @param remaining how long it is to stand; null: until it is removed
     * @param renewal whether the entry may be there already, with another time
     */
    public record Addition(Target target, @Nullable Duration remaining, boolean renewal) {}

    /** The layout alone: groups, rules and jumps, and no entry. */
    public static Change layout(SortedSet<Group> groups) {
        return new Change(groups, List.of(), List.of(), Set.of());
    }

    /** Entries and their groups alone. */
    static Change preparing(List<Addition> additions) {
        SortedSet<Group> groups = new TreeSet<>();
        additions.forEach(addition -> groups.add(addition.target().group()));
        return new Change(groups, additions, List.of(), Set.of());
    }

    /** Whether no entry changes and no group goes. */
    public boolean isLayoutOnly() {
        return additions.isEmpty() && removals.isEmpty() && dropped.isEmpty();
    }
}
