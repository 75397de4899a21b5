package org.fleetban.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.fleetban.protocol.BanEvent.Type;
import org.fleetban.protocol.CommandRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandTest {

    @TempDir
    Path directory;

    private static CommandRecord ban(TestFleet fleet, String command, String jail, String id, @Nullable Long seconds) {
        return new CommandRecord(
                command, CommandRecord.Type.BAN, jail, id, null, seconds, "ann", "seen elsewhere", fleet.now());
    }

    private static CommandRecord unban(TestFleet fleet, String command, @Nullable String jail, @Nullable String id) {
        return new CommandRecord(
                command, CommandRecord.Type.UNBAN, jail, id, null, null, "ann", "our customer", fleet.now());
    }

    @Test
    void anOperatorsBanIsAnEventWithWhoAndWhy() {
        try (TestFleet fleet = new TestFleet(directory, TestJail.named("sshd").compile())) {
            fleet.orders(ban(fleet, "c1", "sshd", "192.0.2.7", 3600L));

            assertThat(fleet.ban("sshd|192.0.2.7")).isNotNull().satisfies(ban -> {
                assertThat(ban.until()).isEqualTo(TestFleet.START.plusSeconds(3600));
                assertThat(ban.reason()).isEqualTo("seen elsewhere");
            });
            assertThat(fleet.events()).singleElement().satisfies(event -> {
                assertThat(event.type()).isEqualTo(Type.BAN);
                assertThat(event.by()).isEqualTo("ann");
                assertThat(event.reason()).isEqualTo("seen elsewhere");
            });
            fleet.advance(Duration.ofSeconds(3601));
            assertThat(fleet.bans()).isEmpty();
        }
    }

    @Test
    void aBanWithoutALengthHasTheJailsAndANegativeOneNeverEnds() {
        try (TestFleet fleet = new TestFleet(directory, TestJail.named("sshd").compile())) {
            fleet.orders(ban(fleet, "c1", "sshd", "192.0.2.7", null));
            fleet.orders(ban(fleet, "c2", "sshd", "192.0.2.8", -1L));

            assertThat(fleet.ban("sshd|192.0.2.7").until()).isEqualTo(TestFleet.START.plusSeconds(600));
            assertThat(fleet.ban("sshd|192.0.2.8").until()).isNull();
        }
    }

    @Test
    void aConfirmIsForTheEnforcersAndChangesNoBan() {
        try (TestFleet fleet = new TestFleet(directory, TestJail.named("sshd").compile())) {
            fleet.orders(ban(fleet, "c1", "sshd", "192.0.2.7", 3600L));
            fleet.orders(new CommandRecord(
                    "c2", CommandRecord.Type.CONFIRM, null, null, null, null, "ann", null, fleet.now()));

            assertThat(fleet.ban("sshd|192.0.2.7")).isNotNull();
            assertThat(fleet.events()).hasSize(1);
        }
    }

    @Test
    void aCommandIsCarriedOutOnceHoweverOftenItArrives() {
        try (TestFleet fleet = new TestFleet(directory, TestJail.named("sshd").compile())) {
            CommandRecord order = ban(fleet, "c1", "sshd", "192.0.2.7", null);
            CommandRecord pardon = unban(fleet, "c2", "sshd", "192.0.2.7");
            fleet.orders(order).orders(order).orders(pardon).orders(order).orders(pardon);
            fleet.restart();
            fleet.orders(order);

            assertThat(fleet.bans()).isEmpty();
            assertThat(fleet.eventTypes()).containsExactly(Type.BAN, Type.UNBAN);
        }
    }

    @Test
    void addressesInCommandsAreBroughtIntoTheirCanonicalForm() {
        try (TestFleet fleet = new TestFleet(directory, TestJail.named("sshd").compile())) {
            fleet.orders(ban(fleet, "c1", "sshd", "2001:DB8:0:0:0:0:0:1", null));
            assertThat(fleet.bans()).containsOnlyKeys("sshd|2001:db8::1");

            fleet.orders(unban(fleet, "c2", null, "2001:db8::0:1"));
            assertThat(fleet.bans()).isEmpty();
        }
    }

    @Test
    void unbanLiftsOneJailOrAllJailsOfAnOffender() {
        try (TestFleet fleet = new TestFleet(
                directory,
                TestJail.named("sshd").compile(),
                TestJail.named("web").compile())) {
            fleet.orders(ban(fleet, "c1", "sshd", "192.0.2.7", null));
            fleet.orders(ban(fleet, "c2", "web", "192.0.2.7", null));
            fleet.orders(ban(fleet, "c3", "web", "192.0.2.77", null));
            fleet.orders(unban(fleet, "c4", "web", "192.0.2.7"));
            assertThat(fleet.bans()).containsOnlyKeys("sshd|192.0.2.7", "web|192.0.2.77");

            fleet.orders(unban(fleet, "c5", null, "192.0.2.7"));
            assertThat(fleet.bans()).containsOnlyKeys("web|192.0.2.77");
        }
    }

    @Test
    void unbanOfANetworkLiftsEveryBanInIt() {
        try (TestFleet fleet = new TestFleet(directory, TestJail.named("sshd").compile())) {
            fleet.orders(ban(fleet, "c1", "sshd", "192.0.2.7", -1L));
            fleet.orders(ban(fleet, "c2", "sshd", "192.0.2.128/25", null));
            fleet.orders(ban(fleet, "c3", "sshd", "192.0.3.1", null));
            fleet.orders(ban(fleet, "c4", "sshd", "someone", null));
            fleet.orders(unban(fleet, "c5", null, "192.0.2.0/24"));

            assertThat(fleet.bans()).containsOnlyKeys("sshd|192.0.3.1", "sshd|someone");
        }
    }

    @Test
    void unbanAllLiftsEverything() {
        try (TestFleet fleet = new TestFleet(directory, TestJail.named("sshd").compile())) {
            fleet.orders(ban(fleet, "c1", "sshd", "192.0.2.7", -1L));
            fleet.orders(ban(fleet, "c2", "sshd", "someone", null));
            fleet.orders(unban(fleet, "c3", null, null));

            assertThat(fleet.bans()).isEmpty();
            assertThat(fleet.events())
                    .filteredOn(event -> event.type() == Type.UNBAN)
                    .hasSize(2)
                    .allSatisfy(event -> {
                        assertThat(event.by()).isEqualTo("ann");
                        assertThat(event.reason()).isEqualTo("our customer");
                    });
        }
    }

    @Test
    void anUnbannedOffenderStartsFromZero() {
        try (TestFleet fleet = new TestFleet(directory, TestJail.named("sshd").compile())) {
            fleet.fails("web1", "sshd", "192.0.2.7").fails("web1", "sshd", "192.0.2.7");
            fleet.orders(unban(fleet, "c1", null, "192.0.2.7"));
            fleet.advance(Duration.ofSeconds(1));
            fleet.fails("web1", "sshd", "192.0.2.7").fails("web1", "sshd", "192.0.2.7");
            assertThat(fleet.bans()).isEmpty();

            fleet.fails("web1", "sshd", "192.0.2.7");
            assertThat(fleet.bans()).hasSize(1);
        }
    }

    @Test
    void aHostScopedJailBansOnTheHostThatTheCommandNames() {
        try (TestFleet fleet =
                new TestFleet(directory, TestJail.named("sshd").hostScoped().compile())) {
            fleet.orders(new CommandRecord(
                    "c1", CommandRecord.Type.BAN, "sshd", "192.0.2.7", "web2", null, "ann", null, fleet.now()));
            assertThat(fleet.bans()).containsOnlyKeys("sshd|192.0.2.7|web2");

            fleet.orders(ban(fleet, "c2", "sshd", "192.0.2.8", null));
            assertThat(fleet.bans()).hasSize(1);
            assertThat(fleet.deadLetters()).hasSize(1);
        }
    }

    @Test
    void aShorterBanThanTheStandingOneIsRefusedAndALongerOneExtends() {
        try (TestFleet fleet = new TestFleet(directory, TestJail.named("sshd").compile())) {
            fleet.orders(ban(fleet, "c1", "sshd", "192.0.2.7", 600L));
            fleet.orders(ban(fleet, "c2", "sshd", "192.0.2.7", 60L));
            fleet.orders(ban(fleet, "c3", "sshd", "192.0.2.7", 6000L));

            assertThat(fleet.eventTypes()).containsExactly(Type.BAN, Type.REFUSED, Type.EXTEND);
            assertThat(fleet.ban("sshd|192.0.2.7").until()).isEqualTo(TestFleet.START.plusSeconds(6000));
        }
    }

    @Test
    void aCommandForAJailThatDoesNotRunIsADeadLetter() {
        try (TestFleet fleet = new TestFleet(directory, TestJail.named("sshd").compile())) {
            fleet.orders(ban(fleet, "c1", "nginx", "192.0.2.7", null));

            assertThat(fleet.bans()).isEmpty();
            assertThat(fleet.deadLetters()).hasSize(1);
        }
    }

    @Test
    void theIdentitiesOfCommandsAreForgottenAfterADay() {
        try (TestFleet fleet = new TestFleet(directory, TestJail.named("sshd").compile())) {
            fleet.orders(unban(fleet, "c1", null, "192.0.2.7"));
            assertThat(fleet.states()).isEqualTo(1);

            fleet.advance(Duration.ofHours(23)).advance(Duration.ofHours(3));
            assertThat(fleet.states()).isZero();
        }
    }

    @Test
    void aCommandThatIsReadAgainAfterALongStopIsNotCarriedOutAgainAndANewOneIs() {
        try (TestFleet fleet = new TestFleet(directory, TestJail.named("sshd").compile())) {
            CommandRecord order = ban(fleet, "c1", "sshd", "192.0.2.7", -1L);
            fleet.orders(order).orders(unban(fleet, "c2", "sshd", "192.0.2.7"));
            fleet.advance(Duration.ofHours(30)).advance(Duration.ofHours(1));
            fleet.restart();

            fleet.ordersAt(order, TestFleet.START);
            assertThat(fleet.bans()).isEmpty();
            assertThat(fleet.figure("commands.repeated")).isEqualTo(1);

            fleet.orders(ban(fleet, "c3", "sshd", "192.0.2.8", null));
            assertThat(fleet.bans()).containsOnlyKeys("sshd|192.0.2.8");
        }
    }

    @Test
    void aCommandThatACrashLeftUnnotedIsNotRefusedForWhatItDidItself() {
        try (TestFleet fleet = new TestFleet(directory, TestJail.named("sshd").compile())) {
            CommandRecord order = ban(fleet, "c1", "sshd", "192.0.2.7", 3600L);
            CommandRecord longer = ban(fleet, "c2", "sshd", "192.0.2.7", 7200L);
            fleet.orders(order);
            fleet.restartBeforeTheCommandWasNoted();
            fleet.orders(order).orders(longer);
            fleet.restartBeforeTheCommandWasNoted();
            fleet.orders(longer);
            assertThat(fleet.eventTypes()).containsExactly(Type.BAN, Type.EXTEND);
            assertThat(fleet.figure("sshd.refused")).isZero();

            fleet.advance(Duration.ofHours(3));
            fleet.restartBeforeTheCommandWasNoted();
            fleet.orders(order);
            assertThat(fleet.bans()).isEmpty();
            assertThat(fleet.figure("sshd.ban")).isEqualTo(1);
        }
    }

    @Test
    void anExtensionIsKnownByTheStateAsSoonAsItsMessagesAreGone() {
        try (TestFleet fleet = new TestFleet(directory, TestJail.named("sshd").compile())) {
            CommandRecord longer = ban(fleet, "c2", "sshd", "192.0.2.7", 7200L);
            fleet.orders(ban(fleet, "c1", "sshd", "192.0.2.7", 3600L)).orders(longer);
            fleet.restartTwiceBeforeTheCommandWasNoted();
            fleet.orders(longer);
            assertThat(fleet.eventTypes()).containsExactly(Type.BAN, Type.EXTEND);

            fleet.advance(Duration.ofSeconds(1)).orders(ban(fleet, "c3", "sshd", "192.0.2.7", 60L));
            assertThat(fleet.eventTypes()).containsExactly(Type.BAN, Type.EXTEND, Type.REFUSED);
        }
    }
}
