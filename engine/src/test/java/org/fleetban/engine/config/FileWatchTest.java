package org.fleetban.engine.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileWatchTest {

    @TempDir
    private Path directory;

    @Test
    void seesWhatComesChangesAndGoes() throws Exception {
        Path jail = Files.writeString(directory.resolve("jail.conf"), "[sshd]\n");
        FileWatch watch = new FileWatch(directory);
        assertThat(watch.hasChanged()).isFalse();

        Path local = Files.writeString(
                Files.createDirectories(directory.resolve("filter.d")).resolve("x.local"), "[Definition]\n");
        assertThat(watch.hasChanged()).isTrue();
        assertThat(watch.hasChanged()).isFalse();
        Files.writeString(jail, "[sshd]\nenabled = true\n");
        assertThat(watch.hasChanged()).isTrue();
        Files.delete(local);
        assertThat(watch.hasChanged()).isTrue();
        assertThat(watch.hasChanged()).isFalse();
    }

    @Test
    void aLinkThatLeadsNowhereHidesNoOtherFile() throws Exception {
        Files.createSymbolicLink(directory.resolve(".#jail.local"), Path.of("nobody@nowhere"));
        Files.createSymbolicLink(directory.resolve("zzz"), Path.of("nowhere"));
        Path jail = Files.writeString(directory.resolve("jail.conf"), "[sshd]\n");
        FileWatch watch = new FileWatch(directory);

        Files.writeString(jail, "[sshd]\nenabled = true\n");
        assertThat(watch.hasChanged()).isTrue();
        assertThat(watch.hasChanged()).isFalse();
    }
}
