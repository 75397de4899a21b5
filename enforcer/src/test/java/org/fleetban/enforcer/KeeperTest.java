package org.fleetban.enforcer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.fleetban.enforcer.firewall.Change;
import org.fleetban.enforcer.firewall.Change.Addition;
import org.fleetban.enforcer.firewall.CommandRunner;
import org.fleetban.enforcer.firewall.Firewall;
import org.fleetban.enforcer.firewall.FirewallException;
import org.fleetban.enforcer.firewall.FirewallKind;
import org.fleetban.enforcer.firewall.FirewallSettings;
import org.fleetban.enforcer.firewall.Firewalls;
import org.fleetban.enforcer.firewall.Group;
import org.fleetban.enforcer.firewall.Listed;
import org.fleetban.enforcer.firewall.Network;
import org.fleetban.enforcer.firewall.Services;
import org.fleetban.enforcer.firewall.Target;
import org.fleetban.protocol.Family;
import org.fleetban.protocol.Topics;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** On the real kernel, whose tools refuse some of what they are given. */
class KeeperTest {

    private static final String OFFENDER = Lab.address(Lab.OFFENDER, false);
    private static final String REFUSED = "198.51.100.66";

    private final BanReader reader = new BanReader(Services.system());
    private final EnforcerSettings settings = EnforcerSettings.defaults("here", new Topics("t."), Path.of("unused"));
    private final BanTable table = new BanTable(
            Allowlist.of(settings, EnumSet.allOf(Family.class), List.of()), new Breaker(settings, Clock.systemUTC()));
    private @Nullable Lab lab;
    private @Nullable Firewall firewall;
    private UnaryOperator<String> garbling = UnaryOperator.identity();

    @BeforeEach
    void openLab() {
        lab = Lab.open();
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
    void anEntryThatTheToolsRefuseKeepsNoOtherFromBeingApplied(FirewallKind kind) throws FirewallException {
        Keeper keeper = keeper(kind);
        ban("sshd", OFFENDER, "22");
        for (int i = 1; i <= 40; i++) {
            ban("sshd", "203.0.113." + i, "22");
        }
        Target refused = ban("sshd", REFUSED, "22");
        garbling = input -> input.replaceAll(REFUSED + "(?![0-9])", "198.51.100.666");

        keeper.reconcile(table, true, () -> {});

        assertThat(keeper.applied()).isEqualTo(41);
        assertThat(lab().isRefused(Lab.OFFENDER, false, 22)).isTrue();
        assertThat(keeper.holds(refused)).isFalse();
        assertThat(keeper.unheld()).isEqualTo(Map.of(Refusal.Reason.FIREWALL_REFUSES, 1L));
        assertThat(keeper.refusal(refused).map(Refusal::detail).orElse("")).isNotEmpty();

        ban("sshd", "203.0.113.200", "22");
        keeper.carry(table, table.takeChanged());
        assertThat(keeper.applied()).isEqualTo(42);
        assertThat(keeper.reconcile(table, true, () -> {})).isEmpty();

        table.remove("sshd|" + REFUSED);
        keeper.carry(table, table.takeChanged());
        assertThat(keeper.unheld()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"IPSET", "NFTABLES", "IPTABLES"})
    void aJailWhosePortsTheToolsRefuseKeepsNoOtherFromBeingApplied(FirewallKind kind) throws FirewallException {
        Keeper keeper = keeper(kind);
        ban("sshd", OFFENDER, "22");
        keeper.reconcile(table, true, () -> {});
        Target refused = ban("strange", OFFENDER, "4711");
        ban("web", OFFENDER, "80");
        garbling = input -> input.replace("4711", "99999999");

        keeper.carry(table, table.takeChanged());

        assertThat(keeper.refusal(refused).map(Refusal::reason)).contains(Refusal.Reason.FIREWALL_REFUSES);
        assertThat(keeper.applied()).isEqualTo(2);
        assertThat(lab().isRefused(Lab.OFFENDER, false, 22)).isTrue();
        assertThat(lab().isRefused(Lab.OFFENDER, false, 80)).isTrue();
        assertThat(keeper.look().take().faults()).isEmpty();
        assertThat(keeper.reconcile(table, true, () -> {})).isEmpty();
        assertThat(lab().hostSays("ipset", "list", "-n")
                        + lab().hostSays("iptables", "-S")
                        + lab().hostSays("nft", "list", "ruleset"))
                .doesNotContain("strange");
    }

    @ParameterizedTest
    @EnumSource(names = {"IPSET", "NFTABLES", "IPTABLES"})
    void toolsThatRefuseEverythingAreAFailureAndNoFaultOfTheEntries(FirewallKind kind) throws FirewallException {
        Keeper keeper = keeper(kind);
        ban("sshd", OFFENDER, "22");
        keeper.reconcile(table, true, () -> {});
        ban("sshd", "203.0.113.1", "22");
        garbling = input -> "no such order\n";
        lab().onHost("iptables", "-F");
        lab().onHost("nft", "flush", "ruleset");

        assertThatThrownBy(() -> keeper.reconcile(table, true, () -> {})).isInstanceOf(FirewallException.class);
        assertThat(keeper.unheld()).isEmpty();

        garbling = UnaryOperator.identity();
        keeper.reconcile(table, true, () -> {});
        assertThat(keeper.applied()).isEqualTo(2);
        assertThat(lab().isRefused(Lab.OFFENDER, false, 22)).isTrue();
    }

    @ParameterizedTest
    @EnumSource(names = {"IPSET", "NFTABLES", "IPTABLES"})
    void bansThatComeWhileALookIsTakenAreNoFault(FirewallKind kind) throws FirewallException {
        Keeper keeper = keeper(kind);
        ban("sshd", OFFENDER, "22");
        keeper.reconcile(table, true, () -> {});
        Keeper.Look look = keeper.look();
        ban("sshd", "203.0.113.1", "22");
        keeper.carry(table, table.takeChanged());

        assertThat(look.take().faults()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"IPSET", "NFTABLES", "IPTABLES"})
    void aComparisonMendsWhatOthersDidAndLeavesAloneWhatChangesMeanwhile(FirewallKind kind) throws FirewallException {
        Keeper keeper = keeper(kind);
        ban("sshd", OFFENDER, "22");
        Target lost = ban("sshd", "203.0.113.1", "22");
        ban("sshd", "203.0.113.2", "22");
        keeper.reconcile(table, true, () -> {});
        Target foreign = new Target(lost.group(), Network.parse("203.0.113.99"));
        byOthers(kind, false, lost);
        byOthers(kind, true, foreign);

        Comparison comparison = keeper.comparison(table);
        ban("sshd", "203.0.113.3", "22");
        table.remove("sshd|203.0.113.2");
        comparison.run();
        keeper.carry(table, table.takeChanged());

        assertThat(keeper.mend(comparison, table, true))
                .containsExactlyInAnyOrder("1 entry missing", "1 entry that nobody asked for");
        assertThat(Listed.of(firewall(), groups(lost)).groups().get(lost.group().name()))
                .containsOnlyKeys(Network.parse(OFFENDER), Network.parse("203.0.113.1"), Network.parse("203.0.113.3"));
        assertThat(keeper.mend(keeper.comparison(table).run(), table, true)).isEmpty();
        assertThat(keeper.reconcile(table, true, () -> {})).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"IPSET", "NFTABLES"})
    void aComparisonMendsAnEntryThatEndsTooEarly(FirewallKind kind) throws FirewallException {
        Keeper keeper = keeper(kind);
        Target target = ban("sshd", OFFENDER, "22");
        keeper.reconcile(table, true, () -> {});
        firewall()
                .apply(new Change(
                        groups(target),
                        List.of(new Addition(target, Duration.ofMinutes(5), true)),
                        List.of(),
                        Set.of()));

        assertThat(keeper.mend(keeper.comparison(table).run(), table, true))
                .containsExactly("1 entry with another end");
        assertThat(keeper.mend(keeper.comparison(table).run(), table, true)).isEmpty();
    }

    @Test
    void anEntryOfIpsetThatLetsThroughIsMended() throws FirewallException {
        Keeper keeper = keeper(FirewallKind.IPSET);
        Target target = ban("sshd", "10.99.1.0/24", "22");
        keeper.reconcile(table, true, () -> {});
        String set = "fb-" + target.group().name() + "-4";
        lab().onHost("ipset", "add", set, OFFENDER, "nomatch");
        assertThat(lab().connects(Lab.OFFENDER, false, 22)).isTrue();

        assertThat(keeper.mend(keeper.comparison(table).run(), table, true))
                .containsExactly("1 entry that nobody asked for");
        assertThat(lab().isRefused(Lab.OFFENDER, false, 22)).isTrue();

        lab().onHost("ipset", "-exist", "add", set, "10.99.1.0/24", "nomatch");
        assertThat(lab().connects(Lab.OFFENDER, false, 22)).isTrue();
        assertThat(keeper.reconcile(table, true, () -> {})).containsExactly("1 entry with another end");
        assertThat(lab().isRefused(Lab.OFFENDER, false, 22)).isTrue();
        assertThat(keeper.mend(keeper.comparison(table).run(), table, true)).isEmpty();
    }

    @Test
    void looksAtNftablesGoThroughAllEntries() throws FirewallException {
        Keeper keeper = keeper(FirewallKind.NFTABLES);
        for (int i = 1; i <= 20; i++) {
            ban("sshd", "203.0.113." + i, "22");
        }
        Target lost = ban("sshd", OFFENDER, "22");
        keeper.reconcile(table, true, () -> {});
        assertThat(keeper.look().take().faults()).isEmpty();
        String set = "fb-" + lost.group().name() + "-4-32";
        ban("sshd", "203.0.113.200", "22");
        keeper.carry(table, table.takeChanged());

        lab().onHost("nft", "delete", "element", "inet", "fb-block", set, "{ " + OFFENDER + " }");

        Keeper.Look look = keeper.look();
        assertThat(look.take().faults()).singleElement().asString().contains(set);
        assertThat(keeper.again(look).take().faults())
                .singleElement()
                .asString()
                .contains(set);
        assertThat(keeper.reconcile(table, true, () -> {})).isNotEmpty();
        assertThat(keeper.again(look).take().faults()).isEmpty();
    }

    /** Somebody else adds or removes an entry with the host's own tools. */
    private void byOthers(FirewallKind kind, boolean adds, Target target) {
        String name = "fb-" + target.group().name();
        String address = target.network().toString();
        switch (kind) {
            case IPSET -> lab().onHost("ipset", adds ? "add" : "del", name + "-4", address);
            case NFTABLES ->
                lab().onHost(
                                "nft",
                                adds ? "add" : "delete",
                                "element",
                                "inet",
                                "fb-block",
                                name + "-4-32",
                                "{ " + address + " }");
            case IPTABLES ->
                lab().onHost(
                                "iptables",
                                adds ? "-A" : "-D",
                                name,
                                "-s",
                                address,
                                "-j",
                                "REJECT",
                                "--reject-with",
                                "icmp-port-unreachable");
            default -> throw new IllegalArgumentException(kind.toString());
        }
    }

    private static SortedSet<Group> groups(Target target) {
        return new TreeSet<>(List.of(target.group()));
    }

    private Firewall firewall() {
        return Optional.ofNullable(firewall).orElseThrow();
    }

    private Target ban(String jail, String id, String ports) {
        Ban ban = reader.read(
                jail + '|' + id, jail, id, ports, "tcp", Instant.now().plus(Duration.ofHours(1)));
        table.put(ban);
        return Objects.requireNonNull(ban.target());
    }

    private Keeper keeper(FirewallKind kind) throws FirewallException {
        CommandRunner host = lab().commands();
        CommandRunner garbled = new CommandRunner() {
            @Override
            public Result query(List<String> command, Consumer<String> lines) throws FirewallException {
                return host.query(command, lines);
            }

            @Override
            public Result feed(List<String> command, String input) throws FirewallException {
                return host.feed(command, garbling.apply(input));
            }

            @Override
            public Conversation converse(List<String> command) throws FirewallException {
                Conversation conversation = host.converse(command);
                return new Conversation() {
                    @Override
                    public List<String> ask(String input, Predicate<String> last) throws FirewallException {
                        return conversation.ask(garbling.apply(input), last);
                    }

                    @Override
                    public void close() {
                        conversation.close();
                    }
                };
            }

            @Override
            public boolean has(String program) {
                return host.has(program);
            }
        };
        Firewall found = new Firewalls(garbled, FirewallSettings.DEFAULTS).find(kind);
        firewall = found;
        return new Keeper(found, 1000, Clock.systemUTC());
    }

    private Lab lab() {
        return Optional.ofNullable(lab).orElseThrow();
    }
}
