package org.fleetban.processor;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.fleetban.engine.jail.IpRange;
import org.fleetban.protocol.HostRecord;
import org.jspecify.annotations.Nullable;

/** The addresses of the fleet's own hosts, for {@code ignoreself}; written by one thread, read by all. */
final class FleetAddresses {

    private static final Set<IpRange> LOOPBACK =
            Set.of(Objects.requireNonNull(IpRange.parse("127.0.0.0/8")), Objects.requireNonNull(IpRange.parse("::1")));

    private final Map<String, HostAddresses> byRecord = new HashMap<>();
    private volatile Map<IpRange, String> hosts = Map.of();

    private record HostAddresses(String host, Set<IpRange> addresses) {}

    /** Takes in what a component of a host reports, or with null forgets it. */
    synchronized void update(String recordKey, @Nullable HostRecord report) {
        HostAddresses next = report == null
                ? null
                : new HostAddresses(
                        report.host(),
                        report.addresses().stream()
                                .map(IpRange::parse)
                                .filter(Objects::nonNull)
                                .collect(Collectors.toUnmodifiableSet()));
        HostAddresses before = next == null ? byRecord.remove(recordKey) : byRecord.put(recordKey, next);
        if (!Objects.equals(before, next)) {
            Map<IpRange, String> all = new HashMap<>();
            byRecord.values()
                    .forEach(host -> host.addresses().forEach(address -> all.putIfAbsent(address, host.host())));
            hosts = Map.copyOf(all);
        }
    }

    /** Why an address is the fleet's own, in words; null if it is not. */
    @Nullable
    String ruleFor(@Nullable IpRange address) {
        if (address == null) {
            return null;
        }
        for (IpRange loopback : LOOPBACK) {
            if (loopback.contains(address)) {
                return "ignoreself: a loopback address";
            }
        }
        String host = hosts.get(address);
        return host == null ? null : "ignoreself: an address of " + host;
    }
}
