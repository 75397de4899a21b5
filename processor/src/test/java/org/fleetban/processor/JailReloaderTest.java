package org.fleetban.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.fleetban.engine.config.ConfigurationReader;
import org.fleetban.engine.filter.FilterException;
import org.fleetban.engine.jail.JailException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With the engine's own configuration reader and filters. */
class JailReloaderTest {

    private static final String LOG = "/var/log/sshd.log";

    @TempDir
    Path config;

    @TempDir
    Path state;

    private final List<String> notices = new ArrayList<>();
    private int writes;

    @BeforeEach
    void configure() throws IOException {
        Files.createDirectories(config.resolve("filter.d"));
        write("filter.d/word.conf", "[Definition]\nfailregex = ^ bad <HOST>$\n");
        jails(3, "word");
    }

    private void jails(int maxRetry, String filter) throws IOException {
        write(
                "jail.conf",
                "[sshd]\nenabled = true\nfilter = " + filter + "\nlogpath = " + LOG + "\nmaxretry = " + maxRetry
                        + "\nbackend = polling\n");
    }

    /** Every write has a time of its own, however coarse the file system's clock is. */
    private void write(String file, String text) throws IOException {
        Path path = config.resolve(file);
        Files.writeString(path, text);
        Files.setLastModifiedTime(path, FileTime.from(Instant.ofEpochSecond(1_700_000_000L + ++writes)));
    }

    private List<Jail> compiled() throws JailException, FilterException {
        List<Jail> jails = new ArrayList<>();
        for (var definition :
                ConfigurationReader.read(config, Set.of(), Map.of()).jails()) {
            jails.add(Jail.compile(definition));
        }
        return jails;
    }

    private void reload(TestFleet fleet) {
        new JailReloader(fleet.registry(), notices::add).apply(ConfigurationReader.read(config, Set.of(), Map.of()));
    }

    private static void bad(TestFleet fleet, String id) {
        fleet.ships("web1", LOG, fleet.now().toString().replace('T', ' ') + " bad " + id);
    }

    @Test
    void aChangedJailTakesEffectAndKeepsItsCounts() throws Exception {
        try (TestFleet fleet = new TestFleet(state, compiled().toArray(Jail[]::new))) {
            bad(fleet, "192.0.2.7");
            jails(2, "word");
            reload(fleet);
            bad(fleet, "192.0.2.7");

            assertThat(notices).containsExactly("configuration reloaded: sshd");
            assertThat(fleet.bans()).containsOnlyKeys("sshd|192.0.2.7");
        }
    }

    @Test
    void aChangedFilterTakesEffect() throws Exception {
        try (TestFleet fleet = new TestFleet(state, compiled().toArray(Jail[]::new))) {
            write("filter.d/word.conf", "[Definition]\nfailregex = ^ evil <HOST>$\n");
            jails(1, "word");
            reload(fleet);
            bad(fleet, "192.0.2.7");
            assertThat(fleet.bans()).isEmpty();

            fleet.ships("web1", LOG, fleet.now().toString().replace('T', ' ') + " evil 192.0.2.8");
            assertThat(fleet.bans()).containsOnlyKeys("sshd|192.0.2.8");
        }
    }

    @Test
    void aBrokenFilterIsRefusedAndTheRunningOneGoesOn() throws Exception {
        try (TestFleet fleet = new TestFleet(state, compiled().toArray(Jail[]::new))) {
            write("filter.d/word.conf", "[Definition]\nfailregex = ^ (bad <HOST>$\n");
            reload(fleet);

            assertThat(notices)
                    .isNotEmpty()
                    .first()
                    .asString()
                    .startsWith("refused: ")
                    .contains("sshd");
            for (int i = 0; i < 3; i++) {
                bad(fleet, "192.0.2.7");
            }
            assertThat(fleet.bans()).containsOnlyKeys("sshd|192.0.2.7");
        }
    }

    @Test
    void aJailThatIsTakenAwayCountsNoMoreAndItsBansEndInTime() throws Exception {
        try (TestFleet fleet = new TestFleet(state, compiled().toArray(Jail[]::new))) {
            for (int i = 0; i < 3; i++) {
                bad(fleet, "192.0.2.7");
            }
            write("jail.conf", "[other]\nenabled = true\nfilter = word\nlogpath = /var/log/other\nbackend = polling\n");
            reload(fleet);
            bad(fleet, "192.0.2.8");

            assertThat(notices).containsExactly("configuration reloaded: +other, -sshd");
            assertThat(fleet.bans()).containsOnlyKeys("sshd|192.0.2.7");
            fleet.advance(java.time.Duration.ofSeconds(601));
            assertThat(fleet.bans()).isEmpty();
        }
    }

    @Test
    void aBanThatWasExtendedAfterItsEndIsNoBanMore() throws Exception {
        write(
                "filter.d/again.conf",
                "[Definition]\nfailregex = ^\\s*fail2ban\\.actions\\s+\\[\\d+\\]: NOTICE\\s+\\[sshd\\] Ban <HOST>$\n");
        write(
                "jail.conf",
                "[sshd]\nenabled = true\nfilter = word\nlogpath = " + LOG + "\nmaxretry = 1\nbantime = 60\n"
                        + "backend = polling\n"
                        + "[again]\nenabled = true\nfilter = again\nlogpath = /var/log/fail2ban.log\nmaxretry = 2\n"
                        + "findtime = 1d\nbantime = 1w\nbackend = polling\n");
        try (TestFleet fleet = new TestFleet(state, compiled().toArray(Jail[]::new))) {
            java.time.Instant hourAgo = fleet.now().minusSeconds(3_600);
            for (int i = 0; i < 4; i++) {
                String time = hourAgo.plusSeconds(20L * i).toString().replace('T', ' ');
                fleet.ships("web1", LOG, time + " bad 192.0.2.7");
            }

            assertThat(fleet.events())
                    .hasSize(4)
                    .allSatisfy(event -> assertThat(event.jail()).isEqualTo("sshd"));
        }
    }

    @Test
    void offendersThatAreBannedAgainAndAgainAreBannedByTheJailForThem() throws Exception {
        write(
                "filter.d/again.conf",
                "[Definition]\nfailregex = ^\\s*fail2ban\\.actions\\s+\\[\\d+\\]: NOTICE\\s+\\[(?!again\\])[^\\]]+\\] Ban <HOST>$\n");
        write(
                "jail.conf",
                "[sshd]\nenabled = true\nfilter = word\nlogpath = " + LOG + "\nmaxretry = 1\nbantime = 60\n"
                        + "backend = polling\n"
                        + "[again]\nenabled = true\nfilter = again\nlogpath = /var/log/fail2ban.log\nmaxretry = 3\n"
                        + "findtime = 1d\nbantime = 1w\nbackend = polling\n");
        try (TestFleet fleet = new TestFleet(state, compiled().toArray(Jail[]::new))) {
            for (int i = 0; i < 3; i++) {
                bad(fleet, "192.0.2.7");
                fleet.advance(java.time.Duration.ofSeconds(120));
            }

            assertThat(fleet.bans()).containsOnlyKeys("again|192.0.2.7");
            assertThat(fleet.ban("again|192.0.2.7").evidence())
                    .hasSize(3)
                    .allSatisfy(evidence -> assertThat(evidence.line()).endsWith("NOTICE  [sshd] Ban 192.0.2.7"));
            fleet.restart();
            fleet.advance(java.time.Duration.ofSeconds(1));
            assertThat(fleet.events())
                    .filteredOn(event -> event.jail().equals("again"))
                    .hasSize(1);
        }
    }
}
