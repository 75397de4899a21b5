package org.fleetban.app.regex;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class RegexCommandTest {

    private static final String EXPRESSION = "^ *no for <F-USER>\\S+</F-USER> from <HOST>$";
    private static final String LINE = "2026-03-01 11:59:58 no for eve from 192.0.2.1";

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private String run(String... arguments) {
        PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8);
        Clock clock = Clock.fixed(Instant.parse("2026-03-01T12:00:00Z"), ZoneOffset.UTC);
        out.reset();
        int code = new CommandLine(new RegexCommand(print, print, Path.of("config"), clock)).execute(arguments);
        assertThat(code).isZero();
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void countsTheLinesOfAFileAndSkipsComments(@TempDir Path folder) throws IOException {
        Path log = Files.writeString(
                folder.resolve("log"), "# no for x from 192.0.2.9\r\n\n" + LINE + "\r\n" + LINE + "\nsomething else\n");
        String report = run(log.toString(), EXPRESSION, "192\\.0\\.2\\.7");
        assertThat(report)
                .contains("Lines: 3 lines, 0 ignored, 2 matched, 1 missed")
                .contains("Failregex: 2 total")
                .contains(" 1) [2] " + EXPRESSION)
                .contains("|- Missed line(s):\n|  something else");
    }

    @Test
    void printsFailuresInTheFormAskedFor() {
        assertThat(run("--TZ", "UTC", "-o", "<fid>|<ip>|<time>|<F-USER>|<F-NONE>|<family>", LINE, EXPRESSION))
                .isEqualTo("192.0.2.1|192.0.2.1|1772366398.0|eve||inet4\n");
        assertThat(run("-o", "user", LINE, EXPRESSION)).isEqualTo("eve\n");
        assertThat(run("-o", "msg", LINE, EXPRESSION)).isEqualTo(LINE + "\n");
    }

    @Test
    void saysWhereTheClosestExpressionStopped() {
        assertThat(run("2026-03-01 11:59:58 no for eve by 192.0.2.1", EXPRESSION))
                .contains("1 missed")
                .contains("closest: failregex 1, at 'by 192.0.2.1'");
    }

    @Test
    void ignoredLinesAreNeitherMatchedNorMissed() {
        assertThat(run(LINE, EXPRESSION, "eve"))
                .contains("Lines: 1 lines, 1 ignored, 0 matched, 0 missed")
                .contains("Ignoreregex: 1 total");
    }

    @Test
    void printsItsFiguresAsJson() {
        assertThat(run("--json", "--usedns", "no", LINE, EXPRESSION))
                .contains("\"lines\":1,\"ignored\":0,\"matched\":1,\"missed\":0")
                .contains("\"id\":\"192.0.2.1\"");
    }
}
