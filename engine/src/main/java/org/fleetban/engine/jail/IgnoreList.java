package org.fleetban.engine.jail;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The compiled {@code ignoreip}: addresses, networks, names and {@code file:…}. Immutable; a question takes time in the
 * number of different prefix lengths, not of entries. Names and files are looked up when it is compiled, never when it is
 * asked: whoever compiles it does so again from time to time.
 */
public final class IgnoreList {

    /** Where names and files are looked up, while a list is compiled. */
    public interface Sources {

        /** The addresses of a host name, as far as known. */
        Collection<String> addressesOf(String name);

        /** The lines of a file named by {@code file:…}; none if it can't be read. */
        Collection<String> linesOf(String file);
    }

    private static final String FILE = "file:";

    private final Map<IpRange, String> ranges = new HashMap<>();
    private final Set<Integer> prefixes = new TreeSet<>();
    private final Map<String, String> texts = new HashMap<>();

    private IgnoreList() {}

    /**
     * Compiles a list.
     *
     * @param entries of {@code ignoreip}
     * @param sources where names and files are looked up
     */
    public static IgnoreList compile(List<String> entries, Sources sources) {
        IgnoreList list = new IgnoreList();
        Set<String> files = new HashSet<>();
        for (String entry : entries) {
            if (entry.startsWith(FILE)) {
                if (files.add(entry)) {
                    list.addFile(entry, sources);
                }
            } else {
                list.add(entry, entry, sources);
            }
        }
        return list;
    }

    private void addFile(String entry, Sources sources) {
        for (String line : sources.linesOf(entry.substring(FILE.length()))) {
            int comment = line.indexOf('#');
            for (String word : (comment < 0 ? line : line.substring(0, comment)).split("[\\s,]+")) {
                if (!word.isEmpty()) {
                    add(word, entry + " " + word, sources);
                }
            }
        }
    }

    private void add(String word, String rule, Sources sources) {
        IpRange range = IpRange.parse(word);
        if (range != null) {
            add(range, rule);
            return;
        }
        texts.putIfAbsent(word, rule);
        for (String address : sources.addressesOf(word)) {
            IpRange resolved = IpRange.parse(address);
            if (resolved != null) {
                add(resolved, rule + " (" + address + ")");
            }
        }
    }

    private void add(IpRange range, String rule) {
        ranges.putIfAbsent(range, rule);
        prefixes.add(range.prefix());
    }

    /**
     * The rule that protects an offender, in words; null if there is none.
     *
     * @param id the offender
     * @param range the offender as an address or network, null if it is none
     */
    public @Nullable String ruleFor(String id, @Nullable IpRange range) {
        if (range == null) {
            return texts.get(id);
        }
        for (int prefix : prefixes) {
            if (prefix > range.prefix()) {
                return null;
            }
            IpRange network = range.widenedTo(prefix);
            String rule = ranges.get(network);
            if (rule != null) {
                return rule;
            }
        }
        return null;
    }
}
