package org.fleetban.app.regex;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.fleetban.app.Terminal;
import org.fleetban.app.UserException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class JournalLogTest {

    private static final Path WRITER = Path.of("/usr/lib/systemd/systemd-journal-remote");

    @TempDir
    private Path folder;

    private static List<String> command(Map<String, String> options, String... matches) {
        List<String> command = JournalLog.of(options, List.of(matches)).command();
        return command.subList(command.indexOf("--quiet") + 1, command.size());
    }

    @Test
    void matchesGoToJournalctlAsWordsBehindItsOptions() {
        assertThat(command(Map.of(), "_SYSTEMD_UNIT=ssh.service + _COMM=sshd", "MESSAGE='a b' X=\"c\\\" 'd\" Y=e\\ f"))
                .containsExactly(
                        "--system",
                        "--merge",
                        "--",
                        "_SYSTEMD_UNIT=ssh.service",
                        "+",
                        "_COMM=sshd",
                        "+",
                        "MESSAGE=a b",
                        "X=c\" 'd",
                        "Y=e f");
    }

    @Test
    void whatIsNoMatchNeverReachesJournalctl() {
        for (String match : List.of("--vacuum-size=1", "/bin/sh", "x=y", "__CURSOR=1", "A='b", "A=b \"", "\\")) {
            assertThatThrownBy(() -> JournalLog.of(Map.of(), List.of(match)))
                    .as(match)
                    .isInstanceOf(UserException.class)
                    .hasMessageStartingWith("systemd-journal: ");
        }
    }

    @Test
    void optionsAreThoseOfTheSystemdBackend() {
        Map<String, String> options = new LinkedHashMap<>();
        options.put("journalfiles", "/a/*.journal /b");
        options.put("journalflags", "8");
        options.put("namespace", "n");
        assertThat(command(options))
                .containsExactly("--file=/a/*.journal", "--file=/b", "--namespace=n", "--user", "--merge", "--");
        assertThat(command(Map.of("journalpath", "/x"))).containsExactly("--directory=/x", "--");
        assertThat(command(Map.of("journalflags", "1"))).containsExactly("--");
        assertThatThrownBy(() -> command(Map.of("path", "/x")))
                .hasMessageContaining("expected journalpath, journalfiles, journalflags or namespace, read 'path'");
        assertThatThrownBy(() -> command(Map.of("journalflags", "all")))
                .hasMessageContaining("journalflags: expected a sum of 1");
    }

    private String run(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8);
        CommandLine command = new CommandLine(new RegexCommand(print, print, Terminal.NONE, folder, Clock.systemUTC()));
        command.setExecutionExceptionHandler((e, line, parsed) -> {
            print.println(e.getMessage());
            return 2;
        });
        command.execute(arguments);
        return out.toString(StandardCharsets.UTF_8);
    }

    private Path journal() throws IOException, InterruptedException {
        assumeTrue(Files.isExecutable(WRITER), WRITER + " writes the journal: apt-get install systemd-journal-remote");
        StringBuilder entries = new StringBuilder();
        entries.append(entry("sshd", "Failed password for root from 192.0.2.1 port 22 ssh2"));
        entries.append(entry("cron", "Failed password for root from 192.0.2.2 port 22 ssh2"));
        entries.append(entry("sshd", "Something else"));
        Path export = Files.writeString(folder.resolve("entries"), entries);
        Path journal = folder.resolve("test.journal");
        Process writer = new ProcessBuilder(WRITER.toString(), "-o", journal.toString(), export.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("writer.txt").toFile())
                .start();
        assertThat(writer.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(writer.exitValue())
                .as(Files.readString(folder.resolve("writer.txt")))
                .isZero();
        return journal;
    }

    private static String entry(String program, String message) {
        return """
                __REALTIME_TIMESTAMP=1772366398000000
                _SOURCE_REALTIME_TIMESTAMP=1772366397500000
                _BOOT_ID=0123456789abcdef0123456789abcdef
                _HOSTNAME=web1
                SYSLOG_IDENTIFIER=%s
                _PID=12
                MESSAGE=%s

                """.formatted(program, message);
    }

    @Test
    void entriesAreLinesWithATimeOfTheirOwn() throws Exception {
        String log = "systemd-journal[journalfiles=" + journal() + "]";
        String expression =
                "^\\S+ sshd\\[\\d+\\]: Failed password for <F-USER>\\S+</F-USER> from <HOST> port \\d+ ssh2$";
        assertThat(run("-m", "SYSLOG_IDENTIFIER=sshd", log, expression))
                .contains("Use    journal match : SYSLOG_IDENTIFIER=sshd")
                .contains("Lines: 2 lines, 0 ignored, 1 matched, 1 missed")
                .contains("web1 sshd[12]: Something else");
        assertThat(run("-o", "<ip> <time> <F-USER>", log, expression)).isEqualTo("192.0.2.1 1772366397.500 root\n");
        assertThat(run(log, expression)).contains("Lines: 3 lines");
    }

    @Test
    void theFiltersOwnMatchIsTakenWhereNoneIsGiven() throws Exception {
        Path filters = Files.createDirectories(folder.resolve("filter.d"));
        Files.writeString(
                filters.resolve("own.conf"),
                "[Definition]\nfailregex = <lt_<logtype>>\nlt_journal = from <HOST> port\nlt_file = nothing <HOST>\n"
                        + "journalmatch = SYSLOG_IDENTIFIER=cron\n");
        assertThat(run("-o", "id", "systemd-journal[journalfiles=" + journal() + "]", "own"))
                .isEqualTo("192.0.2.2\n");
    }

    @Test
    void whatJournalctlSaysIsToldInOneLine() throws Exception {
        journal();
        assertThat(run("systemd-journal[journalfiles=" + folder.resolve("none.journal") + "]", "from <HOST>"))
                .contains("journalctl: Failed to open")
                .doesNotContain("Lines:");
    }
}
