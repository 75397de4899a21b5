package org.fleetban.enforcer.firewall;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.fleetban.protocol.Family;
import org.jspecify.annotations.Nullable;

/**
 * nftables: one table of our own with chains of its own at the hooks, so that nothing in it is shared with anybody.
 *
 * <p>A group has one hash set for each prefix length in use, and its rules look the masked source address up in each.
 * Interval sets would serve networks too, but networks of one set may not overlap there, and {@code nft} reads the
 * whole table before it adds to one. A batch is one transaction.
 */
final class NftablesFirewall implements Firewall {

    /** Elements in one command line. */
    private static final int CHUNK = 500;

    private static final String MAIN_CHAIN = "block";

    /** Before the filter chains of everybody else (priority 0), after connection tracking (-200). */
    private static final int PRIORITY = -10;

    private final CommandRunner commands;
    private final FirewallSettings settings;
    private final String description;
    private final String table;
    private final SortedSet<String> hooks;
    private final Remains remains;
    private final KeptProcess kept;
    private final NftablesProbe probe;

    /** The sets in use, by the name of their group. */
    private volatile Map<String, SortedSet<NftablesSlot>> slots = Map.of();

    /** The comments of the rules last written or found; each is a fingerprint of its rule. */
    private List<String> laidOut = List.of();

    NftablesFirewall(CommandRunner commands, FirewallSettings settings, String description) {
        this.commands = commands;
        this.settings = settings;
        this.description = description;
        this.table = Remains.table(settings);
        this.hooks = hooks(settings.chains());
        this.remains = new Remains(commands, settings);
        this.probe = new NftablesProbe(commands);
        this.kept = new KeptProcess(
                commands,
                List.of("nft", "-i"),
                line -> "describe meta mark",
                line -> line.startsWith("meta expression"));
    }

    private static SortedSet<String> hooks(List<String> chains) {
        SortedSet<String> hooks = new TreeSet<>();
        for (String chain : chains) {
            switch (chain) {
                case "INPUT" -> hooks.add("input");
                case "FORWARD", "DOCKER-USER" -> hooks.add("forward");
                default ->
                    throw new IllegalArgumentException(
                            "chain '" + chain + "': with nftables expected INPUT, FORWARD or DOCKER-USER");
            }
        }
        return hooks;
    }

    @Override
    public String description() {
        return description;
    }

    @Override
    public Set<Family> families() {
        return EnumSet.allOf(Family.class);
    }

    @Override
    public boolean endsEntries() {
        return true;
    }

    @Override
    public boolean listsBesideChanges() {
        return false;
    }

    @Override
    public Audit read(SortedSet<Group> groups, Entries entries) throws FirewallException {
        probe.clear();
        Listed listed = listed(entries, (set, address, left) -> probe.added(table + ' ' + set, address, left));
        NftablesListing listing = listed.listing();
        slots = Map.copyOf(slots(listing.sets));
        List<String> faults = new ArrayList<>();
        if (listed.result().ok()) {
            faults.addAll(missing(groups, listing));
            if (!comments(rules(groups, slots)).equals(listing.chains.get(MAIN_CHAIN))) {
                faults.add("nftables chain " + MAIN_CHAIN + " does not hold our rules");
            }
            for (String hook : hooks) {
                if (!List.of(MAIN_CHAIN).equals(listing.chains.get(hook))) {
                    faults.add("nftables chain " + hook + " does not jump to " + MAIN_CHAIN);
                }
            }
        } else {
            faults.add("nftables table " + table + " is missing: "
                    + listed.result().said());
        }
        laidOut = faults.isEmpty() ? comments(rules(groups, slots)) : List.of();
        Map<String, Audit.Traffic> refused = new HashMap<>();
        listing.counters.forEach((name, traffic) -> refused.put(unprefixed(name), traffic));
        return new Audit(faults, Map.of(), refused);
    }

    @Override
    public void list(Entries entries) throws FirewallException {
        CommandRunner.Result result =
                listed(entries, (set, address, left) -> {}).result();
        if (!result.ok()) {
            throw new FirewallException("nft list table " + table + ": " + result.said());
        }
    }

    private record Listed(NftablesListing listing, CommandRunner.Result result) {}

    /** @param seen is told the same as the entries, in the words of nft */
    private Listed listed(Entries entries, NftablesListing.Elements seen) throws FirewallException {
        Map<String, NftablesSlot.Named> names = new HashMap<>();
        List<String> bad = new ArrayList<>();
        NftablesListing listing = new NftablesListing((set, address, remaining) -> {
            try {
                NftablesSlot.Named name = names.get(set);
                if (name == null) {
                    name = NftablesSlot.parse(unprefixed(set));
                    names.put(set, name);
                }
                entries.entry(name.group(), network(address, name.slot()), remaining);
                seen.element(set, address, remaining);
            } catch (IllegalArgumentException e) {
                bad.add(set + ": " + address);
            }
        });
        CommandRunner.Result result = commands.patient().query(words("list table " + table), listing::line);
        if (!bad.isEmpty()) {
            throw new FirewallException("nft list table " + table + ": not understood: " + bad.get(0));
        }
        slots(listing.sets).keySet().forEach(entries::group);
        return new Listed(listing, result);
    }

    private Map<String, SortedSet<NftablesSlot>> slots(Set<String> sets) throws FirewallException {
        Map<String, SortedSet<NftablesSlot>> found = new HashMap<>();
        for (String set : sets) {
            try {
                NftablesSlot.Named name = NftablesSlot.parse(unprefixed(set));
                found.computeIfAbsent(name.group(), group -> new TreeSet<>()).add(name.slot());
            } catch (IllegalArgumentException e) {
                throw new FirewallException(String.valueOf(e.getMessage()), e);
            }
        }
        return found;
    }

    @Override
    public Audit audit(SortedSet<Group> groups, Collection<Target> sample) throws FirewallException {
        NftablesListing listing = new NftablesListing((set, address, remaining) -> {});
        String[] current = {""};
        for (String what : List.of("chains", "sets")) {
            CommandRunner.Result result = commands.query(words("-t list " + what + " inet"), line -> {
                if (line.startsWith("table ")) {
                    current[0] = line;
                } else if (current[0].equals("table " + table + " {")) {
                    listing.line(line);
                }
            });
            if (!result.ok()) {
                throw new FirewallException("nft list " + what + ": " + result.said());
            }
        }
        List<String> faults = missing(groups, listing);
        if (faults.isEmpty() && !groups.isEmpty()) {
            // The chain comes last: trying to remove it releases what its rules use.
            faults.addAll(probe.faults(
                    List.of("counter " + name(groups.first().name()), "chain " + table + ' ' + MAIN_CHAIN),
                    elements(sample)));
        }
        return new Audit(faults, Map.of(), Map.of());
    }

    @Override
    public void apply(Change change) throws FirewallException {
        Map<String, SortedSet<NftablesSlot>> used = slotsAfter(change);
        List<Rule> rules = rules(change.groups(), used);
        StringBuilder lines = new StringBuilder();
        if (change.isLayoutOnly() || !comments(rules).equals(laidOut)) {
            layOut(lines, change.groups(), used, rules);
        }
        remove(lines, change.removals());
        add(lines, change.additions());
        for (String group : change.dropped()) {
            drop(lines, group, slots.getOrDefault(group, Collections.emptySortedSet()));
        }
        change.removals().forEach(removal -> probe.removed(set(removal), NftablesSlot.element(removal.network())));
        try {
            run(lines.toString());
        } catch (FirewallException e) {
            laidOut = List.of();
            throw e;
        }
        laidOut = comments(rules);
        added(change, used);
    }

    @Override
    public boolean prepare(List<Change.Addition> entries) throws FirewallException {
        Change change = Change.preparing(entries);
        Map<String, SortedSet<NftablesSlot>> used = slotsAfter(change);
        StringBuilder lines = new StringBuilder();
        declare(lines, change.groups(), used);
        add(lines, entries);
        run(lines.toString());
        added(change, used);
        return true;
    }

    private void added(Change change, Map<String, SortedSet<NftablesSlot>> used) {
        slots = used;
        for (Change.Addition addition : change.additions()) {
            Duration remaining = addition.remaining();
            probe.added(
                    set(addition.target()),
                    NftablesSlot.element(addition.target().network()),
                    remaining == null ? Entries.PERMANENT : remaining.toMillis());
        }
    }

    @Override
    public void supersede() throws FirewallException {
        remains.ofIptables();
        remains.ofIpset();
    }

    @Override
    public void remove() throws FirewallException {
        slots = Map.of();
        probe.clear();
        laidOut = List.of();
        remains.ofNftables();
    }

    @Override
    public void close() {
        kept.close();
    }

    private void layOut(
            StringBuilder lines, SortedSet<Group> groups, Map<String, SortedSet<NftablesSlot>> used, List<Rule> rules) {
        declare(lines, groups, used);
        lines.append("add chain ").append(table).append(' ').append(MAIN_CHAIN).append('\n');
        for (String hook : hooks) {
            lines.append("add chain ").append(table).append(' ').append(hook);
            lines.append(" { type filter hook ")
                    .append(hook)
                    .append(" priority ")
                    .append(PRIORITY);
            lines.append("; policy accept; }\nflush chain ")
                    .append(table)
                    .append(' ')
                    .append(hook);
            lines.append("\nadd rule ")
                    .append(table)
                    .append(' ')
                    .append(hook)
                    .append(" jump ")
                    .append(MAIN_CHAIN);
            lines.append(" comment \"").append(MAIN_CHAIN).append("\"\n");
        }
        lines.append("flush chain ")
                .append(table)
                .append(' ')
                .append(MAIN_CHAIN)
                .append('\n');
        for (Rule rule : rules) {
            lines.append("add rule ")
                    .append(table)
                    .append(' ')
                    .append(MAIN_CHAIN)
                    .append(' ')
                    .append(rule.text());
            lines.append(" comment \"").append(Digest.of(rule.text())).append("\"\n");
        }
    }

    private void declare(StringBuilder lines, SortedSet<Group> groups, Map<String, SortedSet<NftablesSlot>> used) {
        lines.append("add table ").append(table).append('\n');
        for (Group group : groups) {
            lines.append("add counter ").append(name(group.name())).append('\n');
            for (NftablesSlot slot : slots(group, used)) {
                declare(lines, group.name(), slot);
            }
        }
    }

    private void declare(StringBuilder lines, String group, NftablesSlot slot) {
        lines.append("add set ").append(name(slot.set(group)));
        lines.append(" { type ").append(slot.type()).append("; flags timeout; }\n");
    }

    /** Deleting what is not there would fail the transaction; adding it first costs nothing and never fails. */
    private void remove(StringBuilder lines, List<Target> removals) {
        elements(removals).forEach((set, list) -> {
            elements(lines, "add", set, list);
            elements(lines, "delete", set, list);
        });
    }

    /** Kernels before 6.12 leave the time of an element alone that is added again, so that it is deleted before. */
    private void add(StringBuilder lines, List<Change.Addition> additions) {
        remove(
                lines,
                additions.stream()
                        .filter(Change.Addition::renewal)
                        .map(Change.Addition::target)
                        .toList());
        Map<String, List<String>> elements = new LinkedHashMap<>();
        for (Change.Addition addition : additions) {
            elements.computeIfAbsent(set(addition.target()), set -> new ArrayList<>())
                    .add(NftablesSlot.element(addition.target().network()) + timeout(addition.remaining()));
        }
        elements.forEach((set, list) -> elements(lines, "add", set, list));
    }

    /** What is not there is made first, because deleting it would fail the transaction. */
    private void drop(StringBuilder lines, String group, SortedSet<NftablesSlot> sets) {
        sets.forEach(slot -> {
            declare(lines, group, slot);
            lines.append("delete set ").append(name(slot.set(group))).append('\n');
            probe.dropped(name(slot.set(group)));
        });
        lines.append("add counter ")
                .append(name(group))
                .append("\ndelete counter ")
                .append(name(group))
                .append('\n');
    }

    private static void elements(StringBuilder lines, String verb, String set, List<String> elements) {
        for (int i = 0; i < elements.size(); i += CHUNK) {
            lines.append(verb).append(" element ").append(set).append(" { ");
            lines.append(String.join(", ", elements.subList(i, Math.min(i + CHUNK, elements.size()))));
            lines.append(" }\n");
        }
    }

    private static String timeout(@Nullable Duration remaining) {
        return remaining == null ? "" : " timeout " + Math.max(1, remaining.toMillis()) + "ms";
    }

    private List<Rule> rules(SortedSet<Group> groups, Map<String, SortedSet<NftablesSlot>> used) {
        List<Rule> rules = new ArrayList<>();
        for (Group group : groups) {
            for (NftablesSlot slot : slots(group, used)) {
                String rest = slot.lookup(prefixed(slot.set(group.name()))) + " counter name \""
                        + prefixed(group.name()) + "\" " + verdict();
                for (String match : matches(group.ports(), slot.family())) {
                    rules.add(new Rule(group.name(), match + rest));
                }
            }
        }
        return rules;
    }

    private String verdict() {
        return settings.block() == Block.DROP ? "drop" : "reject with icmpx type port-unreachable";
    }

    private static List<String> matches(Ports ports, Family family) {
        if (ports.protocols().isEmpty()) {
            return List.of("");
        }
        List<String> matches = new ArrayList<>();
        for (Protocol protocol : ports.protocols()) {
            String match = "meta l4proto " + protocol.name(family) + ' ';
            if (protocol.hasPorts() && !ports.ranges().isEmpty()) {
                List<String> ranges =
                        ports.ranges().stream().map(range -> range.text('-')).toList();
                match += "th dport { " + String.join(", ", ranges) + " } ";
            }
            matches.add(match);
        }
        return matches;
    }

    private List<String> missing(SortedSet<Group> groups, NftablesListing listing) {
        List<String> faults = new ArrayList<>();
        for (Group group : groups) {
            for (NftablesSlot slot : slots(group, slots)) {
                if (!listing.sets.contains(prefixed(slot.set(group.name())))) {
                    faults.add("nftables set " + prefixed(slot.set(group.name())) + " is missing");
                }
            }
        }
        SortedSet<String> chains = new TreeSet<>(hooks);
        chains.add(MAIN_CHAIN);
        chains.removeAll(listing.chains.keySet());
        chains.forEach(chain -> faults.add("nftables chain " + chain + " of table " + table + " is missing"));
        return faults;
    }

    private static List<String> comments(List<Rule> rules) {
        return rules.stream().map(rule -> Digest.of(rule.text())).toList();
    }

    private static Network network(String element, NftablesSlot slot) {
        Network address = Network.parse(element);
        return new Network(address.family(), address.high(), address.low(), slot.prefix());
    }

    /** The sets that are in use after a change. */
    private Map<String, SortedSet<NftablesSlot>> slotsAfter(Change change) {
        Map<String, SortedSet<NftablesSlot>> after = new HashMap<>(slots);
        change.dropped().forEach(after::remove);
        change.groups().forEach(group -> NftablesSlot.ADDRESSES.forEach(slot -> use(after, group.name(), slot)));
        for (Change.Addition addition : change.additions()) {
            Target target = addition.target();
            use(after, target.group().name(), NftablesSlot.of(target.network()));
        }
        return after;
    }

    /** Sets of slots are never changed: an audit may read them. */
    private static void use(Map<String, SortedSet<NftablesSlot>> slots, String group, NftablesSlot slot) {
        SortedSet<NftablesSlot> known = slots.getOrDefault(group, Collections.emptySortedSet());
        if (!known.contains(slot)) {
            SortedSet<NftablesSlot> more = new TreeSet<>(known);
            more.add(slot);
            slots.put(group, more);
        }
    }

    private static SortedSet<NftablesSlot> slots(Group group, Map<String, SortedSet<NftablesSlot>> used) {
        return used.getOrDefault(group.name(), new TreeSet<>(NftablesSlot.ADDRESSES));
    }

    /** By the name of their set. */
    private Map<String, List<String>> elements(Collection<Target> targets) {
        Map<String, List<String>> elements = new LinkedHashMap<>();
        for (Target target : targets) {
            elements.computeIfAbsent(set(target), set -> new ArrayList<>()).add(NftablesSlot.element(target.network()));
        }
        return elements;
    }

    private String set(Target target) {
        return name(NftablesSlot.of(target.network()).set(target.group().name()));
    }

    private String name(String unprefixed) {
        return table + ' ' + prefixed(unprefixed);
    }

    private String prefixed(String name) {
        return settings.prefix() + '-' + name;
    }

    private String unprefixed(String name) {
        return name.startsWith(settings.prefix() + '-')
                ? name.substring(settings.prefix().length() + 1)
                : name;
    }

    private void run(String lines) throws FirewallException {
        if (!lines.isEmpty() && !kept.run(lines.strip().replace("\n", "; "))) {
            CommandRunner.Result result = commands.feed(List.of("nft", "-f", "-"), lines);
            if (!result.ok()) {
                throw new FirewallException("nft: " + result.said());
            }
        }
    }

    private static List<String> words(String arguments) {
        return List.of(("nft " + arguments).split(" "));
    }
}
