package org.fleetban.processor;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Counters that should stay at 0, in words for {@code fleetban status}. */
final class Troubles {

    private static final Map<String, String> WORDS = new LinkedHashMap<>();

    static {
        WORDS.put("deadlines.failed", "ends of bans that could not be carried out, tried again each hour");
        WORDS.put("outbox.unreadable", "messages to bans and events that can't be read, kept in the store");
        WORDS.put("lines.sessions-lost", "sources whose session could not be read, begun anew");
        WORDS.put("lines.sessions-shortened", "times that a source's session was too long to store, and lost evidence");
        WORDS.put("hosts.unreadable", "reports of hosts that can't be read, passed over");
        WORDS.put("threads.replaced", "processing threads that failed and were replaced");
    }

    private Troubles() {}

    /** What an operator should look into; what exactly it is, the processor's log says. */
    static List<String> of(Map<String, Long> figures) {
        return WORDS.entrySet().stream()
                .filter(trouble -> figures.getOrDefault(trouble.getKey(), 0L) > 0)
                .map(trouble -> trouble.getKey() + ": " + figures.get(trouble.getKey()) + " " + trouble.getValue()
                        + "; see its log")
                .toList();
    }
}
