package org.fleetban.processor;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Counters by name, such as {@code lines.read} or {@code sshd.failures}; thread-safe. */
final class Figures {

    private final Map<String, LongAdder> counters = new ConcurrentHashMap<>();

    LongAdder counter(String name) {
        return counters.computeIfAbsent(name, unused -> new LongAdder());
    }

    void count(String name) {
        counter(name).increment();
    }

    Map<String, Long> snapshot() {
        Map<String, Long> snapshot = new TreeMap<>();
        counters.forEach((name, counter) -> snapshot.put(name, counter.sum()));
        return snapshot;
    }
}
