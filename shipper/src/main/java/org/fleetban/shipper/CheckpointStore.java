package org.fleetban.shipper;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * The checkpoint on disk. It is written to a temporary file, synced and renamed, so that there is a complete one at
 * every moment; a complete temporary file that is newer, left by a crash before the rename, is used.
 */
final class CheckpointStore {

    private final Path directory;
    private final Path file;
    private final Path temporary;

    CheckpointStore(Path directory) {
        this.directory = directory;
        this.file = directory.resolve("shipper.checkpoint");
        this.temporary = directory.resolve("shipper.checkpoint.tmp");
    }

    /**
     * The last complete checkpoint, or an empty one at the very first start.
     *
     * @throws ShipperException if there is one that cannot be read: beginning anew by itself would count lines twice
     */
    Checkpoint read() throws ShipperException {
        Checkpoint interrupted = null;
        try {
            interrupted = readFile(temporary);
        } catch (CheckpointFormat.Unreadable incomplete) {
            // Written in part when the process was ended: the file itself is the last complete one.
        }
        Checkpoint renamed;
        try {
            renamed = readFile(file);
        } catch (CheckpointFormat.Unreadable e) {
            throw new ShipperException(
                    "checkpoint " + file + " cannot be used: " + e.getMessage()
                            + ". If it cannot be restored, remove it: all files are then read from their beginning",
                    e);
        }
        if (renamed == null) {
            return interrupted == null ? Checkpoint.EMPTY : interrupted;
        }
        return interrupted != null && interrupted.serial() > renamed.serial() ? interrupted : renamed;
    }

    private static @Nullable Checkpoint readFile(Path path) throws ShipperException, CheckpointFormat.Unreadable {
        try {
            return CheckpointFormat.decode(Files.readAllBytes(path));
        } catch (NoSuchFileException absent) {
            return null;
        } catch (IOException e) {
            throw new ShipperException("checkpoint " + path + " cannot be read: " + e, e);
        }
    }

    /** Makes the checkpoint durable. */
    void write(Checkpoint checkpoint) throws IOException {
        ByteBuffer content = ByteBuffer.wrap(CheckpointFormat.encode(checkpoint));
        try (FileChannel channel = FileChannel.open(
                temporary, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            while (content.hasRemaining()) {
                channel.write(content);
            }
            channel.force(true);
        }
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        try (FileChannel entries = FileChannel.open(directory, StandardOpenOption.READ)) {
            entries.force(true);
        }
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
