package org.fleetban.enforcer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.fleetban.enforcer.firewall.Network;
import org.fleetban.enforcer.firewall.Services;
import org.fleetban.enforcer.firewall.Target;
import org.fleetban.protocol.Family;
import org.fleetban.protocol.Topics;
import org.junit.jupiter.api.Test;

class BanTableTest {

    private static final EnforcerSettings SETTINGS =
            EnforcerSettings.defaults("here", new Topics("t."), Path.of("unused"));

    private final BanReader reader = new BanReader(Services.system());
    private final BanTable table = new BanTable(allowing(), new Breaker(SETTINGS, Clock.systemUTC()));

    @Test
    void theLongestOfTheBansThatAskForAnEntryHolds() {
        table.put(ban("a", "192.0.2.1", 1000));
        table.put(ban("b", "192.0.2.1", 3000));
        table.put(ban("c", "::ffff:192.0.2.1", 2000));
        Target target = target("192.0.2.1");

        assertThat(table.targets()).containsExactly(target);
        assertThat(table.until(target)).contains(3000L);
        table.remove("b");
        assertThat(table.until(target)).contains(2000L);
        assertThat(table.expire(1999)).hasSize(1);
        assertThat(table.until(target)).contains(2000L);
        assertThat(table.expire(2000)).hasSize(1);
        assertThat(table.until(target)).isEmpty();
        assertThat(table.bans()).isEmpty();
    }

    @Test
    void aRefusedBanTakesThePlaceOfTheOneThatItReplaces() {
        table.put(ban("a", "192.0.2.1", 1000));

        table.put(ban("a", "no address", 1000));

        assertThat(table.targets()).isEmpty();
        assertThat(Objects.requireNonNull(table.refusals().get("a")).reason()).isEqualTo(Refusal.Reason.NO_ADDRESS);
    }

    @Test
    void aBanOfAnAddressThatTheHostNeedsLaterIsTakenBackAndComesAgainWhenItIsNot() {
        table.put(ban("a", "192.0.2.0/24", 1000));
        table.takeChanged();

        table.judge(allowing(new Allowlist.Entry(Network.parse("192.0.2.77"), "a broker")));
        assertThat(table.targets()).isEmpty();
        assertThat(table.takeChanged()).containsExactly(target("192.0.2.0/24"));

        table.judge(allowing());
        assertThat(table.targets()).containsExactly(target("192.0.2.0/24"));
    }

    @Test
    void whateverIsPutAndRemovedTheTableIsWhatAPlainMapSays() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Map<String, Ban> model = new HashMap<>();
        Allowlist[] lists = {
            allowing(),
            allowing(new Allowlist.Entry(Network.parse("192.0.2.3"), "x")),
            allowing(new Allowlist.Entry(Network.parse("192.0.2.0/30"), "y"))
        };
        Allowlist current = lists[0];
        for (int i = 0; i < 20_000; i++) {
            String key = "k" + random.nextInt(12);
            switch (random.nextInt(8)) {
                case 0, 1 -> {
                    table.remove(key);
                    model.remove(key);
                }
                case 2 -> {
                    long now = random.nextInt(100);
                    table.expire(now);
                    model.values().removeIf(ban -> ban.until() <= now);
                }
                case 3 -> {
                    current = lists[random.nextInt(lists.length)];
                    table.judge(current);
                }
                default -> {
                    Ban ban = ban(key, "192.0.2." + random.nextInt(6), random.nextInt(100));
                    table.put(ban);
                    model.put(key, ban);
                }
            }
            Map<Target, Long> expected = new HashMap<>();
            for (Ban ban : model.values()) {
                Target target = Objects.requireNonNull(ban.target());
                if (current.refusal(target.network()).isEmpty()) {
                    expected.merge(target, ban.until(), Math::max);
                }
            }
            Map<Target, Long> actual = new HashMap<>();
            table.targets()
                    .forEach(target -> actual.put(target, table.until(target).orElseThrow()));
            assertThat(actual).as("seed %d, step %d", seed, i).isEqualTo(expected);
        }
    }

    private static Allowlist allowing(Allowlist.Entry... entries) {
        return Allowlist.of(SETTINGS, EnumSet.allOf(Family.class), List.of(entries));
    }

    private Ban ban(String key, String id, long until) {
        return reader.read(key, "sshd", id, "ssh", "tcp", Instant.ofEpochMilli(until));
    }

    private Target target(String id) {
        return Objects.requireNonNull(ban("any", id, 0).target());
    }
}
