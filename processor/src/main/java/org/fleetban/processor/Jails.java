package org.fleetban.processor;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The jails that run, at one moment. Thread-safe. */
final class Jails {

    /** Paths whose jails are remembered; a fleet has some hundred different ones. */
    private static final int MAX_PATHS = 10_000;

    /** Sets of jails that read a file together; some dozens at most. */
    private static final int MAX_FILTERS = 1_000;

    private final Map<String, Jail> byName;
    private final Map<String, List<Jail>> byPath = new ConcurrentHashMap<>();
    private final Map<List<Jail>, SourceFilter> filters = new ConcurrentHashMap<>();
    private final Map<String, SourceFilter> filterByPath = new ConcurrentHashMap<>();

    Jails(Collection<Jail> jails) {
        Map<String, Jail> named = new LinkedHashMap<>();
        for (Jail jail : jails) {
            named.put(jail.name(), jail);
        }
        // In the order of the configuration: every processor brings a line's failures to its jails in the same order.
        this.byName = Collections.unmodifiableMap(named);
    }

    @Nullable
    Jail named(String name) {
        return byName.get(name);
    }

    Collection<Jail> all() {
        return byName.values();
    }

    /** What judges the lines of a log file: the jails that read it by any of its paths, each once. */
    SourceFilter reading(String path, List<String> otherPaths) {
        if (otherPaths.isEmpty()) {
            SourceFilter known = filterByPath.get(path);
            if (known == null) {
                if (filterByPath.size() >= MAX_PATHS) {
                    filterByPath.clear();
                }
                known = shared(reading(path));
                filterByPath.put(path, known);
            }
            return known;
        }
        Set<Jail> all = new LinkedHashSet<>(reading(path));
        otherPaths.forEach(other -> all.addAll(reading(other)));
        return shared(List.copyOf(all));
    }

    private SourceFilter shared(List<Jail> jails) {
        SourceFilter known = filters.get(jails);
        if (known != null) {
            return known;
        }
        if (filters.size() >= MAX_FILTERS) {
            filters.clear();
        }
        return filters.computeIfAbsent(jails, SourceFilter::new);
    }

    private List<Jail> reading(String path) {
        List<Jail> known = byPath.get(path);
        if (known != null) {
            return known;
        }
        List<Jail> reading = new ArrayList<>();
        for (Jail jail : byName.values()) {
            if (jail.reads(path)) {
                reading.add(jail);
            }
        }
        if (byPath.size() >= MAX_PATHS) {
            byPath.clear();
        }
        List<Jail> jails = List.copyOf(reading);
        byPath.put(path, jails);
        return jails;
    }
}
