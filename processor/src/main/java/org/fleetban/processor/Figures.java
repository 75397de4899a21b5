package org.fleetban.processor;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Counters by name, such as {@code lines.read} or {@code sshd.failures}; thread-safe. */
final class Figures {

    private final Map<String, LongAdder> counters = new ConcurrentHashMap<>();
    private final Map<String, Map<String, LongAdder>> ofJails = new ConcurrentHashMap<>();

    LongAdder counter(String name) {
        return counters.computeIfAbsent(name, unused -> new LongAdder());
    }

    void count(String name) {
        counter(name).increment();
    }

    /** Counts something of a jail, as {@code jail.what}; without putting that name together for each failure. */
    void count(String jail, String what) {
        Map<String, LongAdder> ofJail = ofJails.get(jail);
        LongAdder counter = ofJail == null ? null : ofJail.get(what);
        if (counter == null) {
            counter = ofJails.computeIfAbsent(jail, unused -> new ConcurrentHashMap<>())
                    .computeIfAbsent(what, unused -> counter(jail + '.' + what));
        }
        counter.increment();
    }

    Map<String, Long> snapshot() {
        Map<String, Long> snapshot = new TreeMap<>();
        counters.forEach((name, counter) -> snapshot.put(name, counter.sum()));
        return snapshot;
    }
}
