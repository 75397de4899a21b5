package org.fleetban.enforcer;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.fleetban.enforcer.firewall.Block;
import org.fleetban.enforcer.firewall.FirewallKind;
import org.fleetban.enforcer.firewall.FirewallSettings;
import org.fleetban.enforcer.firewall.Network;
import org.fleetban.protocol.Topics;

/**
 * What an enforcer is told.
 *
 * @param host this host's name; a host-scoped ban is enforced on its own host alone
 * @param topics where bans are read
 * @param data the folder of the local snapshot, created where it is missing
 * @param kind which firewall
 * @param firewall how it is laid out
 * @param neverBan networks that no ban may touch, beside those that the enforcer finds out itself
 * @param largestIpv4 the shortest prefix length of an IPv4 network that is banned without the operator's word
 * @param largestIpv6 the same for IPv6
 * @param newBansPerMinute how many bans a minute are enforced without the operator's word; 0: any number
 * @param auditInterval how often the firewall is looked at
 */
public record EnforcerSettings(
        String host,
        Topics topics,
        Path data,
        FirewallKind kind,
        FirewallSettings firewall,
        List<Network> neverBan,
        int largestIpv4,
        int largestIpv6,
        int newBansPerMinute,
        Duration auditInterval) {

    /** What the name of every property begins with. */
    public static final String PREFIX = "enforcer.";

    private static final Set<String> NAMES = new TreeSet<>(Set.of(
            "firewall",
            "block",
            "chains",
            "capacity",
            "names",
            "never-ban",
            "largest-ipv4",
            "largest-ipv6",
            "new-bans-per-minute",
            "audit.ms"));

    public EnforcerSettings {
        if (host.isBlank()) {
            throw new IllegalArgumentException("the host has no name");
        }
        if (largestIpv4 < 1 || largestIpv4 > 32) {
            throw new IllegalArgumentException(PREFIX + "largest-ipv4 = " + largestIpv4 + ": expected 1 to 32");
        }
        if (largestIpv6 < 1 || largestIpv6 > 128) {
            throw new IllegalArgumentException(PREFIX + "largest-ipv6 = " + largestIpv6 + ": expected 1 to 128");
        }
        if (newBansPerMinute < 0) {
            throw new IllegalArgumentException(
                    PREFIX + "new-bans-per-minute = " + newBansPerMinute + ": expected 0 (no limit) or more");
        }
        if (auditInterval.toMillis() < 100) {
            throw new IllegalArgumentException(
                    PREFIX + "audit.ms = " + auditInterval.toMillis() + ": expected at least 100");
        }
        neverBan = List.copyOf(neverBan);
    }

    /** The settings where nothing else is configured. */
    public static EnforcerSettings defaults(String host, Topics topics, Path data) {
        return of(Map.of(), host, topics, data);
    }

    /**
     * Reads {@code enforcer.firewall} (auto, ipset, nftables, iptables, none), {@code .block} (reject, drop),
     * {@code .chains}, {@code .never-ban} (lists), {@code .capacity} (bans of a group and family), {@code .names} (what
     * chains and sets are called at the beginning), {@code .largest-ipv4}, {@code .largest-ipv6} (prefix lengths),
     * {@code .new-bans-per-minute} and {@code .audit.ms}.
     *
     * @param properties all settings of the service; those that do not begin with {@code enforcer.} are not looked at
     * @throws IllegalArgumentException if a value is of another form, or there is no such setting; the message names it
     */
    public static EnforcerSettings of(Map<String, String> properties, String host, Topics topics, Path data) {
        for (String name : properties.keySet()) {
            if (name.startsWith(PREFIX) && !NAMES.contains(name.substring(PREFIX.length()))) {
                throw new IllegalArgumentException(name + ": no such setting, expected one of " + NAMES);
            }
        }
        Properties read = new Properties(properties);
        FirewallSettings defaults = FirewallSettings.DEFAULTS;
        return new EnforcerSettings(
                host,
                topics,
                data,
                read.one("firewall", FirewallKind.AUTO, FirewallKind::parse),
                new FirewallSettings(
                        read.one("names", defaults.prefix(), String::strip),
                        read.one(
                                "block",
                                defaults.block(),
                                text -> Block.valueOf(text.strip().toUpperCase(Locale.ROOT))),
                        read.list("chains", defaults.chains(), Function.identity()),
                        read.one("capacity", defaults.capacity(), Integer::valueOf)),
                read.list("never-ban", List.of(), Network::parse),
                read.one("largest-ipv4", 16, Integer::valueOf),
                read.one("largest-ipv6", 32, Integer::valueOf),
                read.one("new-bans-per-minute", 1000, Integer::valueOf),
                Duration.ofMillis(read.one("audit.ms", 3000L, Long::valueOf)));
    }

    private record Properties(Map<String, String> values) {

        <T> T one(String name, T otherwise, Function<String, T> parser) {
            String text = values.get(PREFIX + name);
            if (text == null) {
                return otherwise;
            }
            try {
                return parser.apply(text.strip());
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(PREFIX + name + " = " + text + ": " + e.getMessage(), e);
            }
        }

        <T> List<T> list(String name, List<T> otherwise, Function<String, T> parser) {
            return one(
                    name,
                    otherwise,
                    text -> Stream.of(text.split("[\\s,]+"))
                            .filter(word -> !word.isEmpty())
                            .map(parser)
                            .toList());
        }
    }
}
