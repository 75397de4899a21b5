package org.fleetban.enforcer.firewall;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.fleetban.protocol.Family;

/** Finds the firewall that works on this host by trying it on the running kernel. */
public final class Firewalls {

    /** How the firewall of a dry run describes itself: it refuses nobody. */
    public static final String DRY_RUN = "none, this is a dry run";

    /** What trial sets and chains are called, as if they were a group's; each start makes them and takes them away. */
    static final String PROBE = "probe";

    private final CommandRunner commands;
    private final FirewallSettings settings;

    /**
     * @param commands of the host
     * @param settings of the firewall to find
     */
    public Firewalls(CommandRunner commands, FirewallSettings settings) {
        this.commands = commands;
        this.settings = settings;
    }

    /**
     * The firewall of a kind, after it took and gave back a trial set and a trial rule.
     *
     * @throws FirewallException if it does not work here, or with {@link FirewallKind#AUTO} if none does; the message says
     *     of each what its tools said
     */
    public Firewall find(FirewallKind kind) throws FirewallException {
        return switch (kind) {
            case AUTO -> first(List.of(FirewallKind.IPSET, FirewallKind.NFTABLES, FirewallKind.IPTABLES));
            case IPSET -> ipset();
            case NFTABLES -> nftables();
            case IPTABLES -> iptables();
            case NONE -> dryRun(Clock.systemUTC());
        };
    }

    /** Takes away whatever any kind of firewall of ours left on this host. */
    public void removeAll() throws FirewallException {
        Remains remains = new Remains(commands, settings);
        remains.ofIptables();
        remains.ofIpset();
        remains.ofNftables();
    }

    /** A firewall that only remembers. */
    public static Firewall dryRun(Clock clock) {
        return new RecordingFirewall(clock);
    }

    private Firewall first(List<FirewallKind> kinds) throws FirewallException {
        List<String> reasons = new ArrayList<>();
        for (FirewallKind kind : kinds) {
            try {
                return find(kind);
            } catch (FirewallException | IllegalArgumentException e) {
                reasons.add(kind + ": " + e.getMessage());
            }
        }
        throw new FirewallException("no firewall works here. " + String.join("; ", reasons)
                + ". Run as root (or with CAP_NET_ADMIN), and install iptables and ipset, or nftables");
    }

    private Firewall ipset() throws FirewallException {
        List<Family> families = new ArrayList<>();
        FirewallException failure = null;
        for (Family family : Family.values()) {
            String set = settings.prefix() + '-' + PROBE + (family == Family.INET ? "-4" : "-6");
            String chain = settings.prefix() + '-' + PROBE;
            String tool = tool(family);
            try {
                feed(
                        List.of("ipset", "-exist", "restore"),
                        "create " + set + " hash:net family " + (family == Family.INET ? "inet" : "inet6")
                                + " timeout 0\n");
                try {
                    restore(
                            tool,
                            ":" + chain + " - [0:0]\n-A " + chain + " -m set --match-set " + set + " src "
                                    + XtablesRules.target(settings.block(), family) + '\n');
                } finally {
                    commands.feed(
                            List.of(tool + "-restore", "-w", "--noflush"),
                            "*filter\n:" + chain + " - [0:0]\n-X " + chain + "\nCOMMIT\n");
                    commands.feed(List.of("ipset", "-exist", "restore"), "destroy " + set + '\n');
                }
                families.add(family);
            } catch (FirewallException e) {
                failure = failure == null || family == Family.INET ? e : failure;
            }
        }
        if (families.isEmpty() && failure != null) {
            throw failure;
        }
        return new IpsetFirewall(
                commands, settings, families, version("iptables") + " with " + version("ipset") + only(families));
    }

    private Firewall iptables() throws FirewallException {
        List<Family> families = new ArrayList<>();
        FirewallException failure = null;
        for (Family family : Family.values()) {
            String chain = settings.prefix() + '-' + PROBE;
            try {
                restore(
                        tool(family),
                        ":" + chain + " - [0:0]\n-A " + chain + ' '
                                + XtablesRules.target(settings.block(), family)
                                + "\n-F " + chain + "\n-X " + chain + '\n');
                families.add(family);
            } catch (FirewallException e) {
                failure = failure == null || family == Family.INET ? e : failure;
            }
        }
        if (families.isEmpty() && failure != null) {
            throw failure;
        }
        return new IptablesFirewall(commands, settings, families, version("iptables") + only(families));
    }

    private Firewall nftables() throws FirewallException {
        String table = "inet " + settings.prefix() + '-' + PROBE;
        feed(
                List.of("nft", "-f", "-"),
                "add table " + table + "\nadd set " + table + " s { type ipv4_addr; flags timeout; }\nadd chain "
                        + table + " c\nadd rule " + table + " c ip saddr & 255.255.255.0 @s counter reject\n");
        feed(List.of("nft", "-f", "-"), "delete table " + table + '\n');
        return new NftablesFirewall(commands, settings, version("nft"));
    }

    private void restore(String tool, String lines) throws FirewallException {
        feed(List.of(tool + "-restore", "-w", "--noflush"), "*filter\n" + lines + "COMMIT\n");
    }

    private void feed(List<String> command, String input) throws FirewallException {
        CommandRunner.Result result = commands.feed(command, input);
        if (!result.ok()) {
            throw new FirewallException(command.get(0) + ": " + result.said());
        }
    }

    private String version(String tool) throws FirewallException {
        Set<String> lines = new TreeSet<>();
        commands.query(List.of(tool, "--version"), lines::add);
        return lines.isEmpty() ? tool : lines.iterator().next().replaceAll(" \\([A-Z].*| protocol .*|,.*", "");
    }

    private static String only(List<Family> families) {
        return families.size() == Family.values().length
                ? ""
                : families.get(0) == Family.INET ? ", IPv4 only: ip6tables does not work here" : ", IPv6 only";
    }

    private static String tool(Family family) {
        return family == Family.INET ? "iptables" : "ip6tables";
    }
}
