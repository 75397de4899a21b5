package org.fleetban.app.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.fleetban.enforcer.firewall.Entries;
import org.fleetban.enforcer.firewall.Firewall;
import org.fleetban.enforcer.firewall.FirewallException;
import org.fleetban.enforcer.firewall.FirewallKind;
import org.fleetban.enforcer.firewall.FirewallSettings;
import org.fleetban.enforcer.firewall.Firewalls;
import org.fleetban.enforcer.firewall.Group;
import org.fleetban.enforcer.firewall.Network;
import org.fleetban.enforcer.firewall.Services;
import org.fleetban.enforcer.firewall.SystemCommands;

/** What the kernel of this network namespace holds of the bans. */
final class Kernel {

    private final Firewall firewall;
    private int entries;

    private Kernel(Firewall firewall) {
        this.firewall = firewall;
    }

    /** The firewall that an enforcer finds here by itself. */
    static Kernel find() throws FirewallException {
        return new Kernel(new Firewalls(SystemCommands.host(), FirewallSettings.DEFAULTS).find(FirewallKind.AUTO));
    }

    /** Waits until it holds, of a table of bans, what concerns a host: that and nothing else. */
    void awaitBans(Map<String, String> table, String host, Duration patience)
            throws IOException, FirewallException, InterruptedException {
        Map<Group, TreeSet<String>> wanted = new TreeMap<>();
        for (String json : table.values()) {
            JsonNode ban = new JsonMapper().readTree(json);
            if (ban.path("host").asText(host).equals(host)) {
                Group group = Group.of(
                        ban.path("jail").asText(),
                        ban.path("ports").asText(null),
                        ban.path("protocol").asText(null),
                        Services.system());
                wanted.computeIfAbsent(group, name -> new TreeSet<>())
                        .add(ban.path("id").asText());
            }
        }
        long end = System.nanoTime() + patience.toNanos();
        while (!held(wanted).equals(wanted)) {
            if (System.nanoTime() > end) {
                throw new AssertionError("the kernel holds %n%s but not %n%s".formatted(held(wanted), wanted));
            }
            Thread.sleep(200);
        }
        entries = wanted.values().stream().mapToInt(TreeSet::size).sum();
    }

    private Map<Group, TreeSet<String>> held(Map<Group, TreeSet<String>> groups) throws FirewallException {
        Map<String, TreeSet<String>> idsOf = new TreeMap<>();
        firewall.read(new TreeSet<>(groups.keySet()), new Entries() {
            @Override
            public void group(String name) {
                idsOf.computeIfAbsent(name, group -> new TreeSet<>());
            }

            @Override
            public void entry(String group, Network network, long remaining) {
                idsOf.computeIfAbsent(group, name -> new TreeSet<>()).add(network.toString());
            }
        });
        Map<Group, TreeSet<String>> held = new TreeMap<>();
        groups.keySet().forEach(group -> held.put(group, idsOf.getOrDefault(group.name(), new TreeSet<>())));
        return held;
    }

    int entries() {
        return entries;
    }
}
