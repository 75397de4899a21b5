package org.fleetban.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.fleetban.protocol.BanEvent;
import org.fleetban.protocol.BanRecord;
import org.fleetban.protocol.Evidence;
import org.fleetban.protocol.FailureRecord;
import org.fleetban.protocol.Family;
import org.fleetban.protocol.HostRecord;
import org.fleetban.protocol.JailSummary;
import org.fleetban.protocol.Scope;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code status}, {@code banned} and {@code why} over topics on a real broker; no processor runs. */
final class FleetCommandsTest {

    private static final Instant NOW = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    private static final JailSummary SSHD =
            new JailSummary("sshd", Scope.FLEET, 3, 600, 3600, true, List.of("/var/log/auth.log"), List.of());
    private static final JailSummary MAIL =
            new JailSummary("mail", Scope.HOST, 5, 86_400, -1, false, List.of("/var/log/mail/*.log"), List.of());

    @TempDir
    private Path config;

    private @Nullable TestTopics fleet;

    @BeforeEach
    void createTopics() {
        fleet = new TestTopics(config, Clock.fixed(NOW, ZoneOffset.UTC));
    }

    @AfterEach
    void close() {
        fleet().close();
    }

    private TestTopics fleet() {
        if (fleet == null) {
            throw new IllegalStateException("not created");
        }
        return fleet;
    }

    private static String text(Instant at) {
        return DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT)
                .format(at.atZone(ZoneId.systemDefault()));
    }

    private static BanRecord ban(String jail, String id, @Nullable String host, @Nullable Duration length) {
        return new BanRecord(
                jail,
                id,
                Family.INET,
                "ssh",
                "tcp",
                host == null ? Scope.FLEET : Scope.HOST,
                host,
                NOW.minusSeconds(60),
                length == null ? null : NOW.minusSeconds(60).plus(length),
                3,
                1,
                "failures",
                "event-" + jail + id,
                List.of());
    }

    private static BanEvent event(BanEvent.Type type, BanRecord ban, String by, @Nullable String reason, Instant at) {
        return new BanEvent(
                type + ban.id() + at,
                type,
                ban.jail(),
                ban.id(),
                ban.family(),
                ban.scope(),
                ban.host(),
                at,
                ban.since(),
                ban.until(),
                ban.count(),
                ban.banCount(),
                by,
                reason,
                ban.evidence());
    }

    private static FailureRecord failure(String jail, String id, String host, long offset, Instant time) {
        String line = "Failed password for \u001b[31mroot from " + id;
        return new FailureRecord(jail, id, null, time, time, host, "/var/log/auth.log", "f", offset, null, line);
    }

    private static HostRecord processor(Instant at, long lines) {
        return new HostRecord(
                "p1",
                "processor",
                "0.1.0",
                at,
                List.of(),
                Map.of("lines.read", lines, "sshd.counted", lines / 10, "sshd.settled", 2L, "sshd.ban", 4L),
                List.of(),
                List.of(SSHD, MAIL),
                null,
                List.of(),
                List.of("outbox.unreadable: 1 message"));
    }

    private static HostRecord shipper(String host) {
        return new HostRecord(
                host,
                "shipper",
                "0.1.0",
                NOW,
                List.of(),
                Map.of(
                        "lines",
                        70L,
                        "lines.cut",
                        1L,
                        "lines.refused",
                        2L,
                        "reconnects",
                        1L,
                        "lag.bytes",
                        30L,
                        "files",
                        1L),
                List.of(new HostRecord.ShippedFile("/var/log/auth.log", 970, 1000)),
                List.of(),
                null,
                List.of(),
                List.of("disk \u009b2J full"));
    }

    private static HostRecord enforcer(String host, Instant at, long position, String firewall, String... refused) {
        return new HostRecord(
                host,
                "enforcer",
                "0.1.0",
                at,
                List.of(),
                Map.of(
                        "following",
                        1L,
                        "position",
                        position,
                        "bans",
                        2L,
                        "bans.refused",
                        (long) refused.length,
                        "packets.sshd",
                        7L,
                        "bytes.sshd",
                        420L),
                List.of(),
                List.of(),
                firewall,
                List.of(refused).stream()
                        .map(key -> new HostRecord.RefusedBan(key, "never-ban", "the gateway"))
                        .toList(),
                List.of());
    }

    private void fill() {
        fleet().report(processor(NOW.minusSeconds(12), 100))
                .report(processor(NOW.minusSeconds(2), 150))
                .report(shipper("web1"))
                .ban(ban("sshd", "192.0.2.7", null, Duration.ofHours(1)))
                .ban(ban("sshd", "192.0.2.8", null, Duration.ofSeconds(30)))
                .ban(ban("mail", "joe doe", "web1", null))
                .ban(ban("sshd", "192.0.2.9", null, Duration.ofHours(1)))
                .put(fleet().topics().bans(), "sshd|192.0.2.9", null)
                .put(fleet().topics().lines(), "web1|/var/log/auth.log", new byte[] {'x'})
                .report(enforcer("web1", NOW, 5, "ipset"))
                .report(enforcer("web2", NOW.minusSeconds(300), 5, "ipset"))
                .report(enforcer("web3", NOW, 5, "nftables", "sshd|192.0.2.7"))
                .report(enforcer("web4", NOW, 0, "ipset"))
                .report(enforcer("web5", NOW, 5, "none, this is a dry run"))
                .done();
    }

    @Test
    void statusHasFail2bansLayoutAndThenTheHosts() throws Exception {
        fill();
        assertThat(fleet().out("status").lines())
                .containsExactly(
                        "Status",
                        "|- Number of jail:\t2",
                        "`- Jail list:\tmail, sshd",
                        "",
                        "Fleet",
                        "|- Currently banned:\t2",
                        "|- Not yet processed:\t1 line, 0 failures, 0 commands",
                        "|- Processors:\t1 of 1 running",
                        "|  `- p1:\t0.1.0, 2s ago; 5.0 lines/s; 150 lines read, 0 dead letters",
                        "|     `- note:\toutbox.unreadable: 1 message",
                        "|- Shippers:\t1 of 1 running",
                        "|  `- web1:\t0.1.0, 0s ago; 30 bytes and 0 ms behind; 70 lines sent, 1 cut, 2 refused, sent again 1 time",
                        "|     |- note:\tdisk \\x9b2J full",
                        "|     `- /var/log/auth.log:\tbyte 970 of 1000",
                        "`- Enforcers:\t4 of 5 running; on 1 every ban holds",
                        "   |- web1:\t0.1.0, 0s ago; ipset; 2 of 2 bans in force; 0 records behind",
                        "   |- web2:\t0.1.0, silent for 5m; ipset; 2 of 2 bans in force; 0 records behind",
                        "   |- web3:\t0.1.0, 0s ago; nftables; 1 of 2 bans in force; 0 records behind",
                        "   |  `- not in force: sshd|192.0.2.7:\tnever-ban, the gateway",
                        "   |- web4:\t0.1.0, 0s ago; ipset; 2 of 2 bans in force; 5 records behind",
                        "   `- web5:\t0.1.0, 0s ago; none, this is a dry run; 0 of 2 bans in force; 0 records behind");

        JsonNode status = fleet().json("status", "--json");
        assertThat(status.get("jails")).hasSize(2);
        assertThat(status.get("banned").asInt()).isEqualTo(2);
        assertThat(status.at("/backlog/lines").asInt()).isEqualTo(1);
        assertThat(status.at("/processors/0/linesPerSecond").asDouble()).isEqualTo(5.0);
        assertThat(status.at("/shippers/0/files/0/position").asInt()).isEqualTo(970);
        assertThat(status.at("/shippers/0/cut").asInt()).isEqualTo(1);
        assertThat(status.at("/enforcers/1/running").asBoolean()).isFalse();
        assertThat(status.at("/enforcers/3/behind").asInt()).isEqualTo(5);
    }

    @Test
    void statusOfAJailHasFail2bansLayoutAndThenTheHosts() throws Exception {
        fill();
        Instant now = NOW.minusSeconds(5);
        fleet().failure(failure("sshd", "192.0.2.20", "web1", 1, now))
                .failure(failure("sshd", "192.0.2.20", "web1", 1, now))
                .failure(failure("sshd", "192.0.2.21", "web1", 2, now.minusSeconds(700)))
                .failure(failure("sshd", "192.0.2.7", "web1", 3, NOW.minusSeconds(61)))
                .event(event(
                        BanEvent.Type.BAN,
                        ban("sshd", "192.0.2.7", null, null),
                        "fleetban",
                        null,
                        NOW.minusSeconds(59)))
                .done();
        assertThat(fleet().out("status", "sshd").lines())
                .containsExactly(
                        "Status for the jail: sshd",
                        "|- Filter",
                        "|  |- Currently failed:\t1",
                        "|  |- Total failed:\t17",
                        "|  `- File list:\t/var/log/auth.log",
                        "`- Actions",
                        "   |- Currently banned:\t1",
                        "   |- Total banned:\t4",
                        "   `- Banned IP list:\t192.0.2.7",
                        "",
                        "Fleet",
                        "|- Rules:\t3 failures within 10m on all hosts together: a ban for 1h on all hosts",
                        "|- Rates:\t0.5 failures/s, 0.0 bans/s",
                        "`- Hosts:\t6",
                        "   |- p1:\t0 packets, 0 bytes refused",
                        "   |- web1:\t7 packets, 420 bytes refused",
                        "   |  `- /var/log/auth.log:\tbyte 970 of 1000",
                        "   |- web2:\t7 packets, 420 bytes refused",
                        "   |- web3:\t7 packets, 420 bytes refused",
                        "   |  `- not in force: sshd|192.0.2.7:\tnever-ban, the gateway",
                        "   |- web4:\t7 packets, 420 bytes refused",
                        "   `- web5:\t7 packets, 420 bytes refused");

        JsonNode status = fleet().json("status", "--json", "sshd");
        assertThat(status.get("currentlyFailed").asInt()).isEqualTo(1);
        assertThat(status.get("totalFailed").asInt()).isEqualTo(17);
        assertThat(status.at("/rules/findTime").asInt()).isEqualTo(600);
        assertThat(status.at("/banned/0").asText()).isEqualTo("192.0.2.7");

        CommandRun unknown = fleet().run("status", "ssh");
        assertThat(unknown.code()).isEqualTo(ExitCode.USAGE);
        assertThat(unknown.err()).isEqualTo("fleetban: the jail 'ssh' does not exist; these do: mail, sshd\n");
    }

    @Test
    void bannedListsWhatStandsWithTheTimesOfFail2banClient() throws Exception {
        fill();
        Instant since = NOW.minusSeconds(60);
        assertThat(fleet().out("banned").lines())
                .containsExactly(
                        "mail\tjoe doe\t" + text(since) + " + -1 = 9999-12-31 23:59:59\ton web1",
                        "sshd\t192.0.2.7\t" + text(since) + " + 3600 = " + text(since.plusSeconds(3600)));

        List<String> lines = fleet().out("banned", "--json").lines().toList();
        assertThat(lines).hasSize(2);
        assertThat(lines.get(1))
                .isEqualTo("{\"jail\":\"sshd\",\"id\":\"192.0.2.7\",\"family\":\"inet\",\"ports\":\"ssh\","
                        + "\"protocol\":\"tcp\",\"scope\":\"fleet\",\"since\":\""
                        + since.toString().replace("Z", ".000Z")
                        + "\",\"until\":\"" + since.plusSeconds(3600).toString().replace("Z", ".000Z")
                        + "\",\"count\":3,\"banCount\":1,\"reason\":\"failures\"}");
    }

    @Test
    void whyTellsTheBansAndOnWhichHostsTheyHold() throws Exception {
        fill();
        fleet().ban(ban("sshd", "192.0.2.0/24", null, null)).done();

        assertThat(fleet().out("why", "192.0.2.7").lines())
                .containsSubsequence(
                        "192.0.2.7",
                        "|- Banned",
                        "|  |- sshd:\t192.0.2.0/24 on all hosts since " + text(NOW.minusSeconds(60))
                                + " for ever; 3 failures; banned 1 time by this jail; reason: failures",
                        "|  |  |- in force on:\tno host that is known",
                        "|  |  |- not in force on:\tweb1: not when it reported, 0s ago",
                        "|  `- sshd:\ton all hosts since " + text(NOW.minusSeconds(60)) + " until "
                                + text(NOW.plusSeconds(3540))
                                + "; 3 failures; banned 1 time by this jail; reason: failures",
                        "|     |- in force on:\tweb1",
                        "|     |- not in force on:\tweb2: silent for 5m, it held then",
                        "|     |- not in force on:\tweb3: never-ban, the gateway",
                        "|     |- not in force on:\tweb4: not when it reported, 0s ago",
                        "|     `- not in force on:\tweb5: firewall: none, this is a dry run",
                        "`- Counted now",
                        "   `- nothing");

        JsonNode why = fleet().json("why", "--json", "192.0.2.7");
        assertThat(why.get("bans")).hasSize(2);
        assertThat(why.at("/bans/1/on").findValuesAsText("state"))
                .containsExactly("holds", "silent", "refused", "pending", "refused");
        assertThat(fleet().out("why", "joe doe"))
                .contains("on web1 since")
                .contains("in force on:\tweb1\n")
                .doesNotContain("web3");
    }

    @Test
    void whyCountsTheWindowsAndShowsLinesHistoryAndTheIgnoreRule() throws Exception {
        fill();
        Evidence line = new Evidence("web2", "/var/log/auth.log", "f", 9, NOW.minusSeconds(100), "the\nline");
        BanRecord before = new BanRecord(
                "sshd",
                "2001:db8::1",
                Family.INET6,
                null,
                null,
                Scope.FLEET,
                null,
                NOW.minusSeconds(100),
                NOW.minusSeconds(50),
                3,
                1,
                null,
                "e1",
                List.of(line));
        BanRecord ignored = ban("mail", "2001:db8::1", "web1", null);
        fleet().event(event(BanEvent.Type.BAN, before, "fleetban", null, NOW.minusSeconds(99)))
                .event(event(BanEvent.Type.BAN, before, "fleetban", null, NOW.minusSeconds(99)))
                .event(event(BanEvent.Type.UNBAN, before, "ann@desk", "our customer", NOW.minusSeconds(40)))
                .event(event(
                        BanEvent.Type.REFUSED, ignored, "fleetban", "ignoreip: 2001:db8::/32", NOW.minusSeconds(30)))
                .failure(failure("sshd", "2001:db8::1", "web2", 9, NOW.minusSeconds(100)))
                .failure(failure("sshd", "2001:db8::1", "web1", 10, NOW.minusSeconds(45)))
                .failure(failure("sshd", "2001:db8::1", "web1", 11, NOW.minusSeconds(20)))
                .failure(failure("sshd", "2001:db8::1", "web3", 12, NOW.minusSeconds(10)))
                .failure(failure("sshd", "2001:db8::1", "web3", 12, NOW.minusSeconds(10)))
                .failure(failure("mail", "2001:db8::1", "web4", 13, NOW.minusSeconds(80_000)))
                .failure(failure("mail", "2001:db8::1", "web4", 14, NOW.minusSeconds(86_000)))
                .unban("2001:db8::/32", NOW.minusSeconds(85_000))
                .done();

        String out = fleet().out("why", "2001:DB8:0::1");
        assertThat(out.lines())
                .containsSubsequence(
                        "2001:db8::1",
                        "|- Not banned",
                        "|- Counted now",
                        "|  |- mail:\t1 of 5 failures within 1d on web4",
                        "|  `- sshd:\t2 of 3 failures within 10m on web1, web3",
                        "|- Ignored",
                        "|  `- mail:\t" + text(NOW.minusSeconds(30)) + " by ignoreip: 2001:db8::/32",
                        "|- History",
                        "|  |- " + text(NOW.minusSeconds(99)) + ":\tsshd: ban until " + text(NOW.minusSeconds(50))
                                + " after 3 failures, by fleetban",
                        "|  |  `- " + text(NOW.minusSeconds(100)) + " web2 /var/log/auth.log:\tthe\\x0aline",
                        "|  |- " + text(NOW.minusSeconds(40)) + ":\tsshd: unban, by ann@desk: our customer",
                        "|  `- " + text(NOW.minusSeconds(30))
                                + ":\tmail: refused on web1, by fleetban: ignoreip: 2001:db8::/32")
                .anySatisfy(shown -> assertThat(shown).endsWith("Failed password for \\x1b[31mroot from 2001:db8::1"));
        assertThat(out).doesNotContain("\u001b");

        JsonNode why = fleet().json("why", "--json", "2001:db8::1");
        assertThat(why.get("id").asText()).isEqualTo("2001:db8::1");
        assertThat(why.get("failures")).hasSize(6);
        assertThat(why.get("history")).hasSize(3);
        assertThat(why.at("/ignored/0/rule").asText()).isEqualTo("ignoreip: 2001:db8::/32");
        assertThat(why.at("/windows").findValuesAsText("failures")).containsExactlyInAnyOrder("1", "2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"status", "banned", "why 192.0.2.1", "status --json", "why 192.0.2.1 --json"})
    void emptyTopicsAreReadAtOnce(String command) {
        CommandRun run = fleet().run(command.split(" "));
        assertThat(run.err()).isEmpty();
        assertThat(run.code()).isZero();
        assertThat(run.out().lines())
                .hasSize(command.equals("banned") ? 0 : run.out().split("\n", -1).length - 1);
    }

    @Test
    void recordsThatCannotBeReadAreCountedAndTheOthersShown() {
        fill();
        fleet().put(fleet().topics().bans(), "sshd|192.0.2.66", "{".getBytes(StandardCharsets.UTF_8))
                .done();

        CommandRun run = fleet().run("banned");
        assertThat(run.code()).isZero();
        assertThat(run.out().lines()).hasSize(2);
        assertThat(run.err()).isEqualTo("fleetban: 1 record cannot be read and is left out\n");
    }

    @Test
    void bansFarMoreThanOnePollAreAllListedOnce() {
        int count = 30_000;
        for (int i = 0; i < count; i++) {
            fleet().ban(ban("sshd", "10.1." + i / 256 + "." + i % 256, null, Duration.ofHours(1)));
        }
        fleet().done();

        assertThat(fleet().out("banned").lines()).hasSize(count).doesNotHaveDuplicates();
        assertThat(fleet().out("status", "sshd")).contains("Currently banned:\t" + count + "\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"status", "banned", "why 192.0.2.1", "ban sshd 192.0.2.1", "unban 192.0.2.1"})
    void missingTopicsAndAKafkaThatIsAwayAreToldInOneLine(String command) {
        String[] args = (command + " --config " + config).split(" ");
        Map<String, String> variables = fleet().variables();
        variables.put("FLEETBAN_TOPICS_PREFIX", TestCluster.newPrefix());
        CommandRun missing = CommandRun.of(variables, args);
        assertThat(missing.code()).isEqualTo(ExitCode.FAILURE);
        assertThat(missing.err())
                .contains(" has no topic ")
                .contains("'fleetban topics' creates them")
                .hasLineCount(1);

        variables.put("FLEETBAN_BOOTSTRAP_SERVERS", "127.0.0.1:1");
        variables.put("FLEETBAN_KAFKA_ADMIN_DEFAULT_API_TIMEOUT_MS", "1000");
        variables.put("FLEETBAN_KAFKA_ADMIN_REQUEST_TIMEOUT_MS", "1000");
        CommandRun away = CommandRun.of(variables, args);
        assertThat(away.code()).isEqualTo(ExitCode.FAILURE);
        assertThat(away.err())
                .startsWith("fleetban: Kafka does not answer at 127.0.0.1:1")
                .hasLineCount(1);
        assertThat(away.out()).isEmpty();
    }
}
