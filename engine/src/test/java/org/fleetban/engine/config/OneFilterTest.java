package org.fleetban.engine.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One jail or one filter alone, as tests of filters read them. */
final class OneFilterTest {

    @TempDir
    private Path folder;

    @BeforeEach
    void writeTheFiles() throws IOException {
        Files.createDirectories(folder.resolve("filter.d"));
        Files.writeString(folder.resolve("jail.conf"), """
                [DEFAULT]
                mode = soft
                [off]
                enabled = false
                filter = f[mode=%(mode)s]
                backend = systemd
                maxretry = 7
                [wrong]
                filter = nowhere
                """);
        Files.writeString(folder.resolve("filter.d/f.conf"), """
                [Definition]
                failregex = <mode> <logtype> <HOST>
                """);
    }

    private JailDefinition jail(String reference, String backend) {
        Configuration configuration =
                ConfigurationReader.readJail(folder, reference, backend).orElseThrow();
        assertThat(configuration.problems()).isEmpty();
        assertThat(configuration.jails()).hasSize(1);
        return configuration.jails().get(0);
    }

    @Test
    void aJailIsReadWhetherItIsEnabledOrNot() {
        JailDefinition jail = jail("off", "auto");
        assertThat(jail.maxRetry()).isEqualTo(7);
        assertThat(jail.filter().failRegex()).containsExactly("soft file <HOST>");
        assertThat(jail("off", "systemd").filter().failRegex()).containsExactly("soft journal <HOST>");
    }

    @Test
    void optionsInBracketsGoOverTheJailsAndItsFilters() {
        assertThat(jail("off[mode=hard]", "auto").filter().failRegex()).containsExactly("hard file <HOST>");
        assertThat(jail("off[logtype=own, MaxRetry=2]", "auto").filter().failRegex())
                .containsExactly("soft own <HOST>");
        assertThat(jail("off[logtype=own, MaxRetry=2]", "auto").maxRetry()).isEqualTo(2);
    }

    @Test
    void whatIsNoJailIsNotThere() throws IOException {
        for (String name : new String[] {"f", "DEFAULT", "INCLUDES", "", "../jail"}) {
            assertThat(ConfigurationReader.readJail(folder, name, "auto"))
                    .as(name)
                    .isEmpty();
        }
        Files.delete(folder.resolve("jail.conf"));
        assertThat(ConfigurationReader.readJail(folder, "off", "auto")).isEmpty();
    }

    @Test
    void whatIsWrongWithAJailIsToldWithItsPlace() throws IOException {
        Optional<Configuration> wrong = ConfigurationReader.readJail(folder, "wrong", "auto");
        assertThat(wrong.orElseThrow().jails()).isEmpty();
        assertThat(wrong.orElseThrow().problems().get(0).toString()).contains("jail.conf:9: [wrong]");
        Files.writeString(folder.resolve("jail.local"), "[DEFAULT]\na = 1\na = 2\n");
        Configuration broken =
                ConfigurationReader.readJail(folder, "off", "auto").orElseThrow();
        assertThat(broken.jails()).isEmpty();
        assertThat(broken.problems().get(0).toString()).contains("jail.local:3");
    }

    @Test
    void aFilterMayLieOutsideOfFilterD() throws Exception {
        Path other = Files.createDirectories(folder.resolve("other"));
        Files.writeString(other.resolve("base.conf"), "[DEFAULT]\nword = a\n");
        Files.writeString(other.resolve("base.local"), "[DEFAULT]\nword = b\n");
        Path file = Files.writeString(
                other.resolve("mine.conf"),
                "[INCLUDES]\nbefore = base.conf\n[Definition]\nfailregex = %(word)s <x> <logtype> <HOST>\n[Init]\nx = 1\n");
        assertThat(ConfigurationReader.readFilterFile(file, "mine", "auto").failRegex())
                .containsExactly("b 1 file <HOST>");
        assertThat(ConfigurationReader.readFilterFile(file, "mine[x=2]", "systemd")
                        .failRegex())
                .containsExactly("b 2 journal <HOST>");
        Files.writeString(other.resolve("mine.local"), "[Init]\nx = 3\n");
        assertThat(ConfigurationReader.readFilterFile(file, "mine", "auto").failRegex())
                .containsExactly("b 3 file <HOST>");
        assertThatThrownBy(() -> ConfigurationReader.readFilterFile(other.resolve("none.conf"), "none", "auto"))
                .isInstanceOf(ConfigException.class);
    }
}
