package org.fleetban.enforcer;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * The bans of this host in a file, for a start at which Kafka is away. Written beside, synced, then renamed; ends in a
 * checksum.
 */
final class Snapshot {

    private static final int MAGIC = 0x46424253;
    private static final int VERSION = 1;

    private final Path file;

    Snapshot(Path folder) {
        this.file = folder.resolve("bans.snapshot");
    }

    Path file() {
        return file;
    }

    /**
     * Replaces the file. Any thread; the bans may change meanwhile.
     *
     * @param bans asked for when the writes before are done, so that none writes older bans than they did
     */
    synchronized void write(Supplier<Collection<Ban>> bans) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Path temporary = file.resolveSibling(file.getFileName() + ".new");
        try (FileChannel channel = FileChannel.open(
                temporary, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            OutputStream buffered = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
            CheckedOutputStream checked = new CheckedOutputStream(buffered, new CRC32());
            DataOutputStream out = new DataOutputStream(checked);
            out.writeInt(MAGIC);
            out.writeInt(VERSION);
            List<Ban> enforceable =
                    bans.get().stream().filter(ban -> ban.target() != null).toList();
            out.writeInt(enforceable.size());
            for (Ban ban : enforceable) {
                out.writeUTF(ban.key());
                out.writeUTF(ban.jail());
                out.writeUTF(ban.id());
                writeOptional(out, ban.ports());
                writeOptional(out, ban.protocol());
                out.writeLong(ban.until());
            }
            out.writeLong(checked.getChecksum().getValue());
            out.flush();
            channel.force(true);
        }
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /**
     * Reads the file; none: no bans.
     *
     * @throws IOException if the file cannot be read or is damaged
     */
    List<Ban> read(BanReader reader) throws IOException {
        try (InputStream stream = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
            CheckedInputStream checked = new CheckedInputStream(stream, new CRC32());
            DataInputStream in = new DataInputStream(checked);
            if (in.readInt() != MAGIC || in.readInt() != VERSION) {
                throw new IOException(file + ": not a snapshot of bans of version " + VERSION);
            }
            int count = in.readInt();
            List<Ban> bans = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                String key = in.readUTF();
                String jail = in.readUTF();
                String id = in.readUTF();
                String ports = readOptional(in);
                String protocol = readOptional(in);
                long until = in.readLong();
                bans.add(reader.read(
                        key, jail, id, ports, protocol, until == Ban.FOR_EVER ? null : Instant.ofEpochMilli(until)));
            }
            long sum = checked.getChecksum().getValue();
            if (in.readLong() != sum) {
                throw new IOException(file + ": the checksum does not match, the file is damaged");
            }
            return bans;
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (EOFException e) {
            throw new IOException(file + ": ends too early, the file is damaged", e);
        }
    }

    private static void writeOptional(DataOutputStream out, @Nullable String text) throws IOException {
        out.writeBoolean(text != null);
        if (text != null) {
            out.writeUTF(text);
        }
    }

    private static @Nullable String readOptional(DataInputStream in) throws IOException {
        return in.readBoolean() ? in.readUTF() : null;
    }
}
