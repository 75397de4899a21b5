package org.fleetban.enforcer.action;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShellScriptTest {

    private @TempDir Path directory;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "$(touch DIR/owned)",
                "`touch DIR/owned`",
                "; touch DIR/owned",
                "\n touch DIR/owned\n",
                "'; touch DIR/owned; '",
                "\"; touch DIR/owned; \"",
                "\\\"; touch DIR/owned #",
                "| touch DIR/owned & < > ( ) { } * ? ~ ! \u0001 \u00e4 \ud83d\ude00",
                "${PATH} $0 <ip> <matches> %s %b \\n"
            })
    void noValueIsEverACommandWhereverItsTagStands(String value) throws Exception {
        String hostile = value.replace("DIR", directory.toString());
        for (String command : List.of(
                "printf %s \"<matches>\" >OUT",
                "printf %s '<matches>' >OUT",
                "printf %s \"$(printf %s '<matches>')\" >OUT",
                "printf %s \"`printf %s \"<matches>\"`\" >OUT",
                "x=<matches>; printf %s \"$x\" >OUT",
                "printf %s 'a'\"<matches>\" | sed '1s/^a//' >OUT")) {
            Path out = directory.resolve("out");
            ShellScript script = ShellScript.of(
                    command.replace("OUT", out.toString()), Map.of("matches", hostile, "ip", "192.0.2.1"));

            assertThat(run(script)).as(script.text()).isEmpty();

            assertThat(script.text()).doesNotContain("touch");
            assertThat(directory.resolve("owned")).doesNotExist();
            assertThat(Files.readString(out).replace("\n", ""))
                    .as(script.text())
                    .isEqualTo((command.contains("$(") || command.contains("`") ? hostile.stripTrailing() : hostile)
                            .replace("\n", ""));
        }
    }

    @Test
    void unknownTagsStayUnknownFieldsAreEmptyAndSomeAreBlanks() {
        assertThat(ShellScript.of("cat </dev/null <HOST> <F-NOSUCH>a<br>b<sp>c \\<x>", Map.of())
                        .text())
                .isEqualTo("cat </dev/null <HOST> a\nb c \\<x>");
    }

    @Test
    void aCommentOpensNoQuoteAndBeginsWhereAWordWould() {
        Map<String, String> tags = Map.of("ip", "192.0.2.1");
        assertThat(ShellScript.of("a # don't <ip>\nb <ip>;# it's\n(# \"\nc '<ip>')", tags)
                        .text())
                .isEqualTo(
                        "a # don't ${FLEETBAN_BAN_ip}\nb ${FLEETBAN_BAN_ip};# it's\n(# \"\nc ''\"${FLEETBAN_BAN_ip}\"'')");
        assertThat(ShellScript.of("a=x#'<ip>' $# \"# '<ip>'\" '# <ip>'", tags).text())
                .isEqualTo("a=x#''\"${FLEETBAN_BAN_ip}\"'' $# \"# '${FLEETBAN_BAN_ip}'\" '# '\"${FLEETBAN_BAN_ip}\"''");
    }

    @Test
    void aFailureIsToldInOneLineAndWhatHangsIsKilledWithAllItsProcesses() throws Exception {
        assertThat(run(new ShellScript("echo one; echo two >&2; exit 3", Map.of())))
                .isEqualTo("status 3: one · two");
        Path pid = directory.resolve("pid");
        ShellRunner brief = new ShellRunner(List.of(), Duration.ofMillis(500));
        assertThat(brief.run(new ShellScript("sleep 1000 & echo $! >" + pid + "; wait", Map.of())))
                .contains("killed");
        long child = Long.parseLong(Files.readString(pid).strip());
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .until(() -> ProcessHandle.of(child)
                        .map(process -> !process.isAlive())
                        .orElse(true));
    }

    private static String run(ShellScript script) throws InterruptedException {
        return new ShellRunner(List.of(), Duration.ofSeconds(20)).run(script);
    }
}
