package org.fleetban.enforcer.action;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UTFDataFormatException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import org.fleetban.protocol.Family;
import org.jspecify.annotations.Nullable;

/**
 * What actions have been done for and not undone, in a file that grows by one entry per command and is written anew at each
 * start and when it has become long. An entry that a crash cut off at the end is void: its command is run again.
 *
 * <p>An entry is its length in bytes, that length inverted, the entry's CRC-32, and the entry: so one that is cut off cannot be
 * mistaken for one whose length is damaged.
 */
final class ActionJournal {

    private static final int MAGIC = 0x4642414a;
    private static final int VERSION = 2;
    /** Bytes before an entry. */
    private static final int HEAD = 12;

    private static final String DONE = "done";

    /** So many entries more than are needed are not worth writing the file anew. */
    private static final int SPARE = 10_000;

    private static final int MAX_KEPT = 10;

    private final Path file;
    private final int spare;
    private long appended;

    ActionJournal(Path folder) {
        this(folder, SPARE);
    }

    ActionJournal(Path folder, int spare) {
        this.file = folder.resolve("actions.journal");
        this.spare = spare;
    }

    /** Whether far more was appended than is needed. */
    boolean isLong(Map<String, State> states) {
        return appended > spare
                && appended
                        > states.values().stream()
                                .mapToLong(state -> state.held.size())
                                .sum();
    }

    /** The file does not hold what was written. */
    static final class DamagedException extends IOException {

        private static final long serialVersionUID = 1;

        DamagedException(String message, @Nullable Exception cause) {
            super(message, cause);
        }
    }

    /** Of one action: whether it was started since the system was, and the bans that it holds, by key. */
    static final class State {

        boolean started;
        final Map<String, ActionBan> held = new LinkedHashMap<>();
    }

    /**
     * Reads what was written into a map by the action's id; with {@code boot} of another start of the system nothing is started.
     *
     * @throws DamagedException if it is not what was written; what could be understood is in the map
     * @throws IOException if it cannot be read now; the file may be good
     */
    void read(String boot, Map<String, State> states) throws IOException {
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16))) {
            if (in.readInt() != MAGIC || in.readInt() != VERSION) {
                throw new DamagedException(
                        file + ": does not tell what actions did, in version " + VERSION + " of the format", null);
            }
            boolean sameBoot = in.readUTF().equals(boot);
            for (byte[] entry = entry(in); entry != null; entry = entry(in)) {
                apply(new DataInputStream(new ByteArrayInputStream(entry)), sameBoot, states);
            }
        } catch (NoSuchFileException | EOFException e) {
            // Nothing was done.
            return;
        } catch (IllegalArgumentException | UTFDataFormatException e) {
            throw new DamagedException(file + ": damaged: " + e.getMessage(), e);
        }
    }

    /** The next entry; null: there is none, or it is cut off. */
    private static byte @Nullable [] entry(InputStream in) throws IOException {
        byte[] head = in.readNBytes(HEAD);
        if (head.length < HEAD) {
            return null;
        }
        ByteBuffer numbers = ByteBuffer.wrap(head);
        int length = numbers.getInt();
        if (length < 0 || length != ~numbers.getInt()) {
            throw new IllegalArgumentException("the length of an entry is not what was written");
        }
        byte[] entry = in.readNBytes(length);
        if (entry.length < length) {
            return null;
        }
        if (checksum(entry) != numbers.getInt()) {
            throw new IllegalArgumentException("an entry is not what was written");
        }
        return entry;
    }

    private static void apply(DataInputStream in, boolean sameBoot, Map<String, State> states) throws IOException {
        State state = states.computeIfAbsent(in.readUTF(), id -> new State());
        switch (in.readUTF()) {
            case "started" -> state.started = sameBoot;
            case "stopped" -> state.started = false;
            case "undone" -> state.held.remove(in.readUTF());
            case DONE -> {
                ActionBan ban = ban(in);
                state.held.put(ban.key(), ban);
            }
            default -> throw new IllegalArgumentException("an unknown entry");
        }
    }

    private static int checksum(byte[] entry) {
        CRC32 sum = new CRC32();
        sum.update(entry);
        return (int) sum.getValue();
    }

    /**
     * Puts a file aside that cannot be read, for somebody who can; returns where it is.
     *
     * @throws IOException if the file stays, because it cannot be moved or so many are kept already
     */
    Path putAside() throws IOException {
        for (int i = 0; i < MAX_KEPT; i++) {
            Path aside = file.resolveSibling(file.getFileName() + ".unreadable" + (i == 0 ? "" : "." + i));
            if (!Files.exists(aside, LinkOption.NOFOLLOW_LINKS)) {
                return Files.move(file, aside, StandardCopyOption.ATOMIC_MOVE);
            }
        }
        throw new IOException(file + ": damaged, and " + MAX_KEPT + " such files are kept beside it already");
    }

    /** Replaces the file. */
    void rewrite(String boot, Map<String, State> states) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Path temporary = file.resolveSibling(file.getFileName() + ".new");
        try (FileChannel channel = FileChannel.open(
                        temporary,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.TRUNCATE_EXISTING);
                DataOutputStream out =
                        new DataOutputStream(new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16))) {
            out.writeInt(MAGIC);
            out.writeInt(VERSION);
            out.writeUTF(boot);
            for (Map.Entry<String, State> entry : states.entrySet()) {
                if (entry.getValue().started) {
                    write(out, to -> started(to, entry.getKey(), true));
                }
                for (ActionBan ban : entry.getValue().held.values()) {
                    write(out, to -> done(to, entry.getKey(), ban));
                }
            }
            out.flush();
            channel.force(true);
        }
        appended = 0;
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    void started(String action, boolean started) throws IOException {
        append(out -> started(out, action, started));
    }

    void done(String action, ActionBan ban) throws IOException {
        append(out -> done(out, action, ban));
    }

    void undone(String action, String key) throws IOException {
        append(out -> {
            out.writeUTF(action);
            out.writeUTF("undone");
            out.writeUTF(key);
        });
    }

    private interface Entry {
        void write(DataOutputStream out) throws IOException;
    }

    private void append(Entry entry) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
            DataOutputStream out = new DataOutputStream(new BufferedOutputStream(Channels.newOutputStream(channel)));
            write(out, entry);
            out.flush();
            channel.force(false);
            appended++;
        }
    }

    private static void write(DataOutputStream out, Entry entry) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        entry.write(new DataOutputStream(bytes));
        out.writeInt(bytes.size());
        out.writeInt(~bytes.size());
        out.writeInt(checksum(bytes.toByteArray()));
        bytes.writeTo(out);
    }

    private static void started(DataOutputStream out, String action, boolean started) throws IOException {
        out.writeUTF(action);
        out.writeUTF(started ? "started" : "stopped");
    }

    private static void done(DataOutputStream out, String action, ActionBan ban) throws IOException {
        out.writeUTF(action);
        out.writeUTF(DONE);
        out.writeUTF(ban.key());
        out.writeUTF(ban.jail());
        out.writeUTF(ban.id());
        Family family = ban.family();
        out.writeUTF(family == null ? "" : family.name());
        out.writeLong(ban.since());
        out.writeLong(ban.until());
        out.writeInt(ban.count());
        out.writeInt(ban.banCount());
    }

    private static ActionBan ban(DataInputStream in) throws IOException {
        String key = in.readUTF();
        String jail = in.readUTF();
        String id = in.readUTF();
        String family = in.readUTF();
        long since = in.readLong();
        long until = in.readLong();
        int count = in.readInt();
        return new ActionBan(
                key,
                jail,
                id,
                family.isEmpty() ? null : Family.valueOf(family),
                since,
                until,
                count,
                in.readInt(),
                true,
                "");
    }
}
