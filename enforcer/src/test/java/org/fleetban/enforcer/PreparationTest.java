package org.fleetban.enforcer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.fleetban.enforcer.firewall.Firewall;
import org.fleetban.enforcer.firewall.FirewallException;
import org.fleetban.enforcer.firewall.FirewallKind;
import org.fleetban.enforcer.firewall.FirewallSettings;
import org.fleetban.enforcer.firewall.Firewalls;
import org.fleetban.enforcer.firewall.Group;
import org.fleetban.enforcer.firewall.Listed;
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

/** On the real kernel. */
class PreparationTest {

    private static final int MANY = 6_000;
    private static final int CAPACITY = 65_536;
    private static final String OFFENDER = Lab.address(Lab.OFFENDER, false);
    private static final String BYSTANDER = Lab.address(Lab.BYSTANDER, false);

    private final ExecutorService aside = Executors.newSingleThreadExecutor();
    private final BanReader reader = new BanReader(Services.system());
    private final EnforcerSettings settings = EnforcerSettings.defaults("here", new Topics("t."), Path.of("unused"));
    private final BanTable table = new BanTable(
            Allowlist.of(settings, EnumSet.allOf(Family.class), List.of()), new Breaker(settings, Clock.systemUTC()));
    private @Nullable Lab lab;
    private @Nullable Firewall firewall;

    @BeforeEach
    void openLab() {
        lab = Lab.open();
    }

    @AfterEach
    void closeLab() {
        aside.shutdownNow();
        if (firewall != null) {
            firewall.close();
        }
        lab().close();
    }

    @ParameterizedTest
    @EnumSource(names = {"IPSET", "NFTABLES"})
    void noPacketMeetsWhatIsPreparedAndWhatWasLiftedMeanwhileIsGoneWhenItIsLaidOut(FirewallKind kind)
            throws FirewallException {
        Keeper keeper = keeper(kind);
        Preparation preparation = preparation(keeper);
        ban("web", OFFENDER);
        ban("sshd", OFFENDER);
        Target last = banMany("11.0.");

        preparation.goOn(table);

        assertThat(preparation.finish()).isTrue();
        assertThat(entries()).isEqualTo(MANY + 2);
        assertThat(keeper.applied()).isZero();
        assertThat(lab().connects(Lab.OFFENDER, false, 22)).isTrue();

        table.remove("web|" + OFFENDER);
        table.remove("sshd|" + OFFENDER);
        ban("sshd", BYSTANDER);
        boolean adopted = keeper.adopt(
                table,
                () -> assertThat(lab().connects(Lab.BYSTANDER, false, 22)).isTrue());

        assertThat(adopted).isTrue();
        assertThat(lab().connects(Lab.OFFENDER, false, 22)).isTrue();
        assertThat(lab().isRefused(Lab.BYSTANDER, false, 22)).isTrue();
        assertThat(keeper.applied()).isEqualTo(MANY + 1);
        assertThat(Listed.of(firewall(), groups(last)).groups())
                .containsOnlyKeys(last.group().name());
        assertThat(entries()).isEqualTo(MANY + 1);
        assertThat(keeper.reconcile(table, true, () -> {})).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"IPSET", "NFTABLES"})
    void whereSomethingOfOursStandsNothingIsPrepared(FirewallKind kind) throws FirewallException {
        Keeper earlier = keeper(kind);
        ban("web", OFFENDER);
        earlier.reconcile(table, true, () -> {});
        Preparation preparation = preparation(keeper(kind));
        banMany("11.0.");

        preparation.goOn(table);

        assertThat(preparation.finish()).isFalse();
        assertThat(entries()).isEqualTo(1);
        assertThat(lab().isRefused(Lab.OFFENDER, false, 22)).isTrue();
    }

    @ParameterizedTest
    @EnumSource(names = {"IPSET", "NFTABLES"})
    void whatAProcessLeavesThatIsKilledWhileItPreparesIsSetRightByTheNext(FirewallKind kind) throws FirewallException {
        Preparation killed = preparation(keeper(kind));
        ban("web", OFFENDER);
        banMany("11.0.");
        killed.goOn(table);
        assertThat(killed.finish()).isTrue();
        table.remove("web|" + OFFENDER);
        ban("sshd", BYSTANDER);

        Keeper keeper = keeper(kind);
        keeper.reconcile(table, true, () -> {});

        assertThat(lab().connects(Lab.OFFENDER, false, 22)).isTrue();
        assertThat(lab().isRefused(Lab.BYSTANDER, false, 22)).isTrue();
        assertThat(entries()).isEqualTo(MANY + 1);
        assertThat(keeper.reconcile(table, true, () -> {})).isEmpty();
    }

    @Test
    void whenTheToolsRefuseAPartEverythingIsComparedAndApplied() throws Exception {
        Keeper keeper = keeper(FirewallKind.IPSET);
        Preparation preparation = preparation(keeper);
        String name = "fb-" + ban("sshd", BYSTANDER).group().name();
        banMany("11.0.");
        preparation.goOn(table);
        aside.submit(() -> {}).get();
        lab().onHost("ipset", "destroy", name + "-4");
        banMany("11.1.");
        preparation.goOn(table);

        assertThat(preparation.finish()).isFalse();

        keeper.reconcile(table, true, () -> {});
        assertThat(entries()).isEqualTo(table.targets().size());
        assertThat(lab().isRefused(Lab.BYSTANDER, false, 22)).isTrue();
    }

    @ParameterizedTest
    @EnumSource(names = {"IPTABLES", "NONE"})
    void aKindThatCannotPrepareIsLeftAlone(FirewallKind kind) throws FirewallException {
        Preparation preparation = preparation(keeper(kind));
        banMany("11.0.");

        preparation.goOn(table);

        assertThat(preparation.finish()).isFalse();
        assertThat(entries()).isZero();
    }

    private int entries() throws FirewallException {
        return Listed.of(firewall(), new TreeSet<>()).groups().values().stream()
                .mapToInt(networks -> networks.size())
                .sum();
    }

    private static SortedSet<Group> groups(Target target) {
        return new TreeSet<>(List.of(target.group()));
    }

    private Target banMany(String prefix) {
        Target last = ban("sshd", "203.0.113.1");
        for (int i = 1; i < MANY; i++) {
            last = ban("sshd", prefix + i / 250 + '.' + i % 250);
        }
        return last;
    }

    private Target ban(String jail, String id) {
        Ban ban = reader.read(
                jail + '|' + id, jail, id, "22", "tcp", Instant.now().plus(Duration.ofHours(1)));
        table.put(ban);
        return Objects.requireNonNull(ban.target());
    }

    private Preparation preparation(Keeper keeper) {
        return new Preparation(firewall(), keeper, CAPACITY, aside, Clock.systemUTC());
    }

    private Keeper keeper(FirewallKind kind) throws FirewallException {
        if (firewall != null) {
            firewall.close();
        }
        Firewall found = new Firewalls(lab().commands(), FirewallSettings.DEFAULTS).find(kind);
        firewall = found;
        return new Keeper(found, CAPACITY, Clock.systemUTC());
    }

    private Firewall firewall() {
        return Optional.ofNullable(firewall).orElseThrow();
    }

    private Lab lab() {
        return Optional.ofNullable(lab).orElseThrow();
    }
}
