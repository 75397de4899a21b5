package org.fleetban.enforcer.firewall;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.fleetban.enforcer.Lab;
import org.fleetban.enforcer.firewall.Change.Addition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FirewallOnKernelTest {

    private static final Services SERVICES = Services.parse("");
    private static final Group SSH = Group.of("sshd", "ssh", "tcp", SERVICES);
    private static final Group WEB = Group.of("web", "http,https,5000:6000", null, SERVICES);
    private static final Group ALL = Group.of("all", null, null, SERVICES);

    private final List<Firewall> used = new ArrayList<>();
    private @Nullable Lab lab;

    /** Which tools stand behind a firewall. */
    enum Kind {
        IPSET(FirewallKind.IPSET, ""),
        IPSET_LEGACY(FirewallKind.IPSET, "-legacy"),
        NFTABLES(FirewallKind.NFTABLES, ""),
        IPTABLES(FirewallKind.IPTABLES, ""),
        IPTABLES_LEGACY(FirewallKind.IPTABLES, "-legacy");

        private final FirewallKind kind;
        private final String variant;

        Kind(FirewallKind kind, String variant) {
            this.kind = kind;
            this.variant = variant;
        }

        String iptables() {
            return "iptables" + variant;
        }
    }

    @BeforeAll
    void openLab() {
        lab = Lab.open();
    }

    @AfterEach
    void cleanUp() throws FirewallException {
        for (Firewall firewall : used) {
            firewall.remove();
            firewall.close();
        }
        used.clear();
    }

    @AfterAll
    void closeLab() {
        if (lab != null) {
            lab.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void anOffenderIsRefusedOnThePortsOfItsJailAloneAndNobodyElseIs(Kind kind) throws FirewallException {
        Firewall firewall = firewall(kind, FirewallSettings.DEFAULTS);
        for (boolean ipv6 : List.of(false, true)) {
            assertThat(connects(Lab.OFFENDER, ipv6, 22)).isTrue();

            firewall.apply(change(permanent(SSH, offender(ipv6))));

            assertThat(lab().isRefused(Lab.OFFENDER, ipv6, 22)).isTrue();
            assertThat(connects(Lab.OFFENDER, ipv6, 80)).isTrue();
            assertThat(connects(Lab.BYSTANDER, ipv6, 22)).isTrue();

            firewall.apply(removal(SSH, offender(ipv6)));

            assertThat(connects(Lab.OFFENDER, ipv6, 22)).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aJailWithoutPortsRefusesOnAllAndARangeRefusesOnItsPorts(Kind kind) throws FirewallException {
        Firewall firewall = firewall(kind, FirewallSettings.DEFAULTS);
        for (boolean ipv6 : List.of(false, true)) {
            firewall.apply(change(permanent(WEB, offender(ipv6))));
            assertThat(connects(Lab.OFFENDER, ipv6, 22)).isTrue();
            assertThat(lab().isRefused(Lab.OFFENDER, ipv6, 443)).isTrue();
            assertThat(lab().isRefused(Lab.OFFENDER, ipv6, 5061)).isTrue();

            firewall.apply(change(permanent(WEB, offender(ipv6)), permanent(ALL, offender(ipv6))));
            assertThat(lab().isRefused(Lab.OFFENDER, ipv6, 22)).isTrue();
            assertThat(connects(Lab.BYSTANDER, ipv6, 22)).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void droppedPacketsGetNoAnswer(Kind kind) throws FirewallException {
        FirewallSettings drop = new FirewallSettings("fb", Block.DROP, List.of("INPUT"), 1000);
        Firewall firewall = firewall(kind, drop);

        firewall.apply(change(permanent(ALL, offender(false))));

        assertThat(lab().isRefused(Lab.OFFENDER, false, 22)).isTrue();
        assertThat(connects(Lab.BYSTANDER, false, 22)).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void networksHoldTheirAddressesAndMayLieWithinEachOther(Kind kind) throws FirewallException {
        Firewall firewall = firewall(kind, FirewallSettings.DEFAULTS);
        firewall.apply(change(
                permanent(ALL, "10.99.1.0/24"),
                permanent(ALL, "10.99.1.0/25"),
                permanent(ALL, "10.99.1.1"),
                permanent(ALL, "fd99::1:0/112"),
                permanent(ALL, "fd99::1:0/120")));
        assertThat(lab().isRefused(Lab.OFFENDER, false, 22)).isTrue();
        assertThat(lab().isRefused(Lab.OFFENDER, true, 22)).isTrue();
        assertThat(connects(Lab.BYSTANDER, false, 22)).isTrue();
        assertThat(connects(Lab.BYSTANDER, true, 22)).isTrue();

        firewall.apply(removal(ALL, "10.99.1.0/24", "10.99.1.1", "fd99::1:0/120"));
        assertThat(lab().isRefused(Lab.OFFENDER, false, 22)).isTrue();
        assertThat(lab().isRefused(Lab.OFFENDER, true, 22)).isTrue();

        firewall.apply(removal(ALL, "10.99.1.0/25", "fd99::1:0/112"));
        assertThat(connects(Lab.OFFENDER, false, 22)).isTrue();
        assertThat(connects(Lab.OFFENDER, true, 22)).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void theKernelEndsAnEntryUnlessItIsRenewed(Kind kind) throws FirewallException {
        Firewall firewall = firewall(kind, FirewallSettings.DEFAULTS);
        if (!firewall.endsEntries()) {
            return;
        }
        Target renewed = new Target(SSH, Network.parse(Lab.address(Lab.BYSTANDER, false)));
        firewall.apply(change(
                new Addition(new Target(SSH, Network.parse(offender(false))), Duration.ofSeconds(2), false),
                new Addition(renewed, Duration.ofSeconds(2), false)));
        firewall.apply(change(new Addition(renewed, Duration.ofHours(1), true)));
        assertThat(lab().isRefused(Lab.OFFENDER, false, 22)).isTrue();

        Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> connects(Lab.OFFENDER, false, 22));

        assertThat(lab().isRefused(Lab.BYSTANDER, false, 22)).isTrue();
        Map<Network, Long> left = Listed.of(firewall, groups(SSH)).groups().getOrDefault(SSH.name(), Map.of());
        assertThat(left).containsOnlyKeys(renewed.network());
        assertThat(left.getOrDefault(renewed.network(), 0L)).isBetween(3_500_000L, 3_600_000L);
    }

    @ParameterizedTest
    @EnumSource
    void aNewProcessReadsWhatAnOldOneLeft(Kind kind) throws FirewallException {
        firewall(kind, FirewallSettings.DEFAULTS)
                .apply(change(
                        permanent(SSH, "192.0.2.1"),
                        permanent(SSH, "198.51.100.0/24"),
                        permanent(WEB, "2001:db8::1"),
                        permanent(WEB, "2001:db8:1::/48")));

        Listed found = Listed.of(firewall(kind, FirewallSettings.DEFAULTS), groups(SSH, WEB));

        assertThat(found.audit().faults()).isEmpty();
        assertThat(found.groups()).containsOnlyKeys(SSH.name(), WEB.name());
        assertThat(found.groups().get(SSH.name()))
                .containsOnlyKeys(Network.parse("192.0.2.1"), Network.parse("198.51.100.0/24"));
        assertThat(found.groups().get(WEB.name()))
                .containsOnlyKeys(Network.parse("2001:db8::1"), Network.parse("2001:db8:1::/48"));
    }

    @ParameterizedTest
    @EnumSource
    void applyingTwiceIsApplyingOnceAndRemovingWhatIsNotThereIsNoError(Kind kind) throws FirewallException {
        Firewall firewall = firewall(kind, FirewallSettings.DEFAULTS);
        firewall.apply(change(permanent(SSH, "192.0.2.1")));
        firewall.apply(change(permanent(SSH, "192.0.2.1")));
        firewall.apply(removal(SSH, "192.0.2.9"));

        Listed found = Listed.of(firewall, groups(SSH));

        assertThat(found.groups().get(SSH.name())).containsOnlyKeys(Network.parse("192.0.2.1"));
        assertThat(found.audit().faults()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void aDroppedGroupGoesAndTheOthersStay(Kind kind) throws FirewallException {
        Firewall firewall = firewall(kind, FirewallSettings.DEFAULTS);
        firewall.apply(change(permanent(SSH, "192.0.2.1"), permanent(WEB, offender(false))));

        firewall.apply(new Change(groups(WEB), List.of(), List.of(), Set.of(SSH.name())));

        assertThat(Listed.of(firewall, groups(WEB)).groups()).containsOnlyKeys(WEB.name());
        assertThat(lab().isRefused(Lab.OFFENDER, false, 80)).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void removingTakesAllOfOursAndNothingElse(Kind kind) throws FirewallException {
        lab().onHost(kind.iptables(), "-A", "INPUT", "-s", "203.0.113.7", "-j", "DROP");
        lab().onHost("ipset", "create", "theirs", "hash:ip");
        lab().onHost("nft", "add", "table", "inet", "theirs");
        String before = rules(kind);
        Firewall firewall = firewall(kind, FirewallSettings.DEFAULTS);
        firewall.apply(change(permanent(SSH, "192.0.2.1"), permanent(WEB, "2001:db8::/64")));
        assertThat(rules(kind)).isNotEqualTo(before);

        firewall.remove();
        firewall.remove();

        assertThat(rules(kind)).isEqualTo(before);
        lab().onHost("ipset", "destroy", "theirs");
        lab().onHost("nft", "delete", "table", "inet", "theirs");
        lab().onHost(kind.iptables(), "-D", "INPUT", "-s", "203.0.113.7", "-j", "DROP");
    }

    @ParameterizedTest
    @EnumSource
    void anAuditSeesWhatSomebodyElseDidAndALayoutPutsItRight(Kind kind) throws FirewallException {
        Firewall firewall = firewall(kind, FirewallSettings.DEFAULTS);
        Change standing = change(permanent(SSH, offender(false)));
        List<Consumer<Lab>> sabotage = kind == Kind.NFTABLES
                ? List.of(
                        host -> host.onHost("nft", "flush", "ruleset"),
                        host -> host.onHost("nft", "flush", "chain", "inet", "fb-block", "block"),
                        host -> host.onHost("nft", "flush", "chain", "inet", "fb-block", "input"))
                : List.of(
                        host -> host.onHost(kind.iptables(), "-F"),
                        host -> host.onHost(kind.iptables(), "-D", "INPUT", "-j", "fb-block"),
                        host -> host.onHost(kind.iptables(), "-F", "fb-block"),
                        host -> host.onHost(kind.iptables(), "-I", "INPUT", "-j", "ACCEPT"),
                        host -> {
                            host.onHost(kind.iptables(), "-F");
                            host.onHost(kind.iptables(), "-X");
                        });
        for (Consumer<Lab> attack : sabotage) {
            firewall.apply(standing);
            assertThat(Listed.of(firewall, standing.groups()).audit().faults()).isEmpty();
            assertThat(lab().isRefused(Lab.OFFENDER, false, 22)).isTrue();

            attack.accept(lab());
            assertThat(connects(Lab.OFFENDER, false, 22)).isTrue();
            assertThat(Listed.of(firewall, standing.groups()).audit().faults()).isNotEmpty();

            firewall.apply(Change.layout(standing.groups()));
            firewall.apply(standing);
            assertThat(lab().isRefused(Lab.OFFENDER, false, 22)).isTrue();
            assertThat(firewall.audit(standing.groups(), List.of()).faults()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"IPTABLES", "IPTABLES_LEGACY"})
    void aRuleOfSomebodyElseAmongOursIsAFaultAndALayoutTakesItAway(Kind kind) throws FirewallException {
        Firewall firewall = firewall(kind, FirewallSettings.DEFAULTS);
        Change standing = change(permanent(SSH, offender(false)), permanent(SSH, "203.0.113.7"));
        String chain = "fb-" + SSH.name();
        List<List<String>> rules = List.of(
                List.of("-s", offender(false), "-j", "ACCEPT"),
                List.of("-j", "RETURN"),
                List.of("-m", "comment", "--comment", "two\nlines", "-j", "ACCEPT"));
        for (List<String> rule : rules) {
            firewall.apply(standing);
            List<String> command = new ArrayList<>(List.of(kind.iptables(), "-I", chain));
            command.addAll(rule);
            lab().onHost(command.toArray(String[]::new));
            assertThat(connects(Lab.OFFENDER, false, 22)).isTrue();

            assertThat(firewall.audit(standing.groups(), List.of()).faults())
                    .singleElement()
                    .asString()
                    .contains("chain " + chain + " holds a rule that is not ours");
            Listed listed = Listed.of(firewall, standing.groups());
            assertThat(listed.groups().get(SSH.name())).hasSize(2);
            firewall.apply(Change.layout(standing.groups()));

            assertThat(lab().isRefused(Lab.OFFENDER, false, 22)).isTrue();
            assertThat(firewall.audit(standing.groups(), List.of()).faults()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"IPTABLES", "IPTABLES_LEGACY"})
    void anEntryThatRefusesInAnotherWayIsWrittenAnewWithoutAGap(Kind kind) throws FirewallException {
        Firewall before = firewall(kind, new FirewallSettings("fb", Block.DROP, List.of("INPUT"), 1000));
        before.apply(change(permanent(SSH, offender(false))));
        Firewall firewall = firewall(kind, FirewallSettings.DEFAULTS);

        Listed listed = Listed.of(firewall, groups(SSH));
        assertThat(listed.audit().faults()).isNotEmpty();
        assertThat(listed.groups().get(SSH.name())).containsOnlyKeys(Network.parse(offender(false)));
        firewall.apply(Change.layout(groups(SSH)));

        assertThat(lab().isRefused(Lab.OFFENDER, false, 22)).isTrue();
        assertThat(firewall.audit(groups(SSH), List.of()).faults()).isEmpty();
        firewall.apply(removal(SSH, offender(false)));
        assertThat(connects(Lab.OFFENDER, false, 22)).isTrue();
    }

    @Test
    void aCheapLookAtNftablesSeesFlushedSetsRulesAndJumps() throws FirewallException {
        Firewall firewall = firewall(Kind.NFTABLES, FirewallSettings.DEFAULTS);
        Target lasting = new Target(SSH, Network.parse(offender(false)));
        Change standing = change(
                new Addition(lasting, Duration.ofHours(1), false),
                permanent(SSH, "2001:db8::/48"),
                permanent(ALL, "198.51.100.0/24"));
        List<String[]> sabotage = List.of(
                new String[] {"flush", "set", "inet", "fb-block", "fb-" + SSH.name() + "-4-32"},
                new String[] {"flush", "set", "inet", "fb-block", "fb-" + ALL.name() + "-4-24"},
                new String[] {"flush", "chain", "inet", "fb-block", "block"},
                new String[] {"flush", "chain", "inet", "fb-block", "input"},
                new String[] {"flush", "table", "inet", "fb-block"},
                new String[] {"delete", "table", "inet", "fb-block"});
        for (String[] attack : sabotage) {
            firewall.apply(Change.layout(standing.groups()));
            firewall.apply(standing);
            assertThat(firewall.audit(standing.groups(), List.of()).faults()).isEmpty();

            lab().onHost(Stream.concat(Stream.of("nft"), Arrays.stream(attack)).toArray(String[]::new));

            assertThat(firewall.audit(standing.groups(), List.of()).faults())
                    .as(String.join(" ", attack))
                    .isNotEmpty();
        }
    }

    @Test
    void aCheapLookMissesNoEntryThatWasRemovedOrHasEnded() throws FirewallException {
        Firewall firewall = firewall(Kind.NFTABLES, FirewallSettings.DEFAULTS);
        Target brief = new Target(SSH, Network.parse("192.0.2.2"));
        firewall.apply(change(permanent(ALL, "192.0.2.1"), new Addition(brief, Duration.ofMillis(1), false)));
        firewall.apply(new Change(
                groups(SSH, ALL), List.of(), List.of(new Target(ALL, Network.parse("192.0.2.1"))), Set.of()));

        assertThat(firewall.audit(groups(SSH, ALL), List.of()).faults()).isEmpty();
        firewall.apply(new Change(groups(SSH), List.of(), List.of(), Set.of(ALL.name())));
        assertThat(firewall.audit(groups(SSH), List.of()).faults()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void refusedPacketsAreCounted(Kind kind) throws FirewallException {
        Firewall firewall = firewall(kind, FirewallSettings.DEFAULTS);
        firewall.apply(change(permanent(SSH, offender(false))));
        assertThat(lab().isRefused(Lab.OFFENDER, false, 22)).isTrue();

        Audit audit = Listed.of(firewall, groups(SSH)).audit();

        assertThat(audit.refused()
                        .getOrDefault(SSH.name(), new Audit.Traffic(0, 0))
                        .packets())
                .isPositive();
    }

    @ParameterizedTest
    @EnumSource
    void anotherKindOfFirewallTakesOverAndLeavesNothingOfThisOne(Kind kind) throws FirewallException {
        for (Kind successor : Kind.values()) {
            if (successor.variant.equals(kind.variant) && successor != kind) {
                String before = rules(kind);
                firewall(kind, FirewallSettings.DEFAULTS).apply(change(permanent(SSH, offender(false))));
                Firewall next = firewall(successor, FirewallSettings.DEFAULTS);
                next.apply(change(permanent(SSH, offender(false))));
                next.supersede();
                assertThat(lab().isRefused(Lab.OFFENDER, false, 22)).isTrue();
                assertThat(Listed.of(next, groups(SSH)).audit().faults()).isEmpty();

                next.remove();

                assertThat(rules(kind)).isEqualTo(before);
            }
        }
    }

    private String rules(Kind kind) {
        return lab().hostSays(kind.iptables(), "-S")
                + lab().hostSays(kind.iptables().replace("ip", "ip6"), "-S")
                + lab().hostSays("ipset", "list", "-n")
                + lab().hostSays("nft", "list", "tables", "inet");
    }

    private Firewall firewall(Kind kind, FirewallSettings settings) throws FirewallException {
        CommandRunner host = lab().commands();
        CommandRunner variant = new CommandRunner() {
            @Override
            public Result query(List<String> command, Consumer<String> lines) throws FirewallException {
                return host.query(renamed(command), lines);
            }

            @Override
            public Result feed(List<String> command, String input) throws FirewallException {
                return host.feed(renamed(command), input);
            }

            @Override
            public Conversation converse(List<String> command) throws FirewallException {
                return host.converse(renamed(command));
            }

            @Override
            public boolean has(String program) {
                return host.has(renamed(List.of(program)).get(0));
            }

            private List<String> renamed(List<String> command) {
                return command.stream()
                        .map(word -> word.replaceFirst("^(ip6?tables)(-restore)?$", "$1" + kind.variant + "$2"))
                        .toList();
            }
        };
        Firewall firewall = new Firewalls(variant, settings).find(kind.kind);
        used.add(firewall);
        return firewall;
    }

    private boolean connects(String client, boolean ipv6, int port) {
        return lab().connects(client, ipv6, port);
    }

    private Lab lab() {
        return Objects.requireNonNull(lab);
    }

    private static String offender(boolean ipv6) {
        return Lab.address(Lab.OFFENDER, ipv6);
    }

    private static Addition permanent(Group group, String network) {
        return new Addition(new Target(group, Network.parse(network)), null, false);
    }

    private static Change change(Addition... additions) {
        SortedSet<Group> groups = new TreeSet<>();
        Arrays.stream(additions)
                .forEach(addition -> groups.add(addition.target().group()));
        return new Change(groups, List.of(additions), List.of(), Set.of());
    }

    private static Change removal(Group group, String... networks) {
        List<Target> targets = Arrays.stream(networks)
                .map(network -> new Target(group, Network.parse(network)))
                .toList();
        return new Change(groups(group), List.of(), targets, Set.of());
    }

    private static SortedSet<Group> groups(Group... groups) {
        return new TreeSet<>(List.of(groups));
    }
}
