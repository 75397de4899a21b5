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
        assertThat(watch.haveSettled()).isFalse();

        Path local = Files.writeString(
                Files.createDirectories(directory.resolve("filter.d")).resolve("x.local"), "[Definition]\n");
        assertThatOneChangeIsSeen(watch);
        Files.writeString(jail, "[sshd]\nenabled = true\n");
        assertThatOneChangeIsSeen(watch);
        Files.delete(local);
        assertThatOneChangeIsSeen(watch);
    }

    @Test
    void aFileThatIsBeingWrittenIsWaitedFor() throws Exception {
        FileWatch watch = new FileWatch(directory);
        Path jail = directory.resolve("jail.local");
        for (int i = 1; i < 5; i++) {
            Files.writeString(jail, "[sshd]\n".repeat(i));
            assertThat(watch.haveSettled()).isFalse();
        }
        assertThat(watch.haveSettled()).isTrue();
        assertThat(watch.haveSettled()).isFalse();
    }

    @Test
    void aLinkThatLeadsNowhereHidesNoOtherFile() throws Exception {
        Files.createSymbolicLink(directory.resolve(".#jail.local"), Path.of("nobody@nowhere"));
        Files.createSymbolicLink(directory.resolve("zzz"), Path.of("nowhere"));
        Path jail = Files.writeString(directory.resolve("jail.conf"), "[sshd]\n");
        FileWatch watch = new FileWatch(directory);

        Files.writeString(jail, "[sshd]\nenabled = true\n");
        assertThatOneChangeIsSeen(watch);
    }

    private static void assertThatOneChangeIsSeen(FileWatch watch) {
        assertThat(watch.haveSettled()).isFalse();
        assertThat(watch.haveSettled()).isTrue();
        assertThat(watch.haveSettled()).isFalse();
    }
}
