package org.fleetban.enforcer.firewall;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Sees whether rules and entries stand without listing them: it orders removals that {@code nft -c} only tries. The kernel
 * refuses to remove a chain or a counter that a rule uses, and an entry that is not there; nft says which line was refused.
 * That costs the same however many entries there are, where every listing of nft reads all of them.
 */
final class NftablesProbe {

    /** An entry that ends sooner might end while it is looked for. */
    private static final long SPARE_MS = 10_000;

    /** Elements in one command line. */
    private static final int CHUNK = 500;

    private static final Pattern REFUSED_LINE = Pattern.compile("(?:^|· )\\S*?:([0-9]+):[0-9]+-[0-9]+: Error: ");

    private final CommandRunner commands;

    /** By the set's name with its table's: the entry that ends last of those that were seen. */
    private final Map<String, Witness> witnesses = new ConcurrentHashMap<>();

    NftablesProbe(CommandRunner commands) {
        this.commands = commands;
    }

    /** @param ends by {@link #now()} */
    private record Witness(String element, long ends) {}

    /** An entry was added or found, with its remaining time in milliseconds. */
    void added(String set, String element, long remaining) {
        long ends = remaining == Entries.PERMANENT ? Entries.PERMANENT : now() + remaining;
        Witness witness = witnesses.get(set);
        if (witness == null || witness.ends() < ends || witness.element().equals(element)) {
            witnesses.put(set, new Witness(element, ends));
        }
    }

    /** An entry was removed. */
    void removed(String set, String element) {
        witnesses.computeIfPresent(set, (name, witness) -> witness.element().equals(element) ? null : witness);
    }

    /** A set was removed. */
    void dropped(String set) {
        witnesses.remove(set);
    }

    void clear() {
        witnesses.clear();
    }

    /**
     * What does not stand as it was left.
     *
     * @param used chains and counters that rules use, each with its kind and its table
     * @param sample more entries that should stand, by the name of their set with its table's
     */
    List<String> faults(List<String> used, Map<String, List<String>> sample) throws FirewallException {
        List<String> faults = new ArrayList<>();
        StringBuilder lines = new StringBuilder();
        used.forEach(name -> lines.append("delete ").append(name).append('\n'));
        List<String> sets = new ArrayList<>();
        Map<String, String> tried = new HashMap<>();
        long soon = now() + SPARE_MS;
        witnesses.forEach((set, witness) -> {
            if (witness.ends() > soon) {
                sets.add(set);
                tried.put(set, witness.element());
                lines.append("delete element ").append(set).append(" { ");
                lines.append(witness.element()).append(" }\n");
            }
        });
        for (Map.Entry<String, List<String>> some : sample.entrySet()) {
            List<String> elements = new ArrayList<>(some.getValue());
            // Nothing can be removed twice.
            elements.remove(tried.getOrDefault(some.getKey(), ""));
            for (int i = 0; i < elements.size(); i += CHUNK) {
                sets.add(some.getKey());
                lines.append("delete element ").append(some.getKey()).append(" { ");
                lines.append(String.join(", ", elements.subList(i, Math.min(i + CHUNK, elements.size()))));
                lines.append(" }\n");
            }
        }
        if (lines.isEmpty()) {
            return faults;
        }
        String said =
                commands.feed(List.of("nft", "-c", "-f", "-"), lines.toString()).said();
        List<String> unused = new ArrayList<>(used);
        Matcher refused = REFUSED_LINE.matcher(said);
        while (refused.find()) {
            int line = Integer.parseInt(Objects.requireNonNull(refused.group(1))) - 1;
            if (line < used.size()) {
                unused.remove(used.get(line));
            } else if (line - used.size() < sets.size()) {
                faults.add("nftables set " + sets.get(line - used.size()) + " lacks entries");
            }
        }
        unused.forEach(name -> faults.add("no rule uses nftables " + name));
        return faults;
    }

    private static long now() {
        return System.nanoTime() / 1_000_000;
    }
}
