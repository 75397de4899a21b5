package org.fleetban.enforcer.firewall;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.stream.Collectors;
import org.fleetban.protocol.Family;

/**
 * iptables alone: one chain for each group, one rule for each entry. For hosts without ipset and nftables; a packet is
 * compared with the entries one after the other, and the kernel ends none of them.
 */
final class IptablesFirewall implements Firewall {

    private final String description;
    private final FirewallSettings settings;
    private final List<Xtables> families;
    private final Remains remains;

    /** The chains of each family by name as far as they are known; a rule is deleted only if it is there. */
    private final Map<Family, Map<String, Chain>> known = new HashMap<>();

    private List<Group> laidOut = List.of();

    /** A chain of ours: the entries that it holds, and whether somebody else's rules are among them. */
    private static final class Chain {

        final Set<Network> entries = new HashSet<>();
        boolean strange;
    }

    IptablesFirewall(CommandRunner commands, FirewallSettings settings, List<Family> families, String description) {
        this.description = description;
        this.remains = new Remains(commands, settings);
        this.settings = settings;
        this.families = families.stream()
                .map(family -> new Xtables(commands, family, settings))
                .toList();
    }

    @Override
    public String description() {
        return description;
    }

    @Override
    public Set<Family> families() {
        return families.stream().map(Xtables::family).collect(Collectors.toSet());
    }

    @Override
    public boolean endsEntries() {
        return false;
    }

    @Override
    public Audit read(SortedSet<Group> groups, Entries entries) throws FirewallException {
        known.clear();
        for (Xtables tables : families) {
            tell(known(tables), entries);
        }
        Audit audit = audit(groups, List.of());
        if (!audit.faults().isEmpty()) {
            forget();
        }
        return audit;
    }

    @Override
    public void list(Entries entries) throws FirewallException {
        for (Xtables tables : families) {
            tell(chains(tables), entries);
        }
    }

    private void tell(Map<String, Chain> chains, Entries entries) {
        chains.forEach((name, chain) -> {
            entries.group(group(name));
            chain.entries.forEach(network -> entries.entry(group(name), network, Entries.PERMANENT));
        });
    }

    @Override
    public Audit audit(SortedSet<Group> groups, Collection<Target> sample) throws FirewallException {
        List<String> faults = new ArrayList<>();
        Map<String, Audit.Traffic> refused = new HashMap<>();
        Map<String, Long> sizes = new HashMap<>();
        for (Xtables tables : families) {
            faults.addAll(tables.faults(rules(groups, tables.family()), new HashMap<>()));
            for (Group group : groups) {
                Optional<List<Xtables.Line>> lines = tables.list(chain(group));
                if (lines.isEmpty()) {
                    faults.add("chain " + chain(group) + " is missing");
                    continue;
                }
                strange(lines.get(), tables.family())
                        .ifPresent(rule ->
                                faults.add("chain " + chain(group) + " holds a rule that is not ours: " + rule));
                sizes.merge(group.name(), (long) lines.get().size(), Long::sum);
                lines.get().forEach(line -> refused.merge(group.name(), line.traffic(), Audit.Traffic::plus));
            }
        }
        return new Audit(faults, sizes, refused);
    }

    @Override
    public void apply(Change change) throws FirewallException {
        boolean layout = change.isLayoutOnly() || !laidOut.equals(List.copyOf(change.groups()));
        try {
            if (layout) {
                known.clear();
            }
            for (Xtables tables : families) {
                Map<String, Chain> chains = known(tables);
                String entries = lines(change, tables.family(), chains);
                if (layout) {
                    tables.layOut(rules(change.groups(), tables.family()), entries);
                } else {
                    tables.restore(entries);
                }
                drop(change.dropped(), tables, chains);
            }
        } catch (FirewallException e) {
            forget();
            throw e;
        }
        laidOut = List.copyOf(change.groups());
    }

    @Override
    public void supersede() throws FirewallException {
        remains.ofIpset();
        remains.ofNftables();
    }

    @Override
    public void remove() throws FirewallException {
        for (Xtables tables : families) {
            tables.remove();
            tables.removeChains(settings.prefix() + '-');
        }
        forget();
    }

    private String lines(Change change, Family family, Map<String, Chain> chains) {
        StringBuilder lines = new StringBuilder();
        String target = XtablesRules.target(settings.block(), family);
        for (Group group : change.groups()) {
            String name = chain(group);
            Chain chain = chains.get(name);
            if (chain == null || chain.strange) {
                // Empties it, if there is one.
                lines.append(':').append(name).append(" - [0:0]\n");
            }
            if (chain == null) {
                chains.put(name, new Chain());
            } else if (chain.strange) {
                chain.strange = false;
                chain.entries.forEach(network -> append(lines, "-A ", name, network, target));
            }
        }
        for (Target removal : change.removals()) {
            String chain = chain(removal.group());
            if (removal.network().family() == family
                    && chains.containsKey(chain)
                    && chains.get(chain).entries.remove(removal.network())) {
                append(lines, "-D ", chain, removal.network(), target);
            }
        }
        for (Change.Addition addition : change.additions()) {
            Target added = addition.target();
            String chain = chain(added.group());
            if (added.network().family() == family
                    && chains.computeIfAbsent(chain, name -> new Chain())
                            .entries
                            .add(added.network())) {
                append(lines, "-A ", chain, added.network(), target);
            }
        }
        return lines.toString();
    }

    private static void append(StringBuilder lines, String verb, String chain, Network network, String target) {
        lines.append(verb).append(chain).append(" -s ").append(network);
        lines.append(' ').append(target).append('\n');
    }

    private void drop(Set<String> groups, Xtables tables, Map<String, Chain> chains) throws FirewallException {
        StringBuilder lines = new StringBuilder();
        for (String group : groups) {
            String chain = settings.prefix() + '-' + group;
            if (chains.remove(chain) != null) {
                lines.append(':')
                        .append(chain)
                        .append(" - [0:0]\n-X ")
                        .append(chain)
                        .append('\n');
            }
        }
        tables.restore(lines.toString());
    }

    private Map<String, Chain> known(Xtables tables) throws FirewallException {
        Map<String, Chain> chains = known.get(tables.family());
        if (chains == null) {
            chains = chains(tables);
            known.put(tables.family(), chains);
        }
        return chains;
    }

    private Map<String, Chain> chains(Xtables tables) throws FirewallException {
        Map<String, Chain> chains = new HashMap<>();
        for (String chain : tables.chains(settings.prefix() + '-')) {
            if (!chain.equals(tables.mainChain())) {
                chains.put(chain, read(tables, chain));
            }
        }
        return chains;
    }

    private Chain read(Xtables tables, String name) throws FirewallException {
        Chain chain = new Chain();
        List<Xtables.Line> lines = tables.list(name).orElse(List.of());
        chain.strange = strange(lines, tables.family()).isPresent();
        for (Xtables.Line line : lines) {
            String[] words = line.rule().split(" ");
            // One that refuses in another way than we do now refuses, and must not go before ours is there.
            boolean refuses = words.length >= 4
                    && words[0].equals("-s")
                    && words[2].equals("-j")
                    && (words[3].equals("DROP") || words[3].equals("REJECT"));
            if (refuses) {
                try {
                    chain.entries.add(Network.parse(words[1]));
                } catch (IllegalArgumentException e) {
                    chain.strange = true;
                }
            }
        }
        return chain;
    }

    /** A rule that is not as we write them, or that is there twice. */
    private Optional<String> strange(List<Xtables.Line> lines, Family family) {
        Set<String> seen = new HashSet<>();
        String target = ' ' + XtablesRules.target(settings.block(), family);
        return lines.stream()
                .map(Xtables.Line::rule)
                .filter(rule -> !rule.startsWith("-s ")
                        || !rule.endsWith(target)
                        || rule.indexOf(' ', "-s ".length()) != rule.length() - target.length()
                        || !seen.add(rule))
                .findFirst();
    }

    private List<Rule> rules(SortedSet<Group> groups, Family family) {
        List<Rule> rules = new ArrayList<>();
        for (Group group : groups) {
            String jump = "-j " + chain(group);
            for (String match : XtablesRules.matches(group.ports(), family)) {
                rules.add(new Rule(group.name(), match.isEmpty() ? jump : match + ' ' + jump));
            }
        }
        return rules;
    }

    private void forget() {
        known.clear();
        laidOut = List.of();
    }

    private String chain(Group group) {
        return settings.prefix() + '-' + group.name();
    }

    private String group(String chain) {
        return chain.substring(settings.prefix().length() + 1);
    }
}
