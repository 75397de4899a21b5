package org.fleetban.enforcer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import org.fleetban.enforcer.firewall.Network;
import org.fleetban.protocol.Family;
import org.fleetban.protocol.Topics;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AllowlistTest {

    private static final EnforcerSettings SETTINGS =
            EnforcerSettings.defaults("here", new Topics("t."), Path.of("unused"));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "127.9.9.9",
                "::1",
                "::",
                "0.0.0.0",
                "fe80::1",
                "224.0.0.1",
                "255.255.255.255",
                "ff02::1",
                "0.0.0.0/0",
                "::/0"
            })
    void whatNoAttackerHasIsNeverBanned(String network) {
        assertThat(allowlist(EnumSet.allOf(Family.class)).refusal(Network.parse(network)))
                .isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"11.0.0.0/16", "203.0.113.9", "2001:db8::/32", "2001:db8::1"})
    void othersAreBanned(String network) {
        assertThat(allowlist(EnumSet.allOf(Family.class)).refusal(Network.parse(network)))
                .isEmpty();
    }

    @Test
    void aFamilyThatTheFirewallDoesNotServeIsRefusedAndSaidSo() {
        assertThat(allowlist(EnumSet.of(Family.INET)).refusal(Network.parse("2001:db8::1")))
                .hasValueSatisfying(refusal -> assertThat(refusal.reason()).isEqualTo(Refusal.Reason.NO_FAMILY));
    }

    @Test
    void theGatewayIsTakenFromTheKernelsTables() {
        Assumptions.assumeTrue(
                ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN, "the sample is of a little-endian machine");
        assertThat(HostAddresses.gateway4("eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0"))
                .contains(Network.parse("192.0.2.1"));
        assertThat(HostAddresses.gateway4("eth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0"))
                .isEmpty();
        assertThat(HostAddresses.gateway6("0".repeat(32) + " 00 " + "0".repeat(32)
                        + " 00 fe800000000000000000000000000001 00000400 00000001 00000000 00000003     eth0"))
                .contains(Network.parse("fe80::1"));
        assertThat(HostAddresses.gateway4("Iface\tDestination\tGateway")).isEmpty();
    }

    @Test
    void thePeerOfTheSshSessionIsItsFirstWord() {
        assertThat(HostAddresses.sshPeer("198.51.100.7 51234 192.0.2.1 22")).contains(Network.parse("198.51.100.7"));
        assertThat(HostAddresses.sshPeer("")).isEmpty();
    }

    private static Allowlist allowlist(EnumSet<Family> families) {
        return Allowlist.of(SETTINGS, families, List.of());
    }
}
