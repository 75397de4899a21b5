package org.fleetban.enforcer.firewall;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.fleetban.enforcer.firewall.Audit.Traffic;
import org.fleetban.protocol.Family;

/**
 * Our main chain in the filter table of iptables or ip6tables, and the jumps to it. It is written with
 * {@code iptables-restore --noflush}, which replaces the chains that it names in one step and leaves all others alone.
 */
final class Xtables {

    private static final Pattern COUNTED = Pattern.compile("-A \\S+ (?:(.*?) )?-c ([0-9]+) ([0-9]+)(?: (.*))?");

    private final CommandRunner commands;
    private final Family family;
    private final FirewallSettings settings;
    private final String command;
    private final String mainChain;

    /** How the tool prints the rules last written, where a version prints them otherwise than they were given. */
    private volatile Map<List<String>, List<String>> printed = Map.of();

    Xtables(CommandRunner commands, Family family, FirewallSettings settings) {
        this.commands = commands;
        this.family = family;
        this.settings = settings;
        this.command = family == Family.INET ? "iptables" : "ip6tables";
        this.mainChain = settings.prefix() + "-block";
    }

    Family family() {
        return family;
    }

    String mainChain() {
        return mainChain;
    }

    /** What is wrong with the main chain and the jumps to it; sums up what the rules have refused. */
    List<String> faults(List<Rule> wanted, Map<String, Traffic> refused) throws FirewallException {
        List<String> faults = new ArrayList<>(faultsOfMainChain(wanted, refused));
        for (String chain : settings.chains()) {
            Optional<List<Line>> lines = list(chain);
            if (lines.isPresent() && !jumpsFirst(lines.get())) {
                faults.add(command + " chain " + chain + " does not jump to " + mainChain + " in its first rule");
            }
        }
        return faults;
    }

    /**
     * Writes the main chain and the jumps if they are not as wanted.
     *
     * @param before lines of iptables-restore to run in the same step before the rules
     */
    void layOut(List<Rule> wanted, String before) throws FirewallException {
        StringBuilder input = new StringBuilder(before);
        boolean rewrite = !faultsOfMainChain(wanted, new HashMap<>()).isEmpty();
        if (rewrite) {
            Map<String, Traffic> earlier = new HashMap<>();
            list(mainChain).ifPresent(lines -> lines.forEach(line -> earlier.put(line.rule(), line.traffic())));
            input.append(':').append(mainChain).append(" - [0:0]\n");
            for (Rule rule : wanted) {
                Traffic traffic = earlier.getOrDefault(rule.text(), new Traffic(0, 0));
                input.append('[').append(traffic.packets()).append(':').append(traffic.bytes());
                input.append("] -A ")
                        .append(mainChain)
                        .append(' ')
                        .append(rule.text())
                        .append('\n');
            }
        }
        for (String chain : settings.chains()) {
            Optional<List<Line>> lines = list(chain);
            if (lines.isPresent() && !jumpsFirst(lines.get())) {
                input.append(jumps(lines.get(), chain));
                input.append("-I ")
                        .append(chain)
                        .append(" 1 -j ")
                        .append(mainChain)
                        .append('\n');
            }
        }
        restore(input.toString());
        if (rewrite) {
            printed = list(mainChain)
                    .map(lines ->
                            Map.of(texts(wanted), lines.stream().map(Line::rule).toList()))
                    .orElse(Map.of());
        }
    }

    /** Runs lines of iptables-restore as one step; no lines, no step. */
    void restore(String lines) throws FirewallException {
        if (lines.isEmpty()) {
            return;
        }
        CommandRunner.Result result = commands.feed(
                List.of(command + "-restore", "-w", "--noflush", "--counters"), "*filter\n" + lines + "COMMIT\n");
        if (!result.ok()) {
            throw new FirewallException(command + "-restore: " + result.said());
        }
    }

    /** Removes jumps and main chain. */
    void remove() throws FirewallException {
        StringBuilder input = new StringBuilder();
        for (String chain : settings.chains()) {
            list(chain).ifPresent(lines -> input.append(jumps(lines, chain)));
        }
        restore(input.toString());
        removeChains(mainChain);
        printed = Map.of();
    }

    /** Removes all chains of the filter table whose name begins with the prefix; nothing may jump to them. */
    void removeChains(String prefix) throws FirewallException {
        removeChainsBeside(prefix, "");
    }

    /** The same, but one of them stays. */
    void removeChainsBeside(String prefix, String kept) throws FirewallException {
        StringBuilder lines = new StringBuilder();
        for (String chain : chains(prefix)) {
            if (!chain.equals(kept)) {
                lines.append(':')
                        .append(chain)
                        .append(" - [0:0]\n-X ")
                        .append(chain)
                        .append('\n');
            }
        }
        restore(lines.toString());
    }

    boolean isInstalled() {
        return commands.has(command);
    }

    /** The rules of a chain in their order; absent: there is no such chain. */
    Optional<List<Line>> list(String chain) throws FirewallException {
        List<Line> lines = new ArrayList<>();
        CommandRunner.Result result = commands.query(List.of(command, "-w", "-v", "-S", chain), text -> {
            Matcher counted = COUNTED.matcher(text);
            if (counted.matches()) {
                String front = Objects.requireNonNullElse(counted.group(1), "");
                String back = Objects.requireNonNullElse(counted.group(4), "");
                lines.add(new Line(
                        (front + ' ' + back).strip(),
                        new Traffic(Long.parseLong(counted.group(2)), Long.parseLong(counted.group(3)))));
            } else if (text.startsWith("-A ")) {
                // A comment with a line break in it: none of ours.
                lines.add(new Line(text, new Traffic(0, 0)));
            }
        });
        return result.ok() ? Optional.of(lines) : Optional.empty();
    }

    /** The names of all chains of the filter table that begin with the prefix. */
    List<String> chains(String prefix) throws FirewallException {
        Map<String, String> names = new LinkedHashMap<>();
        CommandRunner.Result result = commands.query(List.of(command, "-w", "-S"), text -> {
            String name = text.startsWith("-N ") ? text.substring(3).strip() : "";
            if (name.startsWith(prefix)) {
                names.put(name, name);
            }
        });
        if (!result.ok()) {
            throw new FirewallException(command + " -S: " + result.said());
        }
        return List.copyOf(names.keySet());
    }

    private List<String> faultsOfMainChain(List<Rule> wanted, Map<String, Traffic> refused) throws FirewallException {
        Optional<List<Line>> lines = list(mainChain);
        if (lines.isEmpty()) {
            return List.of(command + " chain " + mainChain + " is missing");
        }
        List<String> expected = printed.getOrDefault(texts(wanted), texts(wanted));
        if (!lines.get().stream().map(Line::rule).toList().equals(expected)) {
            return List.of(command + " chain " + mainChain + " does not hold our rules");
        }
        for (int i = 0; i < wanted.size(); i++) {
            wanted.get(i).count(lines.get().get(i).traffic(), refused);
        }
        return List.of();
    }

    private boolean jumpsFirst(List<Line> lines) {
        return !lines.isEmpty() && lines.get(0).rule().equals("-j " + mainChain);
    }

    private String jumps(List<Line> lines, String chain) {
        long jumps = lines.stream()
                .filter(line -> line.rule().equals("-j " + mainChain))
                .count();
        return ("-D " + chain + " -j " + mainChain + '\n').repeat((int) jumps);
    }

    private static List<String> texts(List<Rule> rules) {
        return rules.stream().map(Rule::text).toList();
    }

    /** A rule as printed, with what it has refused. */
    record Line(String rule, Traffic traffic) {}
}
