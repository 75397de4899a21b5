package org.fleetban.enforcer.firewall;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What of a host is closed to an offender.
 *
 * @param protocols none: every protocol
 * @param ranges none: every port; sorted and disjoint
 */
record Ports(List<Protocol> protocols, List<PortRange> ranges) {

    static final Ports ALL = new Ports(List.of(), List.of());

    Ports {
        protocols = List.copyOf(protocols);
        ranges = List.copyOf(ranges);
    }

    /**
     * Reads a jail's {@code port} and {@code protocol} as fail2ban writes them: {@code ssh}, {@code http,https},
     * {@code 5060:5061}; {@code tcp}, {@code tcp,udp}. Ports without a protocol are closed for TCP and UDP.
     *
     * @throws IllegalArgumentException if a word is no port, service, range or protocol; the message names it
     */
    static Ports parse(@Nullable String ports, @Nullable String protocol, Services services) {
        Set<Protocol> protocols = EnumSet.noneOf(Protocol.class);
        for (String name : words(protocol)) {
            if (name.equalsIgnoreCase("all")) {
                protocols.clear();
                break;
            }
            protocols.add(Protocol.parse(name));
        }
        List<PortRange> ranges = new ArrayList<>();
        for (String word : words(ports)) {
            if (word.equalsIgnoreCase("all")) {
                ranges.clear();
                break;
            }
            ranges.add(range(word, services));
        }
        ranges = merged(ranges);
        if (ranges.size() == 1 && ranges.get(0).first() <= 1 && ranges.get(0).last() == PortRange.MAX_PORT) {
            ranges = List.of();
        }
        if (!ranges.isEmpty() && protocols.isEmpty()) {
            protocols = EnumSet.of(Protocol.TCP, Protocol.UDP);
        }
        return new Ports(List.copyOf(protocols), ranges);
    }

    private static List<String> words(@Nullable String list) {
        return list == null || list.isBlank() ? List.of() : List.of(list.strip().split("[\\s,]+"));
    }

    private static PortRange range(String word, Services services) {
        String[] ends = word.split("[:-]", -1);
        if (word.matches("[0-9]{1,5}([:-][0-9]{1,5})?")) {
            return new PortRange(Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1]));
        }
        int port = services.port(word)
                .orElseThrow(() -> new IllegalArgumentException("port '" + word
                        + "': expected a number, a range such as 5060:5061, or a service of /etc/services"));
        return new PortRange(port, port);
    }

    private static List<PortRange> merged(List<PortRange> ranges) {
        List<PortRange> merged = new ArrayList<>();
        for (PortRange range : ranges.stream().sorted().toList()) {
            PortRange last = merged.isEmpty() ? null : merged.get(merged.size() - 1);
            if (last != null && range.first() <= last.last() + 1) {
                merged.set(merged.size() - 1, new PortRange(last.first(), Math.max(last.last(), range.last())));
            } else {
                merged.add(range);
            }
        }
        return merged;
    }
}
