package org.fleetban.enforcer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.fleetban.enforcer.firewall.Services;
import org.fleetban.protocol.Family;
import org.fleetban.protocol.Topics;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BreakerTest {

    private static final String LARGE = "11.0.0.0/15";

    private final SetClock clock = new SetClock();
    private final BanReader reader = new BanReader(Services.system());
    private @TempDir Path data;
    private Breaker breaker = new Breaker(settings(1), clock);

    @BeforeEach
    void limitOfThreeAMinute() throws IOException {
        breaker = breaker(3);
    }

    @Test
    void atMostTheLimitPassesInAnyMinuteAndTheRestWaits() throws IOException {
        assertThat(arriving("a", "b", "c", "d", "e")).isEqualTo(List.of("d", "e"));
        clock.advance(Duration.ofSeconds(59));
        assertThat(arriving("f")).isEqualTo(List.of("f"));
        clock.advance(Duration.ofSeconds(1));
        assertThat(arriving("g", "h", "i", "j")).isEqualTo(List.of("j"));
        assertThat(breaker.waiting()).containsOnlyKeys("d", "e", "f", "j");
        assertThat(reason(judge(ban("d", "192.0.2.9"), false))).contains(Refusal.Reason.TOO_MANY);
    }

    @Test
    void whoIsBannedAgainAfterTheFloodWaitsNoLonger() throws IOException {
        assertThat(arriving("a", "b", "c", "d")).isEqualTo(List.of("d"));
        assertThat(reason(judge(ban("n", LARGE), true))).contains(Refusal.Reason.TOO_LARGE);
        clock.advance(Duration.ofSeconds(59));
        assertThat(arriving("d")).isEqualTo(List.of("d"));
        clock.advance(Duration.ofSeconds(1));
        assertThat(reason(judge(ban("d", "192.0.2.9"), false)))
                .as("as a table has it that is read anew")
                .contains(Refusal.Reason.TOO_MANY);

        assertThat(arriving("d", "e", "f", "g")).isEqualTo(List.of("g"));

        assertThat(reason(judge(ban("n", LARGE), true))).contains(Refusal.Reason.TOO_LARGE);
        assertThat(breaker.waiting()).containsOnlyKeys("n", "g");
    }

    @Test
    void bansThatStoodAlreadyAreNotCountedAndNoLimitIsNone() throws IOException {
        for (int i = 0; i < 10; i++) {
            assertThat(judge(ban("k" + i, "192.0.2.9"), false)).isEmpty();
        }
        breaker = breaker(0);
        for (int i = 0; i < 10; i++) {
            assertThat(judge(ban("k" + i, "192.0.2.9"), true)).isEmpty();
        }
    }

    @Test
    void largeNetworksWaitWheneverTheyComeUntilTheyAreConfirmed() throws IOException {
        assertThat(reason(judge(ban("n", LARGE), false))).contains(Refusal.Reason.TOO_LARGE);
        assertThat(reason(judge(ban("6", "2002::/31"), true))).contains(Refusal.Reason.TOO_LARGE);
        assertThat(judge(ban("s", "11.0.0.0/16"), true)).isEmpty();
        assertThat(judge(ban("t", "2001:db8::/32"), true)).isEmpty();

        assertThat(breaker.confirm(key -> key.equals("n"), Long.MAX_VALUE)).containsExactly("n");

        assertThat(judge(ban("n", LARGE), true)).isEmpty();
        assertThat(reason(judge(ban("n", "12.0.0.0/15"), false)))
                .as("another network under the same key")
                .contains(Refusal.Reason.TOO_LARGE);
        assertThat(breaker.waiting()).containsOnlyKeys("6", "n");
    }

    @Test
    void nothingWaitsThatIsAnotherNow() throws IOException {
        assertThat(reason(judge(ban("n", LARGE), false))).contains(Refusal.Reason.TOO_LARGE);

        assertThat(judge(ban("n", "11.0.0.0/16"), false)).isEmpty();

        assertThat(breaker.waiting()).isEmpty();
        assertThat(breaker.waitingSince()).isEqualTo(Long.MAX_VALUE);
        breaker.save();
        breaker = breaker(3);
        assertThat(breaker.waiting()).isEmpty();
    }

    @Test
    void nothingWaitsThatCannotBeEnforcedAnyMore() {
        BanTable table = new BanTable(Allowlist.of(settings(3), Set.of(Family.INET), List.of()), breaker);
        table.put(ban("n", LARGE));
        assertThat(breaker.waiting()).containsOnlyKeys("n");

        table.put(ban("n", "no address"));

        assertThat(breaker.waiting()).isEmpty();
    }

    @Test
    void whatIsGoneIsForgottenWithItsConfirmation() {
        judge(ban("n", LARGE), false);
        breaker.confirm(key -> true, Long.MAX_VALUE);
        arriving("a", "b", "c", "d");
        breaker.gone("d");
        breaker.gone("n");

        assertThat(breaker.waiting()).isEmpty();
        assertThat(breaker.waitingSince()).isEqualTo(Long.MAX_VALUE);
        assertThat(reason(judge(ban("n", LARGE), false))).contains(Refusal.Reason.TOO_LARGE);
        breaker.retain(Set.of("x"));
        assertThat(breaker.waiting()).isEmpty();
    }

    @Test
    void aConfirmationOfThePastConcernsWhatWaitedThen() {
        arriving("a", "b", "c", "d");
        long then = clock.millis();
        clock.advance(Duration.ofSeconds(1));
        arriving("e");

        assertThat(breaker.waitingSince()).isEqualTo(then);
        assertThat(breaker.confirm(key -> true, then)).containsExactly("d");
        assertThat(breaker.waiting()).containsOnlyKeys("e");
    }

    @Test
    void anotherProcessGoesOnWhereThisOneWasStoppedAndACutOffEntryIsVoid() throws IOException {
        judge(ban("n", LARGE), false);
        judge(ban("m", LARGE), false);
        arriving("a", "b", "c", "d", "e");
        breaker.save();
        breaker.confirm(key -> key.equals("n"), Long.MAX_VALUE);
        breaker.gone("e");
        breaker.save();
        arriving("f", "g", "h", "i");
        Map<String, Breaker.Waiting> before = Map.copyOf(breaker.waiting());
        breaker.save();

        breaker = breaker(3);
        assertThat(breaker.waiting()).isEqualTo(before).containsOnlyKeys("m", "d", "i");
        assertThat(judge(ban("n", LARGE), false)).isEmpty();

        breaker.save();
        Path file = data.resolve("breaker.journal");
        byte[] whole = Files.readAllBytes(file);
        for (int length = 8; length < whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertThat(before).containsAllEntriesOf(breaker(3).waiting());
        }
        Files.write(file, new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9});
        assertThatThrownBy(() -> breaker(3)).isInstanceOf(IOException.class).hasMessageContaining(file.toString());
    }

    @Test
    void whatIsKeptOfChangesThatAreOverDoesNotGrowForEver() throws IOException {
        breaker = breaker(1);
        arriving("through");
        Path journal = data.resolve("breaker.journal");
        long longest = 0;
        for (int round = 0; round < 10; round++) {
            for (int i = 0; i < 3_000; i++) {
                judge(ban("k" + i, "192.0.2.9"), true);
                breaker.gone("k" + i);
            }
            breaker.save();
            longest = Math.max(longest, Files.size(journal));
        }
        assertThat(longest).isLessThan(1_000_000);
        judge(ban("last", "192.0.2.9"), true);
        breaker.save();
        assertThat(breaker(1).waiting()).containsOnlyKeys("last");
    }

    private List<String> arriving(String... keys) {
        return Arrays.stream(keys)
                .filter(key -> judge(ban(key, "192.0.2.9"), true).isPresent())
                .toList();
    }

    private Optional<Refusal> judge(Ban ban, boolean arrives) {
        return breaker.judge(ban, Objects.requireNonNull(ban.target()), arrives);
    }

    private static Optional<Refusal.Reason> reason(Optional<Refusal> refusal) {
        return refusal.map(Refusal::reason);
    }

    private Ban ban(String key, String id) {
        return reader.read(key, "sshd", id, null, null, null);
    }

    private Breaker breaker(int perMinute) throws IOException {
        Breaker made = new Breaker(settings(perMinute), clock);
        made.restore();
        return made;
    }

    private EnforcerSettings settings(int perMinute) {
        return EnforcerSettings.of(
                Map.of("enforcer.new-bans-per-minute", Integer.toString(perMinute)),
                "here",
                new Topics("t."),
                data == null ? Path.of("unused") : data);
    }

    /** Stands still until it is told. */
    private static final class SetClock extends Clock {

        private Instant now = Instant.parse("2026-03-01T12:00:00Z");

        void advance(Duration by) {
            now = now.plus(by);
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
