package org.fleetban.enforcer.firewall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.fleetban.protocol.Family;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GroupTest {

    private static final Services SERVICES =
            Services.parse("gopher 70/tcp\nalias-of 71/udp a-name # comment\nbroken\n");

    @ParameterizedTest
    @ValueSource(strings = {"sshd", "a jail's $(name); -j ACCEPT", "ünïcode", "", "x'\"\\\n|&", "3proxy", "-A INPUT"})
    void whateverAJailIsCalledItsNameIsSafeAndShort(String jail) {
        assertThat(Group.of(jail, "ssh", "tcp", SERVICES).name()).matches("[a-z0-9][a-z0-9-]{0,13}-[0-9a-f]{8}");
    }

    @Test
    void groupsOfOtherJailsOrPortsHaveOtherNamesAndTheSamePortsHaveOne() {
        String ssh = Group.of("sshd", "ssh", "tcp", SERVICES).name();

        assertThat(Group.of("sshd", "22", "TCP", SERVICES).name()).isEqualTo(ssh);
        assertThat(List.of(
                        Group.of("SSHD", "ssh", "tcp", SERVICES).name(),
                        Group.of("sshd", "ssh", null, SERVICES).name(),
                        Group.of("sshd", "23", "tcp", SERVICES).name(),
                        Group.of("sshd", null, "tcp", SERVICES).name()))
                .doesNotHaveDuplicates()
                .doesNotContain(ssh);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ssh | tcp | -p tcp -m multiport --dports 22",
                "http,https | tcp | -p tcp -m multiport --dports 80,443",
                "5060:5061 | udp | -p udp -m multiport --dports 5060:5061",
                "gopher a-name 71 | tcp | -p tcp -m multiport --dports 70:71",
                "90,80:85,84-90 | tcp | -p tcp -m multiport --dports 80:90",
                "0:65535 | tcp | -p tcp",
                "all | tcp | -p tcp"
            })
    void portsAreReadAsFail2banWritesThem(String ports, String protocol, String match) {
        assertThat(XtablesRules.matches(Ports.parse(ports, protocol, SERVICES), Family.INET))
                .containsExactly(match);
    }

    @Test
    void portsWithoutAProtocolAreClosedForTcpAndUdpAndNeitherMeansEverything() {
        assertThat(XtablesRules.matches(Ports.parse("53", null, SERVICES), Family.INET))
                .containsExactly("-p tcp -m multiport --dports 53", "-p udp -m multiport --dports 53");
        assertThat(XtablesRules.matches(Ports.parse(null, null, SERVICES), Family.INET))
                .containsExactly("");
        assertThat(XtablesRules.matches(Ports.parse("ssh", "all", SERVICES), Family.INET6))
                .hasSize(2);
        assertThat(XtablesRules.matches(Ports.parse(null, "icmp", SERVICES), Family.INET6))
                .containsExactly("-p ipv6-icmp");
    }

    @Test
    void moreThanFifteenPortsTakeMoreThanOneRule() {
        String ports = "1,3,5,7,9,11,13,15,17,19,21,23,25,27,30:40,50";

        assertThat(XtablesRules.matches(Ports.parse(ports, "tcp", SERVICES), Family.INET))
                .containsExactly(
                        "-p tcp -m multiport --dports 1,3,5,7,9,11,13,15,17,19,21,23,25,27",
                        "-p tcp -m multiport --dports 30:40,50");
    }

    @ParameterizedTest
    @ValueSource(strings = {"nothing-known", "70000", "22:", ":22", "1:2:3", "22;reboot", "$(id)", "-1", "90:80"})
    void otherPortsAreRefused(String ports) {
        assertThatIllegalArgumentException().isThrownBy(() -> Ports.parse(ports, "tcp", SERVICES));
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp -j ACCEPT", "6", "!tcp", "tcp;udp"})
    void otherProtocolsAreRefused(String protocol) {
        assertThatIllegalArgumentException().isThrownBy(() -> Ports.parse("ssh", protocol, SERVICES));
    }
}
