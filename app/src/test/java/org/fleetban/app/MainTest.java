package org.fleetban.app;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MainTest {

    @Test
    void showsItsCommandsWithoutArguments() {
        CommandRun run = CommandRun.of();
        assertThat(run.code()).isEqualTo(ExitCode.OK);
        assertThat(run.out())
                .contains("run", "shipper", "processor", "enforcer", "agent", "topics", "scan", "regex", "config");
    }

    @Test
    void knowsItsVersion() {
        assertThat(CommandRun.of("--version").out().strip()).matches("fleetban \\d+\\.\\d+\\.\\d+");
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "shipper", "processor", "enforcer", "agent", "topics", "scan", "config"})
    void everyCommandHasHelpAndRefusesUnknownOptions(String command) {
        CommandRun help = CommandRun.of(command, "--help");
        assertThat(help.code()).isEqualTo(ExitCode.OK);
        assertThat(help.out()).startsWith("Usage: fleetban " + command).contains("--config");
        CommandRun wrong = CommandRun.of(command, "--no-such-option", "sshd=log"); // scan wants an argument
        assertThat(wrong.code()).isEqualTo(ExitCode.USAGE);
        assertThat(wrong.err())
                .startsWith("fleetban: ")
                .contains("--no-such-option")
                .doesNotContain("\tat ");
    }

    @Test
    void namesTheCommandThatWasMeant() {
        CommandRun run = CommandRun.of("runn");
        assertThat(run.code()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).contains("runn");
    }

    @Test
    void whatATerminalWouldObeyIsShownAndNotDone() {
        CommandRun run = CommandRun.of("topics", "--config", "/no/such/\u001b[2Jdirectory");
        assertThat(run.err()).contains("/no/such/\\x1b[2Jdirectory").doesNotContain("\u001b");
    }

    @Test
    void saysWhichDirectoryIsMissing() {
        CommandRun run = CommandRun.of("topics", "--config", "/no/such/directory");
        assertThat(run.code()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).startsWith("fleetban: /no/such/directory: no such configuration directory");
    }
}
