package org.fleetban.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LogOptionTest {

    @TempDir
    private Path directory;

    @Test
    void readsJailAndFile() throws IOException {
        Path file = Files.createFile(directory.resolve("auth.log"));
        LogOption option = LogOption.parse("sshd=" + file);
        assertThat(option.jail()).contains("sshd");
        assertThat(option.file()).isEqualTo(file);
    }

    @Test
    void readsAFileForEveryJail() throws IOException {
        Path file = Files.createFile(directory.resolve("auth.log"));
        assertThat(LogOption.parse(file.toString())).satisfies(option -> {
            assertThat(option.jail()).isEmpty();
            assertThat(option.file()).isEqualTo(file);
        });
    }

    @Test
    void takesAnEqualsSignBehindASlashAsPartOfTheFile() throws IOException {
        Path file = Files.createFile(directory.resolve("a=b.log"));
        assertThat(LogOption.parse(file.toString()).file()).isEqualTo(file);
    }

    @Test
    void refusesWhatIsNoReadableFile() {
        assertThatThrownBy(() -> LogOption.parse("sshd=" + directory.resolve("none")))
                .isInstanceOf(UserException.class)
                .hasMessageEndingWith("none: no such file");
        assertThatThrownBy(() -> LogOption.parse("sshd=" + directory))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("is a directory");
    }
}
