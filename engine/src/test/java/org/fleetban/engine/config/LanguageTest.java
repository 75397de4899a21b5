package org.fleetban.engine.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The rules of fail2ban's configuration language, one by one. Where fail2ban is installed, each fixture is also read by
 * it, and every value compared.
 */
class LanguageTest {

    @TempDir
    Path directory;

    private Fixture fixture = new Fixture(Path.of(""));

    @BeforeEach
    void start() {
        fixture = new Fixture(directory)
                .file("filter.d/door.conf", "[Definition]\nfailregex = ^knock from <HOST>$\n")
                .file("action.d/note.conf", "[Definition]\nactionban = note <ip> <name>\nactionunban =\n");
    }

    @AfterEach
    void fail2banAgrees() {
        if (Fail2ban.isPresent()) {
            assertThat(new Comparison(
                                    Fail2ban.commands(directory), fixture.read().jails())
                            .differences())
                    .isEmpty();
        }
    }

    private JailDefinition jail() {
        Configuration configuration = fixture.read();
        assertThat(configuration.problems()).isEmpty();
        assertThat(configuration.jails()).hasSize(1);
        return configuration.jails().get(0);
    }

    private void jail(String options) {
        fixture.file("jail.conf", "[door]\nenabled = true\nfilter = door\nlogpath = /l\n" + options);
    }

    private String option(String name) {
        return jail().options().getOrDefault(name, "not set");
    }

    @Test
    void laterFilesGoOverEarlierOnes() {
        jail("maxretry = 1\nfindtime = 1\nbantime = 1\nmaxmatches = 1\n");
        fixture.file("jail.d/b.conf", "[door]\nfindtime = 3\nbantime = 3\nmaxmatches = 3\n");
        fixture.file("jail.d/a.conf", "[door]\nfindtime = 2\nbantime = 2\nmaxmatches = 2\n");
        fixture.file("jail.local", "[door]\nbantime = 4\nmaxmatches = 4\n");
        fixture.file("jail.d/a.local", "[door]\nmaxmatches = 5\n");
        assertThat(jail().maxRetry()).isEqualTo(1);
        assertThat(jail().findTime()).hasSeconds(3);
        assertThat(jail().banTime()).hasSeconds(4);
        assertThat(jail().maxMatches()).isEqualTo(5);
    }

    @Test
    void aFiltersFolderIsReadToo() {
        jail("");
        fixture.file("filter.d/door.d/more.conf", "[Definition]\nmaxlines = 7\n");
        assertThat(jail().filter().maxLines()).isEqualTo(7);
    }

    @Test
    void interpolationHappensAfterTheMerge() {
        jail("");
        fixture.file("filter.d/common.conf", "[DEFAULT]\n_daemon = \\S+\nprefix = ^%(_daemon)s:\n");
        fixture.file(
                "filter.d/door.conf",
                "[INCLUDES]\nbefore = common.conf\n[Definition]\n_daemon = doord\nfailregex = %(prefix)s <HOST>\n");
        assertThat(jail().filter().failRegex()).containsExactly("^doord: <HOST>");
    }

    @Test
    void includesComeBeforeAndAfterWithTheirLocalFiles() {
        jail("");
        fixture.file("filter.d/first.conf", "[Definition]\na = first\nb = first\nc = first\nd = first\n");
        fixture.file("filter.d/first.local", "[Definition]\nb = first-local\nc = first-local\nd = first-local\n");
        fixture.file("filter.d/last.conf", "[Definition]\nd = last\n");
        fixture.file(
                "filter.d/door.conf",
                "[INCLUDES]\nbefore = missing.conf\n         first.conf\nafter = last.conf\n"
                        + "[Definition]\nc = own\nd = own\nfailregex = %(a)s %(b)s %(c)s %(d)s <HOST>\n");
        assertThat(jail().filter().failRegex()).containsExactly("first first-local own last <HOST>");
    }

    @Test
    void filesThatIncludeEachOtherAreReadOnce() {
        jail("");
        fixture.file("filter.d/other.conf", "[INCLUDES]\nbefore = door.conf\n[Definition]\nmaxlines = 2\n");
        fixture.file("filter.d/door.conf", "[INCLUDES]\nbefore = other.conf\n[Definition]\nfailregex = x <HOST>\n");
        assertThat(jail().filter().failRegex()).containsExactly("x <HOST>");
        assertThat(jail().filter().maxLines()).isEqualTo(2);
    }

    @Test
    void valuesContinueOnDeeperIndentedLinesAroundCommentsAndBlankLines() {
        jail("");
        fixture.file(
                "filter.d/door.conf",
                "[Definition]\n# comment\nFailRegex: ^a <HOST>   ; cut off\n\n   # comment\n\t^b#c <HOST>;kept\n"
                        + "   ; comment\n    ^d=e: <HOST>\n");
        assertThat(jail().filter().failRegex()).containsExactly("^a <HOST>", "^b#c <HOST>;kept", "^d=e: <HOST>");
    }

    @Test
    void carriageReturnsEndLines() {
        fixture.file(
                "jail.conf", "[door]\r\nenabled = true\r\nfilter = door\r\nlogpath = /a\r\n  /b\r\nmaxretry=7\r\n");
        assertThat(jail().maxRetry()).isEqualTo(7);
        assertThat(jail().logPaths()).hasSize(2);
    }

    @Test
    void doubledPercentIsOne() {
        jail("");
        fixture.file("filter.d/door.conf", "[Definition]\nfailregex = 100%% <HOST>\ndatepattern = %%Y-%%m\n");
        assertThat(jail().filter().failRegex()).containsExactly("100% <HOST>");
        assertThat(jail().filter().datePattern()).isEqualTo("%Y-%m");
    }

    @Test
    void theNameOfTheSectionIsAnOption() {
        fixture.file(
                "jail.conf",
                "[DEFAULT]\nfilter = %(__name__)s\nlogpath = /var/log/%(__name__)s\n[door]\nenabled = true\n");
        assertThat(jail().filter().name()).isEqualTo("door");
        assertThat(jail().logPaths().get(0).pattern()).isEqualTo("/var/log/door");
    }

    @Test
    void knownIsTheValueBeforeTheLastMerge() {
        jail("maxretry = 2\nbantime = 1h\nignoreip = ::1\n");
        fixture.file(
                "jail.d/a.conf", "[door]\nmaxretry = 1%(known/maxretry)s\nignoreip = %(known/ignoreip)s 10.1.1.1\n");
        fixture.file("jail.local", "[door]\nmaxretry = 9\n[DEFAULT]\nfindtime = %(known/bantime)s\n");
        fixture.file("jail.d/a.local", "[door]\nbantime = %(known/bantime)s 1m\n");
        assertThat(jail().maxRetry()).isEqualTo(9);
        assertThat(jail().ignoreIp()).containsExactly("::1", "10.1.1.1");
        assertThat(jail().banTime()).hasMinutes(61);
        assertThat(jail().findTime()).hasMinutes(60);
    }

    @Test
    void knownGoesOneLevelDeep() {
        jail("bantime = 1\n");
        fixture.file("jail.d/a.conf", "[door]\nbantime = 2\n");
        fixture.file("jail.local", "[door]\nbantime = 3%(known/bantime)s\n");
        assertThat(jail().banTime()).hasSeconds(32);
    }

    @Test
    void anotherSectionsValueIsResolvedInTheAskingSection() {
        fixture.file(
                "jail.conf",
                "[DEFAULT]\nunit = m\nbantime = 5\n[other]\nunit = h\nbantime = 2%(unit)s\n"
                        + "[door]\nenabled = true\nfilter = door\nbantime = %(other/bantime)s\n"
                        + "findtime = %(default/bantime)s0\nmaxretry = %(other/maxretry)s\n[DEFAULT]\nmaxretry = 8\n");
        assertThat(jail().banTime()).hasMinutes(2);
        assertThat(jail().findTime()).hasSeconds(50);
        assertThat(jail().maxRetry()).isEqualTo(8);
    }

    @Test
    void aJailAddsToItsFiltersExpressions() {
        jail("failregex = %(known/failregex)s\n            ^bang from <HOST>$\n");
        assertThat(jail().filter().failRegex()).containsExactly("^knock from <HOST>$", "^bang from <HOST>$");
    }

    @Test
    void aJailReplacesItsFiltersExpressions() {
        jail("failregex = ^bang from <HOST>$\nignoreregex = nobody\nprefregex = ^<F-CONTENT>.+</F-CONTENT>\n");
        assertThat(jail().filter().failRegex()).containsExactly("^bang from <HOST>$");
        assertThat(jail().filter().ignoreRegex()).containsExactly("nobody");
        assertThat(jail().filter().prefRegex()).isEqualTo("^<F-CONTENT>.+</F-CONTENT>");
    }

    @Test
    void parametersOfAFilterGoOverItsVariables() {
        fixture.file(
                "filter.d/door.conf",
                "[Definition]\n_daemon = doord\nmode = normal\nre-normal = n\nre-hard = h\n"
                        + "failregex = ^%(_daemon)s <re-<mode>> <own> <HOST>\n[Init]\nown = init\n");
        jail("");
        assertThat(jail().filter().failRegex()).containsExactly("^doord n init <HOST>");
        fixture.file("jail.local", "[door]\nfilter = door[_daemon=\"a, b\", mode=hard][own='x]y']\n");
        assertThat(jail().filter().failRegex()).containsExactly("^a, b h x]y <HOST>");
    }

    @Test
    void tagsThatNameNoOptionStay() {
        fixture.file("filter.d/door.conf", "[Definition]\nx = 1\nfailregex = <x><y> <F-USER>.*</F-USER> <HOST> < x>\n");
        jail("");
        assertThat(jail().filter().failRegex()).containsExactly("1<y> <F-USER>.*</F-USER> <HOST> < x>");
    }

    @Test
    void aTagMayNameAnOptionOfAnotherSection() {
        fixture.file(
                "filter.d/door.conf",
                "[lt_file]\nprefix = ^%(word)s\n[lt_journal]\nprefix = J\n[DEFAULT]\nword = w\n"
                        + "[Definition]\nword = unseen\nfailregex = <lt_<logtype>/prefix> <HOST>\n");
        jail("");
        assertThat(jail().filter().failRegex()).containsExactly("^w <HOST>");
        fixture.file("jail.local", "[door]\nbackend = systemd\n");
        assertThat(jail().filter().failRegex()).containsExactly("J <HOST>");
    }

    @Test
    void anOptionNamedHostReplacesTheTag() {
        fixture.file("filter.d/door.conf", "[DEFAULT]\nhost = (?P<ip4>x)\n[Definition]\nfailregex = ^<HOST>$\n");
        jail("");
        assertThat(jail().filter().failRegex()).containsExactly("^(?P<ip4>x)$");
    }

    @Test
    void initIsWhatAParameterReplacesAndKnownShowsIt() {
        fixture.file(
                "filter.d/door.conf",
                "[Definition]\nfailregex = ^(?:<bots>) <HOST>\n[Init]\nbots = curl|wget\nmaxlines = 3\n");
        jail("filter = door[bots=\"nc|<known/bots>\"]\n".replace("filter", "filter  "));
        fixture.file("jail.conf", "[door]\nenabled = true\nfilter = door[bots=\"nc|<known/bots>\"]\n");
        assertThat(jail().filter().failRegex()).containsExactly("^(?:nc|curl|wget) <HOST>");
        assertThat(jail().filter().maxLines()).isEqualTo(3);
    }

    @Test
    void ofTheFiltersParametersAndTheJailsOptionsExpressionsAddUp() {
        fixture.file("filter.d/door.conf", "[Definition]\nfailregex = d <HOST>\n[Init]\njournalmatch = A=1 + B=2\n");
        jail(
                "failregex = j <HOST>\njournalmatch = C=3\nmaxlines = 2\ndatepattern = EPOCH\nprefregex = j\nusedns = no\n");
        fixture.file(
                "jail.local",
                "[door]\nfilter = door[failregex=\"p <HOST>\", maxlines=5, datepattern=TAI64N, prefregex=p, usedns=raw]\n");
        FilterDefinition filter = jail().filter();
        assertThat(filter.failRegex()).containsExactly("p <HOST>", "j <HOST>");
        assertThat(filter.journalMatch()).containsExactly("A=1 + B=2", "C=3");
        assertThat(filter.maxLines()).isEqualTo(5);
        assertThat(filter.prefRegex()).isEqualTo("p");
        assertThat(filter.datePattern()).isEqualTo("EPOCH");
        assertThat(jail().useDns()).isEqualTo(JailDefinition.UseDns.RAW);
    }

    @Test
    void codeDefaultsHoldWhereNoFileSaysAnything() {
        jail("");
        JailDefinition jail = jail();
        assertThat(jail.maxRetry()).isEqualTo(3);
        assertThat(jail.findTime()).hasMinutes(10);
        assertThat(jail.banTime()).hasMinutes(10);
        assertThat(jail.maxMatches()).isEqualTo(5);
        assertThat(jail.backend()).isEqualTo("auto");
        assertThat(jail.ignoreSelf()).isTrue();
        assertThat(jail.useDns()).isEqualTo(JailDefinition.UseDns.WARN);
        assertThat(jail.increment().enabled()).isFalse();
        assertThat(jail.ports()).isNull();
    }

    @Test
    void banTimesGrowAsConfigured() {
        jail(
                "bantime.increment = yes\nbantime.factor = 2\nbantime.formula = ban.Time * 2\nbantime.multipliers = 1 2 4\n"
                        + "bantime.maxtime = 5w\nbantime.rndtime = 1m\nbantime.overalljails = on\n");
        JailDefinition.BanTimeIncrement increment = jail().increment();
        assertThat(increment.enabled()).isTrue();
        assertThat(increment.factor()).isEqualTo("2");
        assertThat(increment.formula()).isEqualTo("ban.Time * 2");
        assertThat(increment.multipliers()).isEqualTo("1 2 4");
        assertThat(increment.maxTime()).hasDays(35);
        assertThat(increment.randomTime()).hasMinutes(1);
        assertThat(increment.overallJails()).isTrue();
    }

    @Test
    void enabledInDefaultHoldsForEveryJailThatDoesNotSayNo() {
        fixture.file(
                "jail.conf",
                "[DEFAULT]\nenabled = ON\nfilter = door\n[a]\n[b]\nenabled = 0\n[c]\nenabled = nonsense\n[d]\nenabled = 1\n");
        assertThat(fixture.read().jails()).extracting(JailDefinition::name).containsExactly("a", "d");
    }

    @Test
    void actionsAreSplitOutsideOfTheirBrackets() {
        jail("action = note[a=1] note[name=door-udp,\n   b=\"x, y\",\n   c='z'\n   ]\n   note[actname=third][d=4]\n");
        List<ActionDefinition> actions = jail().actions();
        assertThat(actions).extracting(ActionDefinition::name).containsExactly("note", "note-udp", "third");
        assertThat(actions.get(1).parameters()).containsEntry("b", "x, y").containsEntry("c", "z");
        assertThat(actions.get(1).command("actionban")).isEqualTo("note <ip> door-udp");
        assertThat(actions.get(1).command("actionunban")).isNull();
    }

    @Test
    void conditionalOptionsOfAnActionStayForTheAddressFamily() {
        fixture.file(
                "action.d/wall.conf",
                "[Definition]\nactionban = <tool> -j <how> -p <port> -t <timeout> -b <bantime>\n"
                        + "[Init]\ntool = wall\nhow = reject\n[Init?family=inet6]\ntool = wall6\n");
        jail("action = wall[port=22, bantime=5]\n");
        ActionDefinition action = jail().actions().get(0);
        assertThat(action.command("actionban")).isEqualTo("<tool> -j reject -p 22 -t <timeout> -b <bantime>");
        assertThat(action.parameters())
                .containsEntry("tool?family=inet6", "wall6")
                .containsEntry("tool", "wall");
    }

    @Test
    void actionsSeeTheJailsOptions() {
        fixture.file(
                "action.d/note.conf",
                "[Definition]\nactionban = %(maxretry)s <maxretry> <findtime> <logpath> <port>\n");
        jail("maxretry = 6\nfindtime = 1h\nport = 22\naction = note\n");
        assertThat(jail().actions().get(0).command("actionban")).isEqualTo("6 6 1h /l <port>");
    }

    @Test
    void referencesNestTenDeep() {
        StringBuilder options = new StringBuilder("maxretry = %(a9)s\na0 = 7\n");
        for (int i = 1; i <= 9; i++) {
            options.append("a" + i + " = %(a" + (i - 1) + ")s\n");
        }
        jail(options.toString());
        assertThat(jail().maxRetry()).isEqualTo(7);
    }

    @Test
    void sectionsKeepTheirCase() {
        fixture.file("jail.conf", "[Door]\nenabled = true\nfilter = door\n[door]\nenabled = false\n");
        assertThat(jail().name()).isEqualTo("Door");
    }

    @Test
    void aLogPathMayEndInWhereToBegin() {
        jail("");
        fixture.file(
                "jail.local", "[door]\nlogpath = /var/log/a.log tail\n   /var/log/*.log head\n   /var/log/c.log\n");
        assertThat(jail().logPaths())
                .extracting(JailDefinition.LogPath::toString)
                .containsExactly(
                        new JailDefinition.LogPath("/var/log/a.log", true).toString(),
                        new JailDefinition.LogPath("/var/log/*.log", false).toString(),
                        new JailDefinition.LogPath("/var/log/c.log", false).toString());
    }

    @Test
    void optionsThatReferToNothingMatterOnlyToThoseThatUseThem() {
        jail("unused = %(nothing)s\nport = 22\n");
        assertThat(option("unused")).isEqualTo("not set");
        assertThat(option("port")).isEqualTo("22");
    }
}
