package org.fleetban.enforcer;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.fleetban.enforcer.firewall.Group;
import org.fleetban.enforcer.firewall.Network;
import org.fleetban.enforcer.firewall.Services;
import org.fleetban.enforcer.firewall.Target;
import org.jspecify.annotations.Nullable;

/** Turns what the table says into what a firewall takes. Bans of one jail share their strings and their group. */
final class BanReader {

    private static final int MAX_GROUPS = 10_000;

    private final Services services;
    private final Map<Wording, Known> groups = new HashMap<>();
    private @Nullable Known last;

    BanReader(Services services) {
        this.services = services;
    }

    private record Wording(
            String jail, @Nullable String ports, @Nullable String protocol) {}

    /** A group, and the strings that all its bans share. */
    private record Known(Group group, Wording wording) {

        boolean is(String jail, @Nullable String ports, @Nullable String protocol) {
            return wording.jail.equals(jail)
                    && Objects.equals(wording.ports, ports)
                    && Objects.equals(wording.protocol, protocol);
        }
    }

    Ban read(
            String key,
            String jail,
            String id,
            @Nullable String ports,
            @Nullable String protocol,
            @Nullable Instant until) {
        long end = until == null ? Ban.FOR_EVER : until.toEpochMilli();
        Refusal.Reason reason = Refusal.Reason.NO_ADDRESS;
        try {
            Network network = Network.parse(id);
            reason = Refusal.Reason.BAD_PORTS;
            Known known = group(jail, ports, protocol);
            Wording wording = known.wording();
            Target target = new Target(known.group(), network);
            return new Ban(key, wording.jail(), id, wording.ports(), wording.protocol(), end, target, null);
        } catch (IllegalArgumentException e) {
            Refusal fault = new Refusal(reason, String.valueOf(e.getMessage()));
            return new Ban(key, jail, id, ports, protocol, end, null, fault);
        }
    }

    private Known group(String jail, @Nullable String ports, @Nullable String protocol) {
        Known known = last;
        if (known == null || !known.is(jail, ports, protocol)) {
            if (groups.size() >= MAX_GROUPS) {
                groups.clear();
            }
            known = groups.computeIfAbsent(new Wording(jail, ports, protocol), this::group);
            last = known;
        }
        return known;
    }

    private Known group(Wording wording) {
        return new Known(Group.of(wording.jail(), wording.ports(), wording.protocol(), services), wording);
    }
}
