package org.fleetban.enforcer.firewall;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Our sets in the kernel, by way of ipset. */
final class Ipset {

    /** The kernel counts in milliseconds in 32 bits; ipset refuses more. */
    private static final long MAX_TIMEOUT_SECONDS = 2_147_483;

    private final CommandRunner commands;
    private final String prefix;
    private final KeptProcess kept;

    Ipset(CommandRunner commands, String prefix) {
        this.commands = commands;
        this.prefix = prefix;
        this.kept = new KeptProcess(
                commands, List.of("ipset", "-exist", "-"), Ipset::question, line -> line.contains(" in set "));
    }

    /** Asks for the entry of the last line; answers to anything else wait in the tool's buffer. */
    private static String question(String line) {
        String[] words = line.split(" ");
        boolean entry = words.length >= 3 && (words[0].equals("add") || words[0].equals("del"));
        return entry ? "test " + words[1] + ' ' + words[2] : "";
    }

    void close() {
        kept.close();
    }

    /** Our sets by name, with the number of their entries. */
    Map<String, Long> sizes() throws FirewallException {
        Map<String, Long> sizes = new HashMap<>();
        String[] name = {""};
        CommandRunner.Result result = commands.query(List.of("ipset", "list", "-t"), line -> {
            if (line.startsWith("Name: ")) {
                name[0] = line.substring("Name: ".length()).strip();
            } else if (line.startsWith("Number of entries: ") && name[0].startsWith(prefix)) {
                sizes.put(
                        name[0],
                        Long.parseLong(
                                line.substring("Number of entries: ".length()).strip()));
            }
        });
        require(result, "ipset list");
        return sizes;
    }

    /** Tells the entries of a set as those of a group. */
    void list(String set, String group, Entries entries) throws FirewallException {
        List<String> bad = new ArrayList<>();
        CommandRunner.Result result = commands.query(List.of("ipset", "save", set), line -> {
            String[] words = line.strip().split(" ");
            if (words[0].equals("add") && words.length >= 3) {
                try {
                    entries.entry(group, Network.parse(words[2]), remaining(words));
                } catch (IllegalArgumentException e) {
                    bad.add(line);
                }
            }
        });
        require(result, "ipset save " + set);
        if (!bad.isEmpty()) {
            throw new FirewallException("ipset save " + set + ": not understood: " + bad.get(0));
        }
    }

    /** Runs lines of {@code ipset restore}; entries that exist, and entries that do not, are no error. */
    void restore(String lines) throws FirewallException {
        if (!lines.isEmpty() && !kept.run(lines)) {
            require(commands.feed(List.of("ipset", "-exist", "restore"), lines), "ipset restore");
        }
    }

    /** Destroys all our sets; no rule may refer to them. */
    void removeAll() throws FirewallException {
        StringBuilder lines = new StringBuilder();
        sizes().keySet().forEach(set -> lines.append("destroy ").append(set).append('\n'));
        restore(lines.toString());
    }

    /** Appends the rest of the line that adds an entry to a set, or renews its time. */
    static void entry(StringBuilder lines, Network network, @Nullable Duration remaining) {
        lines.append(' ').append(network).append(" timeout ");
        lines.append(remaining == null ? 0 : seconds(remaining)).append('\n');
    }

    private static long seconds(Duration remaining) {
        return Math.max(1, Math.min(MAX_TIMEOUT_SECONDS, (remaining.toMillis() + 999) / 1000));
    }

    private static long remaining(String[] words) {
        if (List.of(words).contains("nomatch")) {
            return Entries.VOID;
        }
        for (int i = 3; i + 1 < words.length; i++) {
            if (words[i].equals("timeout") && !words[i + 1].equals("0")) {
                return Long.parseLong(words[i + 1]) * 1000;
            }
        }
        return Entries.PERMANENT;
    }

    private static void require(CommandRunner.Result result, String what) throws FirewallException {
        if (!result.ok()) {
            throw new FirewallException(what + ": " + result.said());
        }
    }
}
