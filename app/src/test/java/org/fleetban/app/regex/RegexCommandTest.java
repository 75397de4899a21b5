package org.fleetban.app.regex;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.fleetban.app.Terminal;
import org.fleetban.app.UserException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class RegexCommandTest {

    private static final String EXPRESSION = "^ *no for <F-USER>\\S+</F-USER> from <HOST>$";
    private static final String LINE = "2026-03-01 11:59:58 no for eve from 192.0.2.1";
    private static final String OTHER_LINE = "2026-03-01 11:59:59 no for bob from 192.0.2.2";

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir
    private Path folder;

    private Path log;

    @BeforeEach
    void writeAConfiguration() throws IOException {
        log = folder.resolve("log");
        Files.createDirectories(folder.resolve("filter.d"));
        Files.writeString(folder.resolve("jail.conf"), """
                [DEFAULT]
                mode = normal
                usedns = no
                [own]
                filter = door[mode=%(mode)s]
                logencoding = ISO-8859-1
                logtimezone = UTC+0100
                datepattern = {^LN-BEG}
                journalmatch = SYSLOG_IDENTIFIER=door
                [broken]
                filter = nowhere
                """);
        Files.writeString(folder.resolve("filter.d/door.conf"), """
                [Definition]
                prefregex = ^\\s*<F-CONTENT>.+</F-CONTENT>$
                failregex = <mode-<mode>>
                mode-normal = ^no for <F-USER>\\S+</F-USER> from <HOST>$
                mode-strict = ^(?:no|hm) for <F-USER>\\S+</F-USER> from <HOST>$
                mode = normal
                """);
    }

    private int execute(Terminal terminal, String... arguments) {
        Clock clock = Clock.fixed(Instant.parse("2026-03-01T12:00:00Z"), ZoneOffset.UTC);
        out.reset();
        err.reset();
        PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8);
        PrintStream errors = new PrintStream(err, true, StandardCharsets.UTF_8);
        CommandLine command = new CommandLine(new RegexCommand(print, errors, terminal, folder, clock));
        command.setExecutionExceptionHandler((e, line, parsed) -> {
            assertThat(e).isInstanceOf(UserException.class);
            errors.println(e.getMessage());
            return 2;
        });
        return command.execute(arguments);
    }

    private String run(String... arguments) {
        assertThat(execute(Terminal.NONE, arguments))
                .as(err.toString(StandardCharsets.UTF_8))
                .isZero();
        return out.toString(StandardCharsets.UTF_8);
    }

    private String fail(String... arguments) {
        assertThat(execute(Terminal.NONE, arguments)).isEqualTo(2);
        return err.toString(StandardCharsets.UTF_8);
    }

    private String log(String... lines) throws IOException {
        Files.writeString(log, String.join("\n", lines) + "\n");
        return log.toString();
    }

    @Test
    void countsTheLinesOfAFileAndSkipsComments() throws IOException {
        Files.writeString(log, "# no for x from 192.0.2.9\r\n\n" + LINE + "\r\n" + LINE + "\nsomething else\n");
        String report = run(log.toString(), EXPRESSION, "192\\.0\\.2\\.7");
        assertThat(report)
                .contains("Lines: 3 lines, 0 ignored, 2 matched, 1 missed")
                .contains("Failregex: 2 total")
                .contains(" 1) [2] " + EXPRESSION)
                .contains("Use ignoreregex line : 192\\.0\\.2\\.7")
                .contains("|- Missed line(s):\n|  something else");
    }

    @Test
    void aLineThatIsHalfWrittenIsNotCountedAndSaid() throws IOException {
        Files.writeString(log, LINE + "\n" + LINE);
        assertThat(run(log.toString(), EXPRESSION))
                .contains("Lines: 1 lines, 0 ignored, 1 matched, 0 missed")
                .contains("The last line has no newline and is left out, as it may be half written: 2026-03-01");
        assertThat(run("-o", "ip", log.toString(), EXPRESSION)).isEqualTo("192.0.2.1\n");
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("The last line has no newline");
        assertThat(run("--json", log.toString(), EXPRESSION)).contains("\"unfinished\":\"" + LINE + "\"");
        Files.writeString(log, LINE + "\n" + LINE + "\r");
        assertThat(run(log.toString(), EXPRESSION)).contains("Lines: 2 lines").doesNotContain("no newline");
    }

    @Test
    void severalLinesInTheArgumentAreALog() {
        assertThat(run(LINE + "\n" + OTHER_LINE, EXPRESSION))
                .contains("Use      multi line : 2 line(s)\n|  1: 2026-03-01 11:59:58 no for eve")
                .contains("Lines: 2 lines, 0 ignored, 2 matched, 0 missed");
    }

    @Test
    void printsFailuresInTheFormAskedFor() {
        assertThat(run("--TZ", "UTC", "-o", "<fid>|<ip>|<time>|<F-USER>|<F-NONE>|<family>", LINE, EXPRESSION))
                .isEqualTo("192.0.2.1|192.0.2.1|1772366398.0|eve||inet4\n");
        assertThat(run("-o", "user", LINE, EXPRESSION)).isEqualTo("eve\n");
        assertThat(run("-o", "msg", LINE, EXPRESSION)).isEqualTo(LINE + "\n");
        assertThat(run("-o", "id", LINE, EXPRESSION)).isEqualTo("192.0.2.1\n");
        assertThat(run("--TZ", "UTC", "-o", "row", LINE, EXPRESSION))
                .isEqualTo("['192.0.2.1',\t1772366398.0,\t{ip4=192.0.2.1, user=eve}],\n");
    }

    @Test
    void invertedItPrintsTheMissedLines() throws IOException {
        String file = log(LINE, "2026-03-01 11:59:59 nothing", OTHER_LINE);
        assertThat(run("-i", "-o", "msg", file, EXPRESSION, "bob")).isEqualTo("2026-03-01 11:59:59 nothing\n");
        assertThat(run("--invert", "--out", "<time> <msg>", "--TZ", "UTC", file, EXPRESSION))
                .isEqualTo("1772366399.0 2026-03-01 11:59:59 nothing\n");
        assertThat(fail("-i", file, EXPRESSION)).isEqualTo("--invert: expected --out with it, such as -i -o msg\n");
    }

    @Test
    void saysWhereTheClosestExpressionStopped() {
        assertThat(run("2026-03-01 11:59:58 no for eve by 192.0.2.1", EXPRESSION))
                .contains("1 missed")
                .contains("closest: failregex 1, at 'by 192.0.2.1', expected 'from <HOST>$'");
    }

    @Test
    void ignoredLinesAreNeitherMatchedNorMissed() {
        assertThat(run(LINE, EXPRESSION, "eve"))
                .contains("Lines: 1 lines, 1 ignored, 0 matched, 0 missed")
                .contains("Ignoreregex: 1 total");
    }

    @Test
    void anIgnoreregexIsAddedToThoseOfTheFilter() throws IOException {
        Files.writeString(
                folder.resolve("filter.d/quiet.conf"), "[Definition]\nfailregex = from <HOST>$\nignoreregex = eve\n");
        assertThat(run(LINE + "\n" + OTHER_LINE, "quiet", "bob"))
                .contains("Lines: 2 lines, 2 ignored, 0 matched, 0 missed")
                .contains(" 1) [1] eve\n|   2) [1] bob");
    }

    @Test
    void printsItsFiguresAsJson() {
        assertThat(run("--json", "--usedns", "no", LINE, EXPRESSION))
                .contains("\"lines\":1,\"ignored\":0,\"matched\":1,\"missed\":0")
                .contains("\"id\":\"192.0.2.1\"");
    }

    @Test
    void aNameIsAJailsThenAFilters() {
        assertThat(run(LINE, "own"))
                .contains("Use             jail : own, filter: door, basedir: " + folder)
                .contains("1 matched");
        assertThat(run("-o", "<time>", LINE, "own")).isEqualTo("1772362798.0\n");
        assertThat(run(LINE, "door"))
                .contains("Use   failregex filter file : door, basedir: " + folder)
                .contains("1 matched");
        assertThat(run(LINE, "door.conf")).contains("Use   failregex filter file : door, basedir: " + folder);
        assertThat(run(LINE, folder.resolve("filter.d/door").toString())).contains("filter file : door");
        assertThat(run("-c", folder.resolve("filter.d").toString(), LINE, "own"))
                .contains("jail : own");
        assertThat(fail(LINE, "broken"))
                .contains("jail.conf:11: [broken] \"nowhere\": ")
                .contains("; to test the filter alone, name broken.conf");
    }

    @Test
    void optionsInBracketsGoOverTheFiltersAndTheJails() {
        String line = "2026-03-01 11:59:58 hm for eve from 192.0.2.1";
        assertThat(run(line, "door")).contains("1 missed");
        assertThat(run(line, "door[mode=strict]"))
                .contains("1 matched")
                .contains("Use   filter options : {'mode': 'strict'}");
        assertThat(run(line, "own")).contains("1 missed");
        assertThat(run(line, "own[mode=strict]")).contains("1 matched");
        assertThat(fail(line, "door[mode]")).contains("expected option=value");
    }

    @Test
    void aFilterMayLieAnywhere() throws IOException {
        Path other = Files.createDirectories(folder.resolve("other"));
        Files.writeString(other.resolve("base.conf"), "[DEFAULT]\nword = no\n");
        Files.writeString(
                other.resolve("mine.conf"),
                "[INCLUDES]\nbefore = base.conf\n[Definition]\nfailregex = ^ *%(word)s for \\S+ from <HOST>$\n");
        String path = other.resolve("mine.conf").toString();
        assertThat(run(LINE, path)).contains("Use   failregex file : " + path).contains("1 matched");
        Files.writeString(other.resolve("mine.local"), "[DEFAULT]\nword = yes\n");
        assertThat(run(LINE, path)).contains("1 missed");
        assertThat(run(LINE, path + "[word=no]")).contains("1 matched");
    }

    @Test
    void theJailSaysHowItsLogIsRead() throws IOException {
        Files.write(log, "2026-03-01 11:59:58 no for \u00e9ve from 192.0.2.1\n".getBytes(StandardCharsets.ISO_8859_1));
        assertThat(run("-o", "user", log.toString(), "own")).isEqualTo("\u00e9ve\n");
        assertThat(run("-o", "user", "-e", "UTF-8", log.toString(), "own")).isEqualTo("\ufffdve\n");
        assertThat(run("-o", "<time>", "--timezone", "UTC", log.toString(), "own"))
                .isEqualTo("1772366398.0\n");
        String named = "2026-03-01 11:59:58 no for eve from localhost";
        assertThat(run(named, "own")).contains("1 missed");
        assertThat(run("--usedns", "raw", named, "own")).contains("1 matched");
        assertThat(run("-r", "-o", "id", named, "own")).isEqualTo("localhost\n");
        assertThat(fail("--usedns", "maybe", named, "own")).contains("expected yes, warn, no or raw");
    }

    @Test
    void newlinesOfOtherEncodingsAreNewlines() throws IOException {
        Files.write(log, (LINE + "\n\u010a" + OTHER_LINE + "\n").getBytes(Charset.forName("UTF-16LE")));
        assertThat(run("-e", "UTF-16LE", log.toString(), EXPRESSION)).contains("Lines: 2 lines, 0 ignored, 1 matched");
        assertThat(fail("-e", "klingon", log.toString(), EXPRESSION))
                .contains("expected the name of a character encoding");
    }

    @Test
    void aDatePatternGoesOverTheFilters() {
        String line = "on 01.03.26 at 11:59 no for eve from 192.0.2.1";
        assertThat(run("-d", "^on %d\\.%m\\.%y at %H:%M", "--TZ", "UTC", "-o", "<time>", line, EXPRESSION))
                .isEqualTo("1772366340.0\n");
    }

    @Test
    void anExpressionMaySpanLines() throws IOException {
        String file = log(LINE, "2026-03-01 11:59:59 really");
        String expression = "no for \\S+ from <HOST>\\n.* really$";
        assertThat(run(file, expression)).contains("0 matched, 2 missed");
        assertThat(run("-L", "2", file, expression))
                .contains("Use         maxlines : 2")
                .contains("2 matched, 0 missed");
        assertThat(fail("-L", "0", file, expression)).contains("--maxlines 0: expected at least 1");
    }

    @Test
    void verboseItNamesWhatEachExpressionFound() {
        String line = "2026-03-01 11:59:58  no for eve from 192.0.2.1";
        assertThat(run(line, "door")).doesNotContain("192.0.2.1  Sun Mar 01");
        for (String[] more : new String[][] {{"-v"}, {"--verbosity", "1"}, {"--verbose"}}) {
            String[] arguments = java.util.Arrays.copyOf(more, more.length + 2);
            arguments[more.length] = line;
            arguments[more.length + 1] = "door";
            assertThat(run(arguments))
                    .containsPattern("192\\.0\\.2\\.1  Sun Mar 01 11:59:58 2026\n")
                    .contains("Prefregex: 1 total\n|  ^\\s*(?P<content>.+)$")
                    .contains("[0] {^LN-BEG}Month/Day/ExYear")
                    .doesNotContain("Real  filter options");
        }
        assertThat(run("-vv", line, "door[mode=strict]"))
                .contains("Real  filter options : {'maxlines': '1', 'mode': 'strict'}");
        assertThat(run("-l", "debug", line, "door")).contains("Real  filter options : {'maxlines': '1'}");
        assertThat(run("--log-level", "ERROR", line, "door")).doesNotContain("Real  filter options");
        assertThat(fail("-l", "loud", line, "door")).startsWith("--log-level loud: expected one of [CRITICAL, ERROR");
        assertThat(fail("--verbosity", "5", line, "door")).contains("expected 0 to 4");
    }

    @Test
    void severalExpressionsOfOneLineAreMarked() throws IOException {
        Files.writeString(
                folder.resolve("filter.d/two.conf"),
                "[Definition]\nfailregex = from <HOST>$\n  for \\S+ from <HOST>$\n");
        assertThat(run("-v", LINE, "two"))
                .contains("Failregex: 2 total")
                .containsPattern(
                        "(?s)1\\) \\[1].*\\(multiple regex matched\\).*2\\) \\[1].*\\(multiple regex matched\\)");
        assertThat(run("-v", "--no-check-all", LINE, "two"))
                .contains("Failregex: 1 total")
                .doesNotContain("multiple regex");
    }

    @Test
    void aSessionsLinesCountAsInFail2banRegex() throws IOException {
        Files.writeString(folder.resolve("filter.d/session.conf"), """
                [Definition]
                prefregex = ^ <F-MLFID>\\d+</F-MLFID> <F-CONTENT>.+</F-CONTENT>$
                failregex = ^<F-NOFAIL>hello</F-NOFAIL> <HOST>$
                            ^bad user$
                """);
        String lines =
                "2026-03-01 11:59:58 1 bad user\n2026-03-01 11:59:58 2 hello 192.0.2.1\n2026-03-01 11:59:59 2 bad user";
        assertThat(run(lines, "session")).contains("3 lines, 1 ignored, 2 matched, 0 missed");
        assertThat(run("--no-check-all", lines, "session")).contains("3 lines, 0 ignored, 2 matched, 1 missed");
        assertThat(run("-o", "ip", lines, "session")).isEqualTo("192.0.2.1\n");
        assertThat(run("-i", "-o", "msg", lines, "session")).hasLineCount(2);
    }

    @Test
    void verboseDatesShowPatternAndExpression() {
        for (String option : new String[] {"--VD", "--verbose-date"}) {
            assertThat(run(option, LINE, EXPRESSION))
                    .containsPattern("# weight: [\\d.]+ \\([\\d.]+\\), pattern: \\{\\^LN-BEG}%ExY")
                    .contains("# regex:   ^(?:\\W{0,2})?(");
        }
    }

    @Test
    void linksToDebuggexHoldLineAndExpression() {
        for (String option : new String[] {"-D", "--debuggex"}) {
            assertThat(run(option, "--print-all-matched", LINE, "f <HOST>$|from <HOST>$".substring(10)))
                    .contains("|  " + LINE + " | from <HOST>$ |  https://www.debuggex.com/?re=from+%28%3F%3A%5C%5B%3F")
                    .contains("&str=2026-03-01+11%3A59%3A58+no+for+eve+from+192.0.2.1&flavor=python\n");
        }
    }

    @Test
    void linesAreShownAsAskedFor() throws IOException {
        String[] lines = new String[60];
        for (int i = 0; i < 20; i++) {
            lines[3 * i] = LINE;
            lines[3 * i + 1] = OTHER_LINE;
            lines[3 * i + 2] = "missed number " + i;
        }
        String file = log(lines);
        assertThat(run(file, EXPRESSION, "bob"))
                .contains("Lines: 60 lines, 20 ignored, 20 matched, 20 missed")
                .contains("Missed line(s): too many to print.  Use --print-all-missed to print all 20 lines")
                .contains("Ignored line(s): too many to print.  Use --print-all-ignored to print all 20 lines")
                .doesNotContain("Matched line(s)");
        assertThat(run("--print-all-missed", file, EXPRESSION, "bob")).contains("|  missed number 19");
        assertThat(run("--print-all-ignored", file, EXPRESSION, "bob"))
                .contains("|- Ignored line(s):\n|  " + OTHER_LINE);
        assertThat(run("--print-all-matched", file, EXPRESSION, "bob")).contains("|- Matched line(s):\n|  " + LINE);
        assertThat(run("--print-no-missed", "--print-no-ignored", file, EXPRESSION, "bob"))
                .doesNotContain("line(s)");
        assertThat(fail("--print-no-missed", "--print-all-missed", file, EXPRESSION))
                .contains("exclude each other");
        assertThat(fail("--print-no-ignored", "--print-all-ignored", file, EXPRESSION))
                .contains("exclude each other");
        assertThat(fail("--json", "-o", "id", file, EXPRESSION)).contains("exclude each other");
    }

    @Test
    void anErrorIsOneLineAndItsTraceOnlyWhereAskedFor() {
        assertThat(fail(LINE, "from ("))
                .isEqualTo("filter expression: failregex 'from (': missing ), unterminated subpattern at position 5,"
                        + " which is near 'from (' in its expanded form\n");
        for (String option : new String[] {"-t", "--log-traceback", "--full-traceback"}) {
            assertThat(fail(option, LINE, "from ("))
                    .contains("at org.fleetban.app.regex.RegexCommand")
                    .contains("RegexSyntaxException");
        }
    }

    @Test
    void theVersionAndTheHelpNeedNoLog() {
        assertThat(execute(Terminal.NONE, "-h")).isZero();
        CommandLine command =
                new CommandLine(new RegexCommand(System.out, System.err, Terminal.NONE, folder, Clock.systemUTC()));
        java.io.StringWriter text = new java.io.StringWriter();
        command.setOut(new java.io.PrintWriter(text, true));
        assertThat(command.execute("-V")).isZero();
        assertThat(command.execute("--version")).isZero();
        assertThat(text.toString()).matches("(\\d+\\.\\d+\\.\\d+\\R){2}");
    }

    @Test
    void coloursAreForTerminals() {
        assertThat(execute(new Terminal(true, true, true), LINE + "\nno", EXPRESSION))
                .isZero();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("\u001b[32m1 matched\u001b[0m, \u001b[31m1 missed\u001b[0m");
        assertThat(execute(new Terminal(true, true, false), LINE + "\nno", EXPRESSION))
                .isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).doesNotContain("\u001b");
    }

    @Test
    void aLineCommandsNoTerminal() {
        String line = "\u001b]0;owned\u0007 no for \u001b from 192.0.2.1";
        assertThat(execute(new Terminal(true, true, false), line, EXPRESSION)).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("|  \\x1b]0;owned\\x07 no for")
                .doesNotContain("\u001b");
        assertThat(execute(
                        new Terminal(true, true, false), "-o", "user", line, "for <F-USER>\\S+</F-USER> from <HOST>$"))
                .isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("\\x1b\n");
        assertThat(run(line, EXPRESSION)).contains("|  " + line);
    }
}
