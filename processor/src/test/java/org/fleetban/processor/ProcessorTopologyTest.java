package org.fleetban.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.test.TestRecord;
import org.fleetban.protocol.BanEvent;
import org.fleetban.protocol.BanEvent.Type;
import org.fleetban.protocol.BanKey;
import org.fleetban.protocol.BanRecord;
import org.fleetban.protocol.DeadLetterHeaders;
import org.fleetban.protocol.Evidence;
import org.fleetban.protocol.FailureRecord;
import org.fleetban.protocol.Family;
import org.fleetban.protocol.HostRecord;
import org.fleetban.protocol.Scope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessorTopologyTest {

    private static final String LOG = "/var/log/sshd.log";

    @TempDir
    Path directory;

    @Test
    void oneFailureOnEachOfThreeHostsMakesOneBanWithTheEvidenceOfAll() {
        try (TestFleet fleet = new TestFleet(directory, TestJail.named("sshd").compile())) {
            fleet.fails("web1", "sshd", "192.0.2.7")
                    .fails("web2", "sshd", "192.0.2.7")
                    .fails("web3", "sshd", "192.0.2.8");
            assertThat(fleet.bans()).isEmpty();

            fleet.fails("web3", "sshd", "192.0.2.7");

            assertThat(fleet.bans()).containsOnlyKeys("sshd|192.0.2.7");
            BanRecord ban = fleet.ban("sshd|192.0.2.7");
            assertThat(ban).isNotNull();
            assertThat(ban.family()).isEqualTo(Family.INET);
            assertThat(ban.ports()).isEqualTo("22");
            assertThat(ban.protocol()).isEqualTo("tcp");
            assertThat(ban.scope()).isEqualTo(Scope.FLEET);
            assertThat(ban.until()).isEqualTo(TestFleet.START.plusSeconds(600));
            assertThat(ban.evidence()).extracting(Evidence::host).containsExactly("web1", "web2", "web3");
            assertThat(fleet.events()).singleElement().satisfies(event -> {
                assertThat(event.type()).isEqualTo(Type.BAN);
                assertThat(event.event()).isEqualTo(ban.event());
                assertThat(event.by()).isEqualTo("fleetban");
                assertThat(event.evidence()).hasSize(3);
            });
        }
    }

    @Test
    void aHostScopedJailCountsAndBansForEachHostAlone() {
        try (TestFleet fleet = new TestFleet(
                directory, TestJail.named("sshd").maxRetry(2).hostScoped().compile())) {
            fleet.fails("web1", "sshd", "192.0.2.7").fails("web2", "sshd", "192.0.2.7");
            assertThat(fleet.bans()).isEmpty();

            fleet.fails("web2", "sshd", "192.0.2.7");

            assertThat(fleet.bans()).containsOnlyKeys("sshd|192.0.2.7|web2");
            assertThat(fleet.ban("sshd|192.0.2.7|web2").host()).isEqualTo("web2");
        }
    }

    @Test
    void aFileWithTwoPathsIsReadByTheJailsOfBothAndByEachOnce() {
        try (TestFleet fleet = new TestFleet(
                directory,
                TestJail.named("sshd").maxRetry(2).compile(),
                TestJail.named("web").maxRetry(2).compile())) {
            String text = "fail " + fleet.now().getEpochSecond() + " 192.0.2.7";
            fleet.shipsOf("/var/log/sshd.log", "/var/log/sshd-link.log\0/var/log/web.log", text);
            assertThat(fleet.bans()).isEmpty();

            fleet.shipsOf("/var/log/sshd.log", "/var/log/sshd-link.log\0/var/log/web.log", text);
            assertThat(fleet.bans()).containsOnlyKeys("sshd|192.0.2.7", "web|192.0.2.7");
        }
    }

    @Test
    void aLineThatIsShippedAgainCountsOnce() {
        try (TestFleet fleet = new TestFleet(directory, TestJail.named("sshd").compile())) {
            String text = "fail " + fleet.now().getEpochSecond() + " 192.0.2.7";
            for (int i = 0; i < 10; i++) {
                fleet.shipsAgain("web1", LOG, 100, text).shipsAgain("web1", LOG, 200, text);
            }
            assertThat(fleet.bans()).isEmpty();

            fleet.shipsAgain("web1", LOG, 300, text);
            for (int i = 0; i < 10; i++) {
                fleet.shipsAgain("web1", LOG, 100, text).shipsAgain("web1", LOG, 300, text);
            }
            assertThat(fleet.eventTypes()).containsExactly(Type.BAN);
        }
    }

    @Test
    void aBanIsLiftedWhenItsTimeIsOverAndTheOffenderCanBeBannedAgain() {
        try (TestFleet fleet = new TestFleet(directory, TestJail.named("sshd").compile())) {
            attack(fleet, "192.0.2.7");
            fleet.advance(Duration.ofSeconds(599));
            assertThat(fleet.bans()).hasSize(1);

            fleet.advance(Duration.ofSeconds(2));
            assertThat(fleet.bans()).isEmpty();
            attack(fleet, "192.0.2.7");

            assertThat(fleet.eventTypes()).containsExactly(Type.BAN, Type.UNBAN, Type.BAN);
            assertThat(fleet.ban("sshd|192.0.2.7").banCount()).isEqualTo(2);
        }
    }

    @Test
    void anOffenderWhoseStateCantBeReadHoldsUpNoOtherAndIsLookedAtOnceAnHour() {
        try (TestFleet fleet = new TestFleet(directory, TestJail.named("sshd").compile())) {
            attack(fleet, "192.0.2.6");
            attack(fleet, "192.0.2.7");
            attack(fleet, "192.0.2.8");
            fleet.restart();
            fleet.spoils(new BanKey("sshd", "192.0.2.7", null));

            fleet.advance(Duration.ofSeconds(601))
                    .advance(Duration.ofSeconds(1))
                    .advance(Duration.ofMinutes(1));
            assertThat(fleet.bans()).containsOnlyKeys("sshd|192.0.2.7");
            assertThat(fleet.figure("deadlines.failed")).isEqualTo(1);

            fleet.advance(Duration.ofHours(1));
            assertThat(fleet.figure("deadlines.failed")).isEqualTo(2);
        }
    }

    @Test
    void failuresDuringABanMoveItsEndAndTheOldEndDoesNotLiftIt() {
        try (TestFleet fleet = new TestFleet(directory, TestJail.named("sshd").compile())) {
            attack(fleet, "192.0.2.7");
            fleet.advance(Duration.ofSeconds(300));
            attack(fleet, "192.0.2.7");
            fleet.advance(Duration.ofSeconds(301));

            assertThat(fleet.eventTypes()).containsExactly(Type.BAN, Type.EXTEND);
            assertThat(fleet.ban("sshd|192.0.2.7").until()).isEqualTo(TestFleet.START.plusSeconds(900));
            fleet.advance(Duration.ofSeconds(300));
            assertThat(fleet.bans()).isEmpty();
        }
    }

    @Test
    void windowsAndBansSurviveARestart() {
        try (TestFleet fleet = new TestFleet(directory, TestJail.named("sshd").compile())) {
            fleet.fails("web1", "sshd", "192.0.2.7").fails("web1", "sshd", "192.0.2.7");
            fleet.restart();
            fleet.fails("web1", "sshd", "192.0.2.7");
            assertThat(fleet.bans()).hasSize(1);

            fleet.restart();
            fleet.advance(Duration.ofSeconds(601));
            assertThat(fleet.bans()).isEmpty();
        }
    }

    @Test
    void aBanThatWasDecidedAndLostOnItsWayIsSentAgainAfterTheRestart() {
        try (TestFleet fleet = new TestFleet(directory, TestJail.named("sshd").compile())) {
            attack(fleet, "192.0.2.7");
            List<BanEvent> decided = fleet.events();
            fleet.loseOutput();
            fleet.restart();
            fleet.advance(Duration.ofMillis(200));

            assertThat(fleet.bans()).hasSize(1);
            assertThat(fleet.events()).isEqualTo(decided);
        }
    }

    @Test
    void anUnbanThatWasLostOnItsWayIsSentAgainAfterTheRestart() {
        try (TestFleet fleet = new TestFleet(directory, TestJail.named("sshd").compile())) {
            attack(fleet, "192.0.2.7");
            Map<String, BanRecord> standing = fleet.bans();
            assertThat(standing).hasSize(1);
            fleet.advance(Duration.ofSeconds(601));
            fleet.loseOutput();
            fleet.restart();
            fleet.advance(Duration.ofMillis(200));

            assertThat(fleet.bans()).isEmpty();
            assertThat(fleet.eventTypes()).containsExactly(Type.UNBAN);
        }
    }

    @Test
    void whatHasArrivedIsNotSentAgainAfterTheRestart() {
        try (TestFleet fleet = new TestFleet(
                directory, TestJail.named("sshd").banSeconds(86_400).compile())) {
            attack(fleet, "192.0.2.7");
            // After the commit the task goes on, so what was sent before it has arrived.
            fleet.advance(Duration.ofMillis(100));
            fleet.loseOutput();
            fleet.restart();
            fleet.advance(Duration.ofSeconds(1));

            assertThat(fleet.events()).isEmpty();
        }
    }

    @Test
    void failuresReadAfterTheBanWouldBeOverAreRecordedAndNotEnforced() {
        try (TestFleet fleet = new TestFleet(directory, TestJail.named("sshd").compile())) {
            long hourAgo = fleet.now().getEpochSecond() - 3600;
            for (int i = 0; i < 3; i++) {
                fleet.ships("web1", LOG, "fail " + (hourAgo + i) + " 192.0.2.7");
            }
            assertThat(fleet.bans()).isEmpty();
            assertThat(fleet.eventTypes()).containsExactly(Type.EXPIRED);
        }
    }

    @Test
    void aLogTimeInTheFutureBecomesTheTimeOfReading() {
        try (TestFleet fleet = new TestFleet(directory, TestJail.named("sshd").compile())) {
            long tomorrow = fleet.now().getEpochSecond() + 86_400;
            for (int i = 0; i < 3; i++) {
                fleet.ships("web1", LOG, "fail " + (tomorrow + i) + " 192.0.2.7");
            }
            assertThat(fleet.ban("sshd|192.0.2.7").until()).isEqualTo(TestFleet.START.plusSeconds(600));
        }
    }

    @Test
    void aRecordFromAClockFarAheadCountsAsReadNow() {
        try (TestFleet fleet = new TestFleet(directory, TestJail.named("sshd").compile())) {
            Instant nextYear = fleet.now().plus(Duration.ofDays(365));
            for (int i = 0; i < 3; i++) {
                RecordHeaders headers = new RecordHeaders();
                headers.add("file", TestFleet.bytes("f")).add("offset", TestFleet.bytes("" + i));
                fleet.pipe(
                        fleet.topics().lines(),
                        TestFleet.bytes("web1|" + LOG),
                        TestFleet.bytes("fail " + nextYear.getEpochSecond() + " 192.0.2.7"),
                        headers,
                        nextYear);
            }
            assertThat(fleet.ban("sshd|192.0.2.7").until()).isEqualTo(TestFleet.START.plusSeconds(600));
        }
    }

    @Test
    void everyJailThatReadsAFileJudgesItsLinesForItself() {
        Jail strict = TestJail.named("ssh").maxRetry(1).compile();
        Jail other = TestJail.named("sshd").compile(new WordFilter("other"));
        Jail broken = TestJail.named("sshd-broken").compile();
        try (TestFleet fleet = new TestFleet(directory, strict, other, broken)) {
            fleet.fails("web1", "sshd", "192.0.2.7");

            assertThat(fleet.bans()).containsOnlyKeys("ssh|192.0.2.7");
            assertThat(fleet.figure("ssh.found")).isEqualTo(1);
            assertThat(fleet.figure("sshd.found")).isZero();
        }
    }

    @Test
    void aLineOnWhichAFilterThrowsIsADeadLetterAndTheOthersGoOn() {
        Jail good = TestJail.named("ssh").maxRetry(1).compile(new WordFilter("crash-not"));
        Jail bad = TestJail.named("sshd").maxRetry(1).compile();
        try (TestFleet fleet = new TestFleet(directory, good, bad)) {
            fleet.ships("web1", LOG, "crash").ships("web1", LOG, "loop");
            fleet.fails("web1", "sshd", "192.0.2.7");

            assertThat(fleet.bans()).containsOnlyKeys("sshd|192.0.2.7");
            assertThat(fleet.deadLetters())
                    .hasSize(4)
                    .allSatisfy(letter ->
                            assertThat(header(letter, DeadLetterHeaders.JAIL)).isIn("ssh", "sshd"));
            assertThat(fleet.figure("sshd.exhausted")).isEqualTo(1);
        }
    }

    @Test
    void recordsThatCantBeReadAreDeadLettersWithTheReason() {
        try (TestFleet fleet = new TestFleet(directory, TestJail.named("sshd").compile())) {
            byte[] line = TestFleet.bytes("fail 1 192.0.2.7");
            byte[] key = TestFleet.bytes("web1|" + LOG);
            RecordHeaders badOffset = new RecordHeaders();
            badOffset.add("file", TestFleet.bytes("f")).add("offset", TestFleet.bytes("x"));
            fleet.pipe(fleet.topics().lines(), null, line, new RecordHeaders(), fleet.now());
            fleet.pipe(fleet.topics().lines(), TestFleet.bytes("no-bar"), line, new RecordHeaders(), fleet.now());
            fleet.pipe(fleet.topics().lines(), key, null, new RecordHeaders(), fleet.now());
            fleet.pipe(fleet.topics().lines(), key, line, badOffset, fleet.now());
            fleet.pipe(fleet.topics().failures(), key, TestFleet.bytes("{"), new RecordHeaders(), fleet.now());
            fleet.pipe(fleet.topics().failures(), key, TestFleet.bytes("{}"), new RecordHeaders(), fleet.now());
            fleet.pipe(fleet.topics().failures(), key, null, new RecordHeaders(), fleet.now());
            fleet.pipe(
                    fleet.topics().commands(),
                    key,
                    TestFleet.bytes("{\"v\":2,\"type\":\"ban\"}"),
                    new RecordHeaders(),
                    fleet.now());

            assertThat(fleet.deadLetters())
                    .extracting(letter -> header(letter, DeadLetterHeaders.REASON))
                    .satisfiesExactly(
                            reason -> assertThat(reason).contains("host"),
                            reason -> assertThat(reason).isNotEmpty(),
                            reason -> assertThat(reason).isEqualTo("no value; expected a log line"),
                            reason -> assertThat(reason).isEqualTo("header offset is no number: 'x'"),
                            reason -> assertThat(reason).startsWith("not a FailureRecord: Unexpected end-of-input"),
                            reason -> assertThat(reason)
                                    .isEqualTo("not a FailureRecord: field offset: Cannot map `null` into type `long`"),
                            reason -> assertThat(reason).isEqualTo("no value; expected a failure"),
                            reason -> assertThat(reason)
                                    .isEqualTo("not a CommandRecord: version 2 of the format; this release reads 1"));
            TestRecord<byte[], byte[]> letter = fleet.deadLetters().get(1);
            assertThat(letter.value()).isEqualTo(line);
            assertThat(header(letter, DeadLetterHeaders.TOPIC)).isEqualTo("t.lines");
            assertThat(header(letter, DeadLetterHeaders.PARTITION)).isEqualTo("0");
            assertThat(header(letter, DeadLetterHeaders.OFFSET)).isEqualTo("1");
            fleet.fails("web1", "sshd", "192.0.2.7");
            assertThat(fleet.figure("sshd.counted")).isEqualTo(1);
        }
    }

    @Test
    void aFailureOfAnUnknownJailIsADeadLetter() {
        try (TestFleet fleet =
                new TestFleet(directory, TestJail.named("sshd").maxRetry(1).compile())) {
            String forged = "{\"jail\":\"nginx\",\"id\":\"192.0.2.1\",\"time\":\"2026-03-01T12:00:00Z\","
                    + "\"read\":\"2026-03-01T12:00:00Z\",\"host\":\"h\",\"path\":\"p\",\"file\":\"f\",\"offset\":1,"
                    + "\"line\":\"l\"}";
            fleet.pipe(
                    fleet.topics().failures(),
                    TestFleet.bytes("nginx|192.0.2.1"),
                    TestFleet.bytes(forged),
                    new RecordHeaders(),
                    fleet.now());

            assertThat(fleet.bans()).isEmpty();
            assertThat(fleet.deadLetters())
                    .singleElement()
                    .satisfies(letter -> assertThat(header(letter, DeadLetterHeaders.REASON))
                            .isEqualTo("jail 'nginx' is not among the jails that run"));
        }
    }

    @Test
    void aForgedFailureWithImpossibleValuesIsADeadLetter() {
        try (TestFleet fleet =
                new TestFleet(directory, TestJail.named("sshd").maxRetry(1).compile())) {
            String good = "{\"jail\":\"sshd\",\"id\":\"192.0.2.1\",\"time\":\"2026-03-01T12:00:00Z\","
                    + "\"read\":\"2026-03-01T12:00:00Z\",\"host\":\"h\",\"path\":\"p\",\"file\":\"f\",\"offset\":1,"
                    + "\"line\":\"l\"}";
            for (String forged : List.of(
                    good.replace("192.0.2.1", ""),
                    good.replace("192.0.2.1", "x".repeat(70_000)),
                    good.replaceFirst("2026-03-01T12:00:00Z", "+1000000000-12-31T23:59:59Z"))) {
                fleet.pipe(
                        fleet.topics().failures(),
                        TestFleet.bytes("sshd|192.0.2.1"),
                        TestFleet.bytes(forged),
                        new RecordHeaders(),
                        fleet.now());
            }
            assertThat(fleet.bans()).isEmpty();
            assertThat(fleet.deadLetters()).hasSize(3);
        }
    }

    @Test
    void aLineWithoutIdentityIsIdentifiedByItsPlaceInTheTopic() {
        try (TestFleet fleet =
                new TestFleet(directory, TestJail.named("sshd").maxRetry(2).compile())) {
            byte[] line = TestFleet.bytes("fail " + fleet.now().getEpochSecond() + " 192.0.2.7");
            for (int i = 0; i < 2; i++) {
                fleet.pipe(
                        fleet.topics().lines(), TestFleet.bytes("web1|" + LOG), line, new RecordHeaders(), fleet.now());
            }
            assertThat(fleet.ban("sshd|192.0.2.7").evidence())
                    .extracting(Evidence::file, Evidence::offset)
                    .containsExactly(
                            org.assertj.core.groups.Tuple.tuple("kafka:t.lines-0", 0L),
                            org.assertj.core.groups.Tuple.tuple("kafka:t.lines-0", 1L));
        }
    }

    @Test
    void whatFilebeatPublishesIsALineWithTheIdentityThatItGives() {
        try (TestFleet fleet =
                new TestFleet(directory, TestJail.named("sshd").maxRetry(2).compile())) {
            String published = "{\"@timestamp\":\"2026-03-01T12:00:00.000Z\",\"message\":\"fail "
                    + fleet.now().getEpochSecond()
                    + " 192.0.2.7\",\"log\":{\"offset\":%d,\"file\":{\"device_id\":\"1\","
                    + "\"inode\":\"2\",\"path\":\"" + LOG + "\"}},\"host\":{\"name\":\"web1\"}}";
            for (int offset : new int[] {10, 10, 10}) {
                fleet.pipe(
                        fleet.topics().lines(),
                        null,
                        TestFleet.bytes(published.formatted(offset)),
                        new RecordHeaders(),
                        fleet.now());
            }
            assertThat(fleet.bans()).isEmpty();

            fleet.pipe(
                    fleet.topics().lines(),
                    null,
                    TestFleet.bytes(published.formatted(20)),
                    new RecordHeaders(),
                    fleet.now());
            assertThat(fleet.ban("sshd|192.0.2.7").evidence())
                    .extracting(Evidence::host, Evidence::path)
                    .containsOnly(org.assertj.core.groups.Tuple.tuple("web1", LOG));
        }
    }

    @Test
    void ignoredOffendersAreNeverBannedAndTheEventNamesTheRule() {
        try (TestFleet fleet = new TestFleet(
                directory, TestJail.named("sshd").ignoring("192.0.2.0/24").compile())) {
            attack(fleet, "192.0.2.7");

            assertThat(fleet.bans()).isEmpty();
            assertThat(fleet.events()).singleElement().satisfies(event -> {
                assertThat(event.type()).isEqualTo(Type.REFUSED);
                assertThat(event.reason()).isEqualTo("ignoreip: 192.0.2.0/24");
            });
        }
    }

    @Test
    void theFleetsOwnAddressesAreNeverBanned() {
        try (TestFleet fleet = new TestFleet(directory, TestJail.named("sshd").compile())) {
            fleet.reports(new HostRecord(
                    "web9", "enforcer", "1", fleet.now(), List.of("192.0.2.9", "2001:db8::9", "nonsense"), Map.of()));
            attack(fleet, "192.0.2.9");
            attack(fleet, "2001:db8::9");
            attack(fleet, "127.0.0.1");
            attack(fleet, "192.0.2.10");

            assertThat(fleet.bans()).containsOnlyKeys("sshd|192.0.2.10");
            assertThat(fleet.events())
                    .filteredOn(event -> event.type() == Type.REFUSED)
                    .extracting(BanEvent::reason)
                    .containsExactly(
                            "ignoreself: an address of web9",
                            "ignoreself: an address of web9",
                            "ignoreself: a loopback address");
        }
    }

    @Test
    void bansInOtherJailsLengthenABanWhereTheJailAsksForIt() {
        Jail asks = TestJail.named("sshd").countingAllJails().compile();
        Jail other = TestJail.named("web").compile();
        try (TestFleet fleet = new TestFleet(directory, asks, other)) {
            for (int i = 0; i < 3; i++) {
                fleet.fails("web1", "web", "192.0.2.7");
            }
            attack(fleet, "192.0.2.7");

            assertThat(fleet.ban("sshd|192.0.2.7").until()).isEqualTo(TestFleet.START.plusSeconds(1200));
        }
    }

    @Test
    void anOffenderThatIsNoAddressIsBannedWithoutAFamily() {
        try (TestFleet fleet = new TestFleet(directory, TestJail.named("sshd").compile())) {
            attack(fleet, "user|with bars");

            assertThat(fleet.ban("sshd|user|with bars").family()).isNull();
        }
    }

    @Test
    void offendersOfWhomNothingMattersAnyMoreAreForgotten() {
        try (TestFleet fleet = new TestFleet(directory, TestJail.named("sshd").compile())) {
            for (int i = 0; i < 100; i++) {
                fleet.fails("web1", "sshd", "192.0.2." + i);
            }
            attack(fleet, "198.51.100.1");
            assertThat(fleet.states()).isGreaterThan(200);
            for (int hour = 0; hour < 30; hour++) {
                fleet.advance(Duration.ofHours(1));
                fleet.fails("web1", "sshd", "203.0.113.1");
            }
            fleet.advance(Duration.ofSeconds(10));

            assertThat(fleet.states()).isLessThan(6);
        }
    }

    @Test
    void anOldLogReadLateForgetsNothingEarly() {
        try (TestFleet fleet = new TestFleet(directory, TestJail.named("sshd").compile())) {
            Instant lastYear = fleet.now().minus(Duration.ofDays(365));
            for (int i = 0; i < 3; i++) {
                RecordHeaders headers = new RecordHeaders();
                headers.add("file", TestFleet.bytes("f")).add("offset", TestFleet.bytes("" + i));
                fleet.pipe(
                        fleet.topics().lines(),
                        TestFleet.bytes("web1|" + LOG),
                        TestFleet.bytes("fail " + (lastYear.getEpochSecond() + i) + " 192.0.2.7"),
                        headers,
                        lastYear.plusSeconds(10 + i));
                fleet.advance(Duration.ofSeconds(30));
            }
            assertThat(fleet.eventTypes()).containsExactly(Type.EXPIRED);
        }
    }

    @Test
    void anOldLogReadNowForgetsNothingEarly() {
        try (TestFleet fleet = new TestFleet(directory, TestJail.named("sshd").compile())) {
            long lastYear = fleet.now().minus(Duration.ofDays(365)).getEpochSecond();
            for (int i = 0; i < 3; i++) {
                fleet.ships("web1", LOG, "fail " + (lastYear + i) + " 192.0.2.7")
                        .advance(Duration.ofSeconds(30));
            }
            assertThat(fleet.eventTypes()).containsExactly(Type.EXPIRED);
        }
    }

    @Test
    void whatAFilterRemembersOfASourceSurvivesARestart() {
        try (TestFleet fleet = new TestFleet(directory, TestJail.named("sshd").compile())) {
            fleet.ships("web1", LOG, "with root");
            fleet.restart();
            fleet.fails("web1", "sshd", "192.0.2.7").fails("web2", "sshd", "192.0.2.7");

            assertThat(fleet.failures()).extracting(FailureRecord::user).containsExactly("root", null);
        }
    }

    @Test
    void aSourceThatIsSilentForLongerThanLinesAreKeptIsForgotten() {
        try (TestFleet fleet = new TestFleet(directory, TestJail.named("sshd").compile())) {
            fleet.ships("web1", LOG, "with root").ships("web2", LOG, "with admin");
            fleet.advance(Duration.ofDays(7)).ships("web2", LOG, "a line").advance(Duration.ofHours(1));
            fleet.restart();
            assertThat(fleet.rememberedSources()).containsExactlyInAnyOrder("web1|" + LOG, "web2|" + LOG);

            fleet.advance(Duration.ofDays(2)).ships("web2", LOG, "a line").advance(Duration.ofHours(1));
            fleet.restart();
            assertThat(fleet.rememberedSources()).containsExactly("web2|" + LOG);

            fleet.fails("web1", "sshd", "192.0.2.7").fails("web2", "sshd", "192.0.2.7");
            assertThat(fleet.failures()).extracting(FailureRecord::user).containsExactly(null, "admin");
        }
    }

    @Test
    void stateOnDiskServesAsWellAsStateInMemory() {
        try (TestFleet fleet = new TestFleet(
                directory,
                ProcessorSettings.Store.ROCKS_DB,
                TestJail.named("sshd").compile())) {
            attack(fleet, "192.0.2.7");
            assertThat(fleet.bans()).hasSize(1);
            fleet.advance(Duration.ofSeconds(601));
            assertThat(fleet.bans()).isEmpty();
        }
    }

    private static void attack(TestFleet fleet, String id) {
        for (int i = 0; i < 3; i++) {
            fleet.fails("web1", "sshd", id);
        }
    }

    private static String header(TestRecord<byte[], byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
    }
}
