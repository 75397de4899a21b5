package org.fleetban.processor;

import java.util.ArrayList;
import java.util.Collection;
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

    private final Map<String, Jail> byName;
    private final Map<String, List<Jail>> byPath = new ConcurrentHashMap<>();

    Jails(Collection<Jail> jails) {
        Map<String, Jail> named = new LinkedHashMap<>();
        for (Jail jail : jails) {
            named.put(jail.name(), jail);
        }
        this.byName = Map.copyOf(named);
    }

    @Nullable
    Jail named(String name) {
        return byName.get(name);
    }

    Collection<Jail> all() {
        return byName.values();
    }

    /** The jails that read a log file by any of its paths: each once. */
    Collection<Jail> reading(String path, List<String> otherPaths) {
        if (otherPaths.isEmpty()) {
            return reading(path);
        }
        Set<Jail> jails = new LinkedHashSet<>(reading(path));
        otherPaths.forEach(other -> jails.addAll(reading(other)));
        return jails;
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
