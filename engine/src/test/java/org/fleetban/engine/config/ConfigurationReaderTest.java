package org.fleetban.engine.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.fleetban.engine.config.JailDefinition.LogPath;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationReaderTest {

    @TempDir
    Path directory;

    private void file(String name, String text) {
        try {
            Path path = directory.resolve(name);
            Files.createDirectories(path.getParent());
            Files.writeString(path, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Configuration read() {
        return ConfigurationReader.read(directory, Set.of(), Map.of());
    }

    @Test
    void aJailTakesItsFilterAndItsOptionsFromTheFiles() {
        file("filter.d/door.conf", "[Definition]\nfailregex = ^knock from <HOST>$\n            ^bang from <HOST>$\n");
        file(
                "jail.conf",
                "[DEFAULT]\nfindtime = 1h\nmaxretry = 4\nport = 0:65535\n[door]\nenabled = true\nfilter = door\n"
                        + "logpath = /var/log/door.log tail\n          /var/log/door/*.log\nbantime = 1d 12h\nport = 22\n"
                        + "ignoreip = 127.0.0.1/8, ::1\n");
        Configuration configuration = read();
        assertThat(configuration.problems()).isEmpty();
        JailDefinition jail = configuration.jails().get(0);
        assertThat(jail.filter().failRegex()).containsExactly("^knock from <HOST>$", "^bang from <HOST>$");
        assertThat(jail.logPaths())
                .containsExactly(new LogPath("/var/log/door.log", true), new LogPath("/var/log/door/*.log", false));
        assertThat(jail.banTime()).isEqualTo(Duration.ofHours(36));
        assertThat(jail.findTime()).isEqualTo(Duration.ofHours(1));
        assertThat(jail.maxRetry()).isEqualTo(4);
        assertThat(jail.ports()).isEqualTo("22");
        assertThat(jail.ignoreIp()).containsExactly("127.0.0.1/8", "::1");
        assertThat(jail.scope()).isEqualTo(JailDefinition.JailScope.FLEET);
    }
}
