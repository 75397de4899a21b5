package org.fleetban.shipper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CheckpointStoreTest {

    private static final Checkpoint FULL = new Checkpoint(
            7,
            Set.of("/var/log/*.log"),
            Map.of("--system --merge", "s=1;i=2;b=3;m=4;t=5;x=6", "--directory=/a \n \\ b", "@1700000000"),
            List.of(
                    new Checkpoint.Entry(
                            "12-abc",
                            new FileKey(-1, Long.MAX_VALUE),
                            new Fingerprint(1024, -5),
                            Long.MAX_VALUE,
                            true,
                            Path.of("/var/log/a name\nwith \\ everything ü")),
                    new Checkpoint.Entry(
                            "", new FileKey(1, 2), Fingerprint.NONE, 0, false, Path.of("/var/log/auth.log"))));

    @TempDir
    private Path directory;

    private CheckpointStore store;
    private Path file;
    private Path temporary;

    @BeforeEach
    void open() {
        store = new CheckpointStore(directory);
        file = directory.resolve("shipper.checkpoint");
        temporary = directory.resolve("shipper.checkpoint.tmp");
    }

    @Test
    void theFirstStartBeginsWithNothing() throws ShipperException {
        assertThat(store.read()).isEqualTo(Checkpoint.EMPTY);
    }

    @Test
    void whatIsWrittenIsReadAgain() throws Exception {
        store.write(FULL);

        assertThat(store.read()).isEqualTo(FULL);
        assertThat(temporary).doesNotExist();
    }

    @Test
    void aCompleteTemporaryFileThatIsNewerIsUsed() throws Exception {
        store.write(new Checkpoint(8, Set.of(), Map.of(), List.of()));
        Files.move(file, temporary);
        store.write(FULL);
        Files.copy(file, directory.resolve("old"));
        store.write(new Checkpoint(8, Set.of(), Map.of(), List.of()));
        Files.move(file, temporary, StandardCopyOption.REPLACE_EXISTING);
        Files.move(directory.resolve("old"), file);

        assertThat(store.read().serial()).isEqualTo(8);
    }

    @Test
    void anOlderTemporaryFileIsNot() throws Exception {
        store.write(FULL);
        Files.move(file, temporary);
        store = new CheckpointStore(directory);
        Path newer = Files.createDirectory(directory.resolve("newer"));
        new CheckpointStore(newer).write(new Checkpoint(9, Set.of(), Map.of(), List.of()));
        Files.move(newer.resolve("shipper.checkpoint"), file);

        assertThat(store.read().serial()).isEqualTo(9);
    }

    @Test
    void anIncompleteTemporaryFileIsPassedOverWhereverItEnds() throws Exception {
        byte[] next = CheckpointFormat.encode(new Checkpoint(8, FULL.patterns(), FULL.journals(), FULL.entries()));
        store.write(FULL);
        for (int length = 0; length < next.length; length++) {
            Files.write(temporary, Arrays.copyOf(next, length));
            assertThat(store.read().serial()).as("cut after %d bytes", length).isEqualTo(7);
        }
        Files.write(temporary, next);
        assertThat(store.read().serial()).isEqualTo(8);
    }

    @Test
    void aDamagedCheckpointStopsTheStart() throws Exception {
        store.write(FULL);
        byte[] content = Files.readAllBytes(file);
        for (int i = 0; i < content.length; i++) {
            byte[] damaged = content.clone();
            damaged[i] ^= 1;
            Files.write(file, damaged);
            assertThatThrownBy(store::read)
                    .as("byte %d", i)
                    .isInstanceOf(ShipperException.class)
                    .hasMessageContaining(file.toString());
        }
    }

    @Test
    void aCheckpointOfALaterVersionIsNotGuessedAt() throws IOException {
        Files.writeString(file, "fleetban-shipper-checkpoint 2 1\nend 0\n");

        assertThatThrownBy(store::read).hasMessageContaining("version 2");
    }
}
