package org.fleetban.enforcer.firewall;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.stream.Collectors;
import org.fleetban.protocol.Family;

/**
 * iptables with ipset: one set for each group and family, one chain with a rule for each set. An entry costs a lookup
 * in a hash table, however many there are, and the kernel ends it.
 */
final class IpsetFirewall implements Firewall {

    private static final String FAMILY_4 = "-4";
    private static final String FAMILY_6 = "-6";

    private final String description;
    private final FirewallSettings settings;
    private final Ipset ipset;
    private final List<Xtables> families;
    private final Remains remains;

    /** Sets that we know to exist, and the groups for which the rules were last written. */
    private final Set<String> known = new HashSet<>();

    private List<Group> laidOut = List.of();

    IpsetFirewall(CommandRunner commands, FirewallSettings settings, List<Family> families, String description) {
        this.description = description;
        this.remains = new Remains(commands, settings);
        this.settings = settings;
        this.ipset = new Ipset(commands, settings.prefix() + '-');
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
        return true;
    }

    @Override
    public Audit read(SortedSet<Group> groups, Entries entries) throws FirewallException {
        known.retainAll(tell(entries));
        Audit audit = audit(groups, List.of());
        if (!audit.faults().isEmpty()) {
            laidOut = List.of();
        }
        return audit;
    }

    @Override
    public void list(Entries entries) throws FirewallException {
        tell(entries);
    }

    /** Returns the sets that there are. */
    private Set<String> tell(Entries entries) throws FirewallException {
        Set<String> sets = ipset.sizes().keySet();
        for (String set : sets) {
            boolean ours = set.endsWith(FAMILY_4) || set.endsWith(FAMILY_6);
            if (ours && !group(set).equals(Firewalls.PROBE)) {
                entries.group(group(set));
                ipset.list(set, group(set), entries);
            }
        }
        return sets;
    }

    @Override
    public Audit audit(SortedSet<Group> groups, Collection<Target> sample) throws FirewallException {
        List<String> faults = new ArrayList<>();
        Map<String, Audit.Traffic> refused = new HashMap<>();
        Map<String, Long> sizes = new HashMap<>();
        Map<String, Long> sets = ipset.sizes();
        for (Xtables tables : families) {
            faults.addAll(tables.faults(rules(groups, tables.family()), refused));
            for (Group group : groups) {
                String set = set(group, tables.family());
                if (sets.containsKey(set)) {
                    sizes.merge(group.name(), sets.get(set), Long::sum);
                } else {
                    faults.add("ipset " + set + " is missing");
                }
            }
        }
        return new Audit(faults, sizes, refused);
    }

    @Override
    public void apply(Change change) throws FirewallException {
        boolean layout = change.isLayoutOnly() || !laidOut.equals(List.copyOf(change.groups()));
        try {
            ipset.restore(lines(change, layout));
            if (layout) {
                for (Xtables tables : families) {
                    tables.layOut(rules(change.groups(), tables.family()), "");
                }
            }
            drop(change.dropped());
        } catch (FirewallException e) {
            known.clear();
            laidOut = List.of();
            throw e;
        }
        laidOut = List.copyOf(change.groups());
    }

    @Override
    public boolean prepare(List<Change.Addition> entries) throws FirewallException {
        try {
            ipset.restore(lines(Change.preparing(entries), false));
        } catch (FirewallException e) {
            known.clear();
            throw e;
        }
        return true;
    }

    @Override
    public void supersede() throws FirewallException {
        remains.ofGroupChains();
        remains.ofNftables();
    }

    @Override
    public void remove() throws FirewallException {
        for (Xtables tables : families) {
            tables.remove();
        }
        ipset.removeAll();
        known.clear();
        laidOut = List.of();
    }

    @Override
    public void close() {
        ipset.close();
    }

    private String lines(Change change, boolean layout) {
        StringBuilder lines = new StringBuilder();
        for (Group group : change.groups()) {
            for (Xtables tables : families) {
                String set = set(group, tables.family());
                if (known.add(set) || layout) {
                    lines.append("create ").append(set).append(" hash:net family ");
                    lines.append(tables.family() == Family.INET ? "inet" : "inet6");
                    lines.append(" maxelem ")
                            .append(FirewallSettings.KERNEL_CAPACITY)
                            .append(" timeout 0\n");
                }
            }
        }
        for (Target target : change.removals()) {
            if (serves(target.network())) {
                lines.append("del ");
                appendSet(lines, target).append(' ').append(target.network()).append('\n');
            }
        }
        for (Change.Addition addition : change.additions()) {
            if (serves(addition.target().network())) {
                lines.append("add ");
                appendSet(lines, addition.target());
                Ipset.entry(lines, addition.target().network(), addition.remaining());
            }
        }
        return lines.toString();
    }

    private StringBuilder appendSet(StringBuilder lines, Target target) {
        return lines.append(settings.prefix())
                .append('-')
                .append(target.group().name())
                .append(suffix(target.network().family()));
    }

    private void drop(Set<String> groups) throws FirewallException {
        if (groups.isEmpty()) {
            return;
        }
        StringBuilder lines = new StringBuilder();
        for (String set : ipset.sizes().keySet()) {
            if (groups.contains(group(set))) {
                lines.append("destroy ").append(set).append('\n');
                known.remove(set);
            }
        }
        ipset.restore(lines.toString());
    }

    private List<Rule> rules(SortedSet<Group> groups, Family family) {
        List<Rule> rules = new ArrayList<>();
        for (Group group : groups) {
            String rest = "-m set --match-set " + set(group, family) + " src "
                    + XtablesRules.target(settings.block(), family);
            for (String match : XtablesRules.matches(group.ports(), family)) {
                rules.add(new Rule(group.name(), match.isEmpty() ? rest : match + ' ' + rest));
            }
        }
        return rules;
    }

    private boolean serves(Network network) {
        for (Xtables tables : families) {
            if (tables.family() == network.family()) {
                return true;
            }
        }
        return false;
    }

    private String set(Group group, Family family) {
        return settings.prefix() + '-' + group.name() + suffix(family);
    }

    private static String suffix(Family family) {
        return family == Family.INET ? FAMILY_4 : FAMILY_6;
    }

    private String group(String set) {
        return set.substring(settings.prefix().length() + 1, set.length() - FAMILY_4.length());
    }
}
