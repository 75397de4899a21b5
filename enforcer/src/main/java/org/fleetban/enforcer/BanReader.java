package org.fleetban.enforcer;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.fleetban.enforcer.firewall.Group;
import org.fleetban.enforcer.firewall.Network;
import org.fleetban.enforcer.firewall.Services;
import org.fleetban.enforcer.firewall.Target;
import org.jspecify.annotations.Nullable;

/** Turns what the table says into what a firewall takes. Bans of one jail share their strings and their group. */
final class BanReader {

    private static final int MAX_GROUPS = 10_000;

    private final Services services;
    private final Map<Wording, Group> groups = new HashMap<>();

    BanReader(Services services) {
        this.services = services;
    }

    private record Wording(
            String jail, @Nullable String ports, @Nullable String protocol) {}

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
            Group group = group(new Wording(jail, ports, protocol));
            return new Ban(key, group.jail(), id, ports, protocol, end, new Target(group, network), null);
        } catch (IllegalArgumentException e) {
            Refusal fault = new Refusal(reason, String.valueOf(e.getMessage()));
            return new Ban(key, jail, id, ports, protocol, end, null, fault);
        }
    }

    private Group group(Wording wording) {
        Group group = groups.get(wording);
        if (group == null) {
            if (groups.size() >= MAX_GROUPS) {
                groups.clear();
            }
            group = Group.of(wording.jail(), wording.ports(), wording.protocol(), services);
            groups.put(wording, group);
        }
        return group;
    }
}
