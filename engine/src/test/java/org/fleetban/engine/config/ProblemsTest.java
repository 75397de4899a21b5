package org.fleetban.engine.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.fleetban.engine.config.Problem.Severity;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is wrong is reported with its place, and costs no other jail. */
class ProblemsTest {

    @TempDir
    Path directory;

    private Fixture fixture = new Fixture(Path.of(""));

    @BeforeEach
    void start() {
        fixture = new Fixture(directory)
                .file("filter.d/door.conf", "[Definition]\nfailregex = ^knock from <HOST>$\n")
                .file(
                        "jail.conf",
                        "[good]\nenabled = true\nfilter = door\n[bad]\nenabled = true\nfilter = door\nlogpath = /l\n");
    }

    private List<String> problemsOfBad() {
        Configuration configuration = fixture.read();
        assertThat(configuration.jails()).extracting(JailDefinition::name).containsExactly("good");
        assertThat(configuration.problems()).allSatisfy(problem -> {
            assertThat(problem.jail()).isEqualTo("bad");
            assertThat(problem.severity()).isEqualTo(Severity.ERROR);
        });
        return configuration.problems().stream()
                .map(problem -> problem.toString().replace(directory + "/", ""))
                .toList();
    }

    @Test
    void everyWrongOptionOfAJailIsReportedAtOnce() {
        fixture.file(
                "jail.local",
                "[bad]\nmaxretry = many\nbantime = 10 parsecs\nfindtime = -1\nscope = galaxy\nport = %(nothing)s\n"
                        + "logpath = %(nothing)s/log\n");
        assertThat(problemsOfBad())
                .containsExactlyInAnyOrder(
                        "jail.local:2: [bad] maxretry: expected a whole number, read \"many\"",
                        "jail.local:3: [bad] bantime: not a time: \"10 parsecs\" (unexpected \"parsecs\"); expected seconds,"
                                + " or a number with s, m, h, d, w, mo or y, such as 10m or 1d 12h",
                        "jail.local:4: [bad] findtime: expected more than 0 seconds, read \"-1\"",
                        "jail.local:5: [bad] scope: expected fleet or host, read \"galaxy\"",
                        "jail.local:7: [bad] option logpath refers to %(nothing)s, which is not set");
    }

    @Test
    void theLineOfAReferenceIsTheOneThatHoldsIt() {
        fixture.file("jail.local", "[DEFAULT]\n\nlogs = /var/log/%(place)s\n[bad]\nlogpath = %(logs)s/*\n");
        assertThat(problemsOfBad())
                .containsExactly("jail.local:3: [bad] option logpath refers to %(place)s, which is not set");
    }

    @Test
    void aSinglePercentIsReported() {
        fixture.file("jail.local", "[bad]\nlogpath = /var/log/%Y.log\n");
        assertThat(problemsOfBad())
                .containsExactly(
                        "jail.local:2: [bad] option logpath has a % that is neither %% nor %(name)s: \"%Y.log\";"
                                + " write %% for a percent sign");
    }

    @Test
    void anOptionThatRefersToItselfIsReported() {
        fixture.file("jail.local", "[bad]\nlogpath = %(a)s\na = %(b)s\nb = %(a)s\n");
        assertThat(problemsOfBad()).singleElement().asString().contains("option logpath nests deeper than 10");
    }

    @Test
    void referencesThatMultiplyAreStopped() {
        StringBuilder local = new StringBuilder("[bad]\nlogpath = %(a9)s\na0 = " + "x".repeat(1000) + "\n");
        for (int i = 1; i < 10; i++) {
            local.append("a" + i + " = " + ("%(a" + (i - 1) + ")s").repeat(10) + "\n");
        }
        fixture.file("jail.local", local.toString());
        assertThat(problemsOfBad()).singleElement().asString().contains("option logpath grows over");
    }

    @Test
    void tagsThatContainEachOtherAreReported() {
        fixture.file("filter.d/loop.conf", "[Definition]\na = <b>\nb = <a>\nfailregex = <a> <HOST>\n");
        fixture.file("jail.local", "[bad]\nfilter = loop\n");
        assertThat(problemsOfBad()).singleElement().asString().contains("contains itself through the tag");
    }

    @Test
    void tagsThatMultiplyAreStopped() {
        StringBuilder filter =
                new StringBuilder("[Definition]\nfailregex = <a20> <HOST>\na0 = " + "x".repeat(100) + "\n");
        for (int i = 1; i <= 20; i++) {
            filter.append("a" + i + " = " + ("<a" + (i - 1) + ">").repeat(10) + "\n");
        }
        fixture.file("filter.d/bomb.conf", filter.toString());
        fixture.file("jail.local", "[bad]\nfilter = bomb\n");
        assertThat(problemsOfBad()).singleElement().asString().contains("grows without bounds");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../door",
                "/etc/passwd",
                "sub/door",
                "..",
                ".door",
                "nowhere",
                "door [a=b]",
                "door[a=b",
                "door[a = b]",
                "door[a=\"b\"c]",
                "door[!]",
                "[a=b]"
            })
    void aFilterThatCannotBeReadCostsItsJail(String name) {
        fixture.file("jail.local", "[bad]\nfilter = " + name + "\n");
        assertThat(problemsOfBad()).singleElement().asString().startsWith("jail.local:2: [bad] ");
    }

    @Test
    void allFaultsOfAFilterAreReported() {
        fixture.file("filter.d/odd.conf", "[Definition]\nfailregex = a\nfailregex = b\nnonsense\n[Definition]\n");
        fixture.file("jail.local", "[bad]\nfilter = odd\nmaxretry = x\n");
        assertThat(problemsOfBad())
                .containsExactly(
                        "filter.d/odd.conf:3: [bad] option failregex appears twice in section [Definition] of this file:"
                                + " remove one, or indent a continued value",
                        "filter.d/odd.conf:4: [bad] expected name = value, or a [section]",
                        "filter.d/odd.conf:5: [bad] section [Definition] appears twice in this file: join the two",
                        "jail.local:3: [bad] maxretry: expected a whole number, read \"x\"");
    }

    @Test
    void aFaultInAJailsSectionCostsThatJail() {
        fixture.file("jail.local", "[bad]\nmaxretry = 1\nmaxretry = 2\n");
        assertThat(problemsOfBad())
                .singleElement()
                .asString()
                .startsWith("jail.local:3: [bad] option maxretry appears twice");
    }

    @ParameterizedTest
    @ValueSource(strings = {"maxretry = 3\n", "[DEFAULT]\nmaxretry = 3\nmaxretry = 4\n", "\uFEFF[DEFAULT]\n"})
    void aFaultThatConcernsAllJailsStopsAll(String text) {
        fixture.file("jail.local", text);
        Configuration configuration = fixture.read();
        assertThat(configuration.jails()).isEmpty();
        assertThat(configuration.problems()).isNotEmpty().allSatisfy(problem -> {
            assertThat(problem.severity()).isEqualTo(Severity.ERROR);
            assertThat(problem.file()).isEqualTo(directory.resolve("jail.local"));
            assertThat(problem.line()).isPositive();
        });
    }

    @Test
    void aFileThatIsNotUtf8IsReported() throws IOException {
        Files.write(directory.resolve("jail.local"), "[bad]\nx = ä\n".getBytes(StandardCharsets.ISO_8859_1));
        assertThat(fixture.read().problems())
                .singleElement()
                .asString()
                .isEqualTo(directory.resolve("jail.local") + ": not UTF-8: convert the file, or remove the bytes");
    }

    @Test
    void aDirectoryWithoutJailsIsReported() {
        Path nowhere = directory.resolve("nowhere");
        assertThat(ConfigurationReader.read(nowhere, Set.of(), Map.of()).problems())
                .singleElement()
                .asString()
                .isEqualTo(nowhere + ": no jail.conf or jail.local in " + nowhere);
    }

    @Test
    void aJailThatIsAskedForAndNotThereIsReported() {
        assertThat(ConfigurationReader.read(directory, Set.of("shed"), Map.of()).problems())
                .singleElement()
                .asString()
                .contains("[shed] there is no such jail to be enabled");
        assertThat(ConfigurationReader.read(directory, Set.of(), Map.of("shed", Map.of("port", "1")))
                        .problems())
                .singleElement()
                .asString()
                .contains("[shed] there is no such jail to be configured");
    }

    @Test
    void aNameThatNoKeyCanHoldIsRefused() {
        fixture.file("jail.local", "[bad]\nenabled = false\n[a|b]\nenabled = true\nfilter = door\n");
        assertThat(fixture.read().problems())
                .singleElement()
                .asString()
                .isEqualTo("[a|b] a jail's name holds no | and no" + " control character");
    }

    @Test
    void aFolderThatIsIncludedIsNoFile() {
        fixture.file("jail.local", "[INCLUDES]\nbefore = /\n       ..\n[DEFAULT]\nmaxretry = 7\n");
        assertThat(fixture.read().problems()).isEmpty();
    }

    @Test
    void includesWithoutEndAreStopped() {
        Fixture endless =
                fixture.file("filter.d/loop.conf", "[INCLUDES]\nbefore = ../filter.d/loop.conf\n       ./loop.conf\n");
        endless.file("jail.local", "[bad]\nfilter = loop\n");
        assertThat(problemsOfBad()).singleElement().asString().contains("too many includes");
    }

    @Test
    void whatIsWrongWithAnActionAloneIsAWarning() {
        fixture.file("action.d/odd.conf", "[Definition]\nactionban = %(nothing)s\n");
        fixture.file("jail.local", "[bad]\naction = odd iptables-multiport[port=22] mail.py[a=b] missing\n");
        Configuration configuration = fixture.read();
        assertThat(configuration.jails()).hasSize(2);
        assertThat(configuration.jails().get(1).actions())
                .extracting(ActionDefinition::name)
                .containsExactly("iptables-multiport");
        assertThat(configuration.problems())
                .hasSize(3)
                .allSatisfy(problem -> assertThat(problem.severity()).isEqualTo(Severity.WARNING));
    }

    @Test
    void anotherUseOfDnsThanTheFourIsTakenAsNo() {
        fixture.file("jail.local", "[bad]\nusedns = maybe\n");
        Configuration configuration = fixture.read();
        assertThat(configuration.jails().get(1).useDns()).isEqualTo(JailDefinition.UseDns.NO);
        assertThat(configuration.problems()).singleElement().asString().contains("jail.local:2: [bad] usedns");
    }

    @Test
    void aJailWithoutExpressionsBansByCommandOnly() {
        fixture.file("jail.local", "[bad]\nfilter =\n");
        Configuration configuration = fixture.read();
        assertThat(configuration.jails()).hasSize(2);
        assertThat(configuration.problems()).singleElement().asString().contains("bans only by command");
    }

    @Test
    void overridesGoOverTheFilesAndAreTakenLiterally() {
        Configuration configuration = ConfigurationReader.read(
                directory, Set.of(), Map.of("bad", Map.of("logpath", "/tmp/100%(x)s/my file.log", "enabled", "true")));
        assertThat(configuration.problems()).isEmpty();
        assertThat(configuration.jails().get(1).logPaths())
                .containsExactly(new JailDefinition.LogPath("/tmp/100%(x)s/my file.log", false));
    }

    @Test
    void aJailKnowsWhereItsOptionsStand() {
        fixture.file("jail.local", "[bad]\nmaxretry = 3\n");
        JailDefinition jail = fixture.read().jails().get(1);
        assertThat(jail.error("failregex", "wrong").toString())
                .isEqualTo(directory.resolve("filter.d/door.conf") + ":2: [bad] wrong");
        assertThat(jail.error("maxretry", "wrong").toString())
                .isEqualTo(directory.resolve("jail.local") + ":2: [bad] wrong");
        assertThat(jail.error("bantime", "wrong").line()).isEqualTo(6);
    }

    @Test
    void allPortsAreRefusedWhereTheActionSaysSo() {
        fixture.file(
                "jail.local",
                "[DEFAULT]\nport = 22\n[good]\naction = nftables[type=allports, port=\"%(port)s\"] missing\n"
                        + "[bad]\naction = iptables-multiport iptables-allports\n[none]\nenabled = yes\nfilter = door\n"
                        + "banaction = iptables-allports\n");
        assertThat(fixture.read().jails()).extracting(JailDefinition::ports).containsExactly(null, "22", null);
    }

    @Test
    void optionsThatTogetherGrowTooLargeAreStopped() {
        StringBuilder local = new StringBuilder("[bad]\nbig = " + "x".repeat(200_000) + "\n");
        for (int i = 0; i < 100; i++) {
            local.append("a" + i + " = %(big)s\n");
        }
        fixture.file("jail.local", local.toString());
        assertThat(problemsOfBad()).singleElement().asString().contains("all options together grow over");
    }

    @Test
    void anActionCountsOnceUnderItsName() {
        fixture.file("action.d/note.conf", "[Definition]\nactionban = note <ip>\n");
        fixture.file("jail.local", "[bad]\naction = note note[a=b] note[actname=other]\n");
        Configuration configuration = fixture.read();
        assertThat(configuration.jails().get(1).actions())
                .extracting(ActionDefinition::name)
                .containsExactly("note", "other");
        assertThat(configuration.problems()).singleElement().asString().contains("action note appears twice");
        fixture.file("jail.local", "[bad]\naction = " + "note ".repeat(101) + "\n");
        assertThat(problemsOfBad()).singleElement().asString().contains("more than 100");
    }

    @Test
    void aParameterOfAnActionMayHoldForOneAddressFamily() throws ConfigException {
        fixture.file("action.d/wall.conf", "[Definition]\nactionban = wall <ip> <how>\n[Init]\nhow = drop\n");
        fixture.file("jail.local", "[bad]\naction = wall[a=1, how?family=inet6=\"reject, 6\"]\n");
        ActionDefinition action = fixture.read().jails().get(1).actions().get(0);
        assertThat(action.command("actionban", "inet4")).isEqualTo("wall <ip> drop");
        assertThat(action.command("actionban", "inet6")).isEqualTo("wall <ip> reject, 6");
        assertThat(action.command("actionunban", "inet6")).isNull();
    }

    @Test
    void anActionThatKnowsNoPortsRefusesAll() {
        fixture.file("jail.local", "[bad]\nport = 22\naction = ufw\n[good]\nport = 22\naction = pf\n");
        assertThat(fixture.read().jails()).extracting(JailDefinition::ports).containsExactly("22", null);
    }

    @Test
    void aHostScopedJailSaysSo() {
        fixture.file("jail.local", "[bad]\nscope = host\n");
        assertThat(fixture.read().jails())
                .extracting(JailDefinition::scope)
                .containsExactly(JailDefinition.JailScope.FLEET, JailDefinition.JailScope.HOST);
    }
}
