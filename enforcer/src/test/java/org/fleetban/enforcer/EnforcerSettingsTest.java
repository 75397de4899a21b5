package org.fleetban.enforcer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.fleetban.enforcer.firewall.Block;
import org.fleetban.enforcer.firewall.FirewallKind;
import org.fleetban.enforcer.firewall.FirewallSettings;
import org.fleetban.enforcer.firewall.Network;
import org.fleetban.protocol.Topics;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EnforcerSettingsTest {

    private static final Topics TOPICS = new Topics("t.");
    private static final Path DATA = Path.of("data");

    @Test
    void defaultsAreSafe() {
        assertThat(EnforcerSettings.defaults("here", TOPICS, DATA))
                .isEqualTo(new EnforcerSettings(
                        "here",
                        TOPICS,
                        DATA,
                        FirewallKind.AUTO,
                        new FirewallSettings("fb", Block.REJECT, List.of("INPUT"), 1 << 20),
                        List.of(),
                        16,
                        32,
                        1000,
                        Duration.ofSeconds(3)));
    }

    @Test
    void everySettingIsRead() {
        Map<String, String> properties = new HashMap<>(Map.of(
                "enforcer.firewall", "nftables",
                "enforcer.block", "drop",
                "enforcer.chains", "INPUT, DOCKER-USER",
                "enforcer.capacity", "1000",
                "enforcer.names", "f2",
                "enforcer.never-ban", "192.0.2.0/24 2001:db8::1",
                "enforcer.largest-ipv4", "24",
                "enforcer.largest-ipv6", "48",
                "enforcer.audit.ms", "1000",
                "host.name", "not looked at"));
        properties.put("enforcer.new-bans-per-minute", "7");

        assertThat(EnforcerSettings.of(properties, "here", TOPICS, DATA))
                .isEqualTo(new EnforcerSettings(
                        "here",
                        TOPICS,
                        DATA,
                        FirewallKind.NFTABLES,
                        new FirewallSettings("f2", Block.DROP, List.of("INPUT", "DOCKER-USER"), 1000),
                        List.of(Network.parse("192.0.2.0/24"), Network.parse("2001:db8::1")),
                        24,
                        48,
                        7,
                        Duration.ofSeconds(1)));
    }

    @ParameterizedTest
    @CsvSource({
        "enforcer.fire, auto, enforcer.fire",
        "enforcer.firewall, pf, pf",
        "enforcer.block, shoot, enforcer.block",
        "enforcer.chains, INPUT;reboot, INPUT;reboot",
        "enforcer.chains, '', chain",
        "enforcer.capacity, many, enforcer.capacity",
        "enforcer.capacity, 0, capacity",
        "enforcer.names, $(id), $(id)",
        "enforcer.never-ban, example.org, example.org",
        "enforcer.largest-ipv4, 0, enforcer.largest-ipv4",
        "enforcer.largest-ipv6, 129, enforcer.largest-ipv6",
        "enforcer.new-bans-per-minute, -1, enforcer.new-bans-per-minute",
        "enforcer.audit.ms, 1, enforcer.audit.ms"
    })
    void aWrongSettingIsNamed(String name, String value, String named) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EnforcerSettings.of(Map.of(name, value), "here", TOPICS, DATA))
                .withMessageContaining(named);
    }
}
