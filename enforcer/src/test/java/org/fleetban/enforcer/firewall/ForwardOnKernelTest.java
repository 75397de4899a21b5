package org.fleetban.enforcer.firewall;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.fleetban.enforcer.Lab;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Packets that pass through the host: a router, and a host with containers. */
class ForwardOnKernelTest {

    private static final Group SSH = Group.of("sshd", "22", "tcp", Services.parse(""));
    private static final SortedSet<Group> GROUPS = new TreeSet<>(List.of(SSH));

    private @Nullable Lab lab;
    private @Nullable Firewall firewall;

    @BeforeEach
    void openLab() {
        lab = Lab.open();
        lab.addServerBehind();
    }

    @AfterEach
    void closeLab() {
        if (firewall != null) {
            firewall.close();
        }
        lab().close();
    }

    @ParameterizedTest
    @EnumSource(names = {"IPSET", "NFTABLES", "IPTABLES"})
    void aRouterRefusesAnOffenderOnItsWayAndNobodyElse(FirewallKind kind) throws FirewallException {
        Firewall router = firewall(kind, "FORWARD");
        for (boolean ipv6 : List.of(false, true)) {
            assertThat(lab().passes(Lab.OFFENDER, ipv6, 22)).isTrue();

            router.apply(ban(ipv6));

            assertThat(lab().isHeldBack(Lab.OFFENDER, ipv6, 22)).isTrue();
            assertThat(lab().passes(Lab.OFFENDER, ipv6, 80)).isTrue();
            assertThat(lab().passes(Lab.BYSTANDER, ipv6, 22)).isTrue();
            assertThat(lab().connects(Lab.OFFENDER, ipv6, 22))
                    .as("the router itself, whose INPUT is not served")
                    .isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"IPSET", "NFTABLES", "IPTABLES"})
    void publishedPortsOfContainersAreServedAsSoonAsTheirChainIsThereAndAfterItIsRewritten(FirewallKind kind)
            throws FirewallException {
        Firewall host = firewall(kind, "INPUT", "DOCKER-USER");
        host.apply(ban(false));
        assertThat(host.audit(GROUPS, List.of()).faults()).isEmpty();

        for (String[] docker : new String[][] {
            {"-N", "DOCKER-USER"}, {"-A", "DOCKER-USER", "-j", "RETURN"}, {"-I", "FORWARD", "-j", "DOCKER-USER"}
        }) {
            iptables(docker);
        }
        heal(host);
        assertThat(lab().isHeldBack(Lab.OFFENDER, false, 22)).isTrue();
        assertThat(lab().isRefused(Lab.OFFENDER, false, 22)).isTrue();
        assertThat(lab().passes(Lab.BYSTANDER, false, 22)).isTrue();

        iptables("-F", "DOCKER-USER");
        iptables("-A", "DOCKER-USER", "-j", "RETURN");
        heal(host);
        assertThat(lab().isHeldBack(Lab.OFFENDER, false, 22)).isTrue();
        assertThat(lab().passes(Lab.OFFENDER, false, 80)).isTrue();
        host.remove();
        assertThat(lab().passes(Lab.OFFENDER, false, 22)).isTrue();
        assertThat(lab().hostSays("iptables", "-S", "DOCKER-USER").lines())
                .containsExactly("-N DOCKER-USER", "-A DOCKER-USER -j RETURN");
    }

    private static void heal(Firewall firewall) throws FirewallException {
        if (!firewall.audit(GROUPS, List.of()).faults().isEmpty()) {
            firewall.apply(Change.layout(GROUPS));
        }
        assertThat(firewall.audit(GROUPS, List.of()).faults()).isEmpty();
    }

    private void iptables(String... words) {
        for (String tool : List.of("iptables", "ip6tables")) {
            List<String> command = new ArrayList<>(List.of(tool));
            command.addAll(List.of(words));
            lab().onHost(command.toArray(String[]::new));
        }
    }

    private Firewall firewall(FirewallKind kind, String... chains) throws FirewallException {
        FirewallSettings settings = new FirewallSettings("fb", Block.REJECT, List.of(chains), 1000);
        Firewall found = new Firewalls(lab().commands(), settings).find(kind);
        firewall = found;
        return found;
    }

    private static Change ban(boolean ipv6) {
        Target offender = new Target(SSH, Network.parse(Lab.address(Lab.OFFENDER, ipv6)));
        return new Change(GROUPS, List.of(new Change.Addition(offender, null, false)), List.of(), Set.of());
    }

    private Lab lab() {
        return Objects.requireNonNull(lab);
    }
}
