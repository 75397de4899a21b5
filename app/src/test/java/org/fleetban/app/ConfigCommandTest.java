package org.fleetban.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ConfigCommandTest {

    @TempDir
    private Path config;

    @BeforeEach
    void copyTheShippedConfiguration() throws Exception {
        FleetOnKafka.copyShippedConfiguration(config);
    }

    @Test
    void findsNothingWrongWithTheShippedConfiguration() {
        CommandRun run = config("--test");
        assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.OK);
        assertThat(run.err()).contains("jails can run, 0 problems").hasLineCount(1);
    }

    @Test
    void listsEveryProblemAtOnceWithFileAndLine() throws Exception {
        Files.writeString(config.resolve("filter.d/bad1.conf"), "[Definition]\nfailregex = ^(<HOST>\n");
        Files.writeString(
                config.resolve("jail.local"),
                "[bad1]\nenabled = true\nfilter = bad1\n[bad2]\nenabled = true\nfilter = nosuch\n");
        CommandRun run = config("--test");
        assertThat(run.code()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err())
                .contains("bad1.conf:2: [bad1] ")
                .contains("jail.local:6: [bad2] ")
                .contains("2 problems");
    }

    @Test
    void looksAtTheJournalToo() throws Exception {
        Files.writeString(
                config.resolve("jail.local"),
                "[sshd]\nbackend = systemd\njournalmatch = _COMM sshd\n[asterisk]\nenabled = true\n"
                        + "backend = systemd[journalflags=x]\n");
        CommandRun run = config("--test");
        assertThat(run.code()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err())
                .contains("[sshd] backend = systemd: journalmatch '_COMM sshd': expected FIELD=value")
                .contains("[asterisk] backend = systemd: journalflags: expected")
                .contains("2 problems");
    }

    @Test
    void showsTheResolvedJails() throws Exception {
        assertThat(config("--dump").out())
                .contains("[sshd]")
                .contains("maxretry")
                .contains("/var/log/auth.log");
        JsonNode dump = new JsonMapper().readTree(config("--dump", "--json").out());
        assertThat(dump.get("jails")).anySatisfy(jail -> {
            assertThat(jail.get("name").asText()).isEqualTo("sshd");
            assertThat(jail.get("maxretry").asInt()).isEqualTo(5);
        });
    }

    @Test
    void wantsToKnowWhatToDo() {
        assertThat(config().code()).isEqualTo(ExitCode.USAGE);
    }

    private CommandRun config(String... options) {
        String[] args = new String[options.length + 3];
        args[0] = "config";
        args[1] = "--config";
        args[2] = config.toString();
        System.arraycopy(options, 0, args, 3, options.length);
        return CommandRun.of(args);
    }
}
