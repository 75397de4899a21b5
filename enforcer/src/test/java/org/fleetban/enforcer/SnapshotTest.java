package org.fleetban.enforcer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.fleetban.enforcer.firewall.Services;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotTest {

    private final BanReader reader = new BanReader(Services.system());

    private @TempDir Path folder;

    @Test
    void whatIsWrittenIsReadAndTheFolderIsMade() throws IOException {
        Snapshot snapshot = new Snapshot(folder.resolve("a/b"));
        List<Ban> bans = List.of(
                reader.read("k1", "sshd", "192.0.2.1", "ssh", "tcp", Instant.ofEpochMilli(5)),
                reader.read("k2", "web", "2001:db8::/32", null, null, null));

        snapshot.write(() -> bans);
        snapshot.write(() -> bans);

        assertThat(snapshot.read(reader)).isEqualTo(bans);
    }

    @Test
    void aWriteThatWaitsForAnotherWritesTheBansThatStandThen() throws Exception {
        Snapshot snapshot = new Snapshot(folder);
        List<Ban> newer = List.of(reader.read("k1", "sshd", "192.0.2.1", "ssh", "tcp", Instant.ofEpochMilli(5)));
        AtomicReference<List<Ban>> current = new AtomicReference<>(List.of());
        FutureTask<Boolean> write = new FutureTask<>(() -> {
            snapshot.write(current::get);
            return true;
        });
        Thread thread = new Thread(write);
        synchronized (snapshot) {
            thread.start();
            Awaitility.await().until(() -> thread.getState() == Thread.State.BLOCKED);
            current.set(newer);
        }

        assertThat(write.get(30, TimeUnit.SECONDS)).isTrue();
        assertThat(snapshot.read(reader)).isEqualTo(newer);
    }

    @Test
    void withoutAFileThereAreNoBans() throws IOException {
        assertThat(new Snapshot(folder).read(reader)).isEmpty();
    }

    @Test
    void aFileThatIsDamagedAnywhereOrCutOffIsRefused() throws IOException {
        Snapshot snapshot = new Snapshot(folder);
        List<Ban> bans = List.of(reader.read("k1", "sshd", "192.0.2.1", "ssh", "tcp", Instant.ofEpochMilli(5)));
        snapshot.write(() -> bans);
        byte[] whole = Files.readAllBytes(snapshot.file());
        for (int i = 0; i < whole.length; i++) {
            byte[] damaged = whole.clone();
            damaged[i] ^= 1;
            Files.write(snapshot.file(), damaged);
            assertThatThrownBy(() -> snapshot.read(reader)).isInstanceOf(IOException.class);
            Files.write(snapshot.file(), Arrays.copyOf(whole, i));
            assertThatThrownBy(() -> snapshot.read(reader)).isInstanceOf(IOException.class);
        }
    }
}
