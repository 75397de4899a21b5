package org.fleetban.enforcer;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.fleetban.enforcer.Breaker.Waiting;
import org.fleetban.enforcer.firewall.Network;
import org.jspecify.annotations.Nullable;

/**
 * What waits for the operator, in a file that grows by one entry per change and is written anew at each start and when it has
 * become long. An entry that a crash cut off at the end is void.
 */
final class BreakerJournal {

    private static final int MAGIC = 0x4642424a;
    private static final int VERSION = 1;

    /** So many entries more than are needed are not worth writing the file anew. */
    private static final int SPARE = 10_000;

    private final Path file;
    private long appended;

    BreakerJournal(Path folder) {
        this.file = folder.resolve("breaker.journal");
    }

    /**
     * A change.
     *
     * @param key of the ban
     * @param waiting that it waits; null: it does not
     * @param confirmed that it may be so large; null: it may not
     */
    record Entry(
            String key, @Nullable Waiting waiting, @Nullable Network confirmed) {

        static Entry waits(String key, Waiting waiting) {
            return new Entry(key, waiting, null);
        }

        static Entry confirmed(String key, Network network) {
            return new Entry(key, null, network);
        }

        static Entry gone(String key) {
            return new Entry(key, null, null);
        }
    }

    /** Whether far more was appended than the entries that are needed. */
    boolean isLong(int needed) {
        return appended > SPARE && appended > needed;
    }

    /** Reads all changes into maps by key. */
    void read(Map<String, Waiting> waiting, Map<String, Network> confirmed) throws IOException {
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16))) {
            if (in.readInt() != MAGIC || in.readInt() != VERSION) {
                throw new IOException(file + ": does not tell what waits, in version " + VERSION + " of the format");
            }
            while (true) {
                Entry entry = read(in);
                waiting.remove(entry.key());
                confirmed.remove(entry.key());
                if (entry.waiting() != null) {
                    waiting.put(entry.key(), entry.waiting());
                } else if (entry.confirmed() != null) {
                    confirmed.put(entry.key(), entry.confirmed());
                }
            }
        } catch (NoSuchFileException | EOFException e) {
            // Nothing waits, or everything has been read.
            return;
        } catch (IllegalArgumentException e) {
            throw new IOException(file + ": damaged: " + e.getMessage(), e);
        }
    }

    /** Replaces the file. */
    void rewrite(Map<String, Waiting> waiting, Map<String, Network> confirmed) throws IOException {
        List<Entry> entries = new ArrayList<>();
        waiting.forEach((key, entry) -> entries.add(Entry.waits(key, entry)));
        confirmed.forEach((key, network) -> entries.add(Entry.confirmed(key, network)));
        Files.createDirectories(file.toAbsolutePath().getParent());
        Path temporary = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(temporary);
        write(temporary, entries, true);
        appended = 0;
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Appends changes; they are on the disk afterwards. */
    void append(List<Entry> entries) throws IOException {
        boolean empty = Files.notExists(file);
        Files.createDirectories(file.toAbsolutePath().getParent());
        write(file, entries, empty);
        appended += entries.size();
    }

    private static void write(Path file, List<Entry> entries, boolean empty) throws IOException {
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
            DataOutputStream out =
                    new DataOutputStream(new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16));
            if (empty) {
                out.writeInt(MAGIC);
                out.writeInt(VERSION);
            }
            for (Entry entry : entries) {
                write(out, entry);
            }
            out.flush();
            channel.force(false);
        }
    }

    private static void write(DataOutputStream out, Entry entry) throws IOException {
        Waiting waiting = entry.waiting();
        Network confirmed = entry.confirmed();
        out.writeUTF(entry.key());
        if (waiting != null) {
            out.writeUTF(waiting.reason().name());
            out.writeUTF(waiting.network().toString());
            out.writeLong(waiting.since());
        } else {
            out.writeUTF("");
            out.writeUTF(confirmed == null ? "" : confirmed.toString());
        }
    }

    private static Entry read(DataInputStream in) throws IOException {
        String key = in.readUTF();
        String reason = in.readUTF();
        String network = in.readUTF();
        if (!reason.isEmpty()) {
            return Entry.waits(key, new Waiting(Network.parse(network), Refusal.Reason.valueOf(reason), in.readLong()));
        }
        return network.isEmpty() ? Entry.gone(key) : Entry.confirmed(key, Network.parse(network));
    }
}
