package org.fleetban.shipper;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How far the files are shipped.
 *
 * @param serial grows with every checkpoint
 * @param patterns that have been met: their new files are read from the beginning
 * @param journals where each is followed from, by journalctl's options that choose it
 * @param entries contents that are followed, and contents that were and may come back
 */
record Checkpoint(long serial, Set<String> patterns, Map<String, String> journals, List<Entry> entries) {

    static final Checkpoint EMPTY = new Checkpoint(0, Set.of(), Map.of(), List.of());

    /**
     * One content.
     *
     * @param identity empty where it has no line yet
     * @param path the first name under which it was met
     * @param delivered all lines before this offset are in Kafka
     * @param followed whether it was still being read; if not, it is only remembered
     */
    record Entry(String identity, FileKey key, Fingerprint fingerprint, long delivered, boolean followed, Path path) {}
}
