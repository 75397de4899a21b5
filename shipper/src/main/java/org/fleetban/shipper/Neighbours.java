package org.fleetban.shipper;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Finds where a log went: the same file under another name, or a copy that was made before a truncation. */
final class Neighbours {

    /** An open file that was found. */
    record Found(FileKey key, FileChannel channel) {}

    private static final Set<String> COMPRESSED =
            Set.of("gz", "bz2", "xz", "zst", "lz4", "lzma", "lzo", "z", "zip", "7z", "br");

    private Neighbours() {}

    /** Whether the name is that of a compressed rotation, whose lines were read before it was compressed. */
    static boolean compressed(Path path) {
        String name = path.getFileName().toString();
        return COMPRESSED.contains(name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT));
    }

    /** The file with this key among those beside the path, if it still holds the content up to {@code delivered}. */
    static Optional<Found> renamed(Path path, FileKey key, Fingerprint fingerprint, long delivered) {
        return find(path, fingerprint, delivered, stat -> stat.key().equals(key));
    }

    /**
     * A file beside the path that begins like the content and reaches at least as far, with a line that ends where
     * the next one is expected.
     *
     * @param taken whether a file is followed already, and so no candidate
     */
    static Optional<Found> copied(Path path, Fingerprint fingerprint, long delivered, Predicate<FileKey> taken) {
        return find(path, fingerprint, delivered, stat -> !taken.test(stat.key()));
    }

    private static Optional<Found> find(
            Path path, Fingerprint fingerprint, long delivered, Predicate<FileStat> eligible) {
        Path directory = path.getParent();
        if (directory == null) {
            return Optional.empty();
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                Optional<Found> found = open(entry, fingerprint, delivered, eligible);
                if (found.isPresent()) {
                    return found;
                }
            }
        } catch (IOException | DirectoryIteratorException unlistable) {
            // The look at the patterns reports directories that cannot be listed.
            return Optional.empty();
        }
        return Optional.empty();
    }

    private static Optional<Found> open(
            Path entry, Fingerprint fingerprint, long delivered, Predicate<FileStat> eligible) {
        try {
            if (compressed(entry) || Files.isSymbolicLink(entry)) {
                return Optional.empty();
            }
            FileStat stat = FileStat.of(entry);
            if (stat.type() != FileStat.Type.FILE || stat.size() < delivered || !eligible.test(stat)) {
                return Optional.empty();
            }
            return sameContent(entry, stat.key(), fingerprint, delivered);
        } catch (IOException vanished) {
            return Optional.empty();
        }
    }

    /** Whether a file begins with what a followed one began with, or with what that begins with now. */
    static boolean beginAlike(Path path, FollowedFile followed) throws IOException {
        FileChannel original = followed.channel();
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            if (LineReader.matches(followed.fingerprint(), channel)) {
                return true;
            }
            byte[] mine = new byte[Fingerprint.MAX_LENGTH];
            byte[] its = new byte[Fingerprint.MAX_LENGTH];
            int length = LineReader.fill(channel, mine, mine.length, 0);
            return original != null
                    && LineReader.fill(original, its, length, 0) == length
                    && Arrays.equals(mine, 0, length, its, 0, length);
        }
    }

    /** Opens a path if it leads to this very file, and if that holds the content up to {@code delivered}. */
    static Optional<Found> sameContent(Path path, FileKey key, Fingerprint fingerprint, long delivered)
            throws IOException {
        FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
        boolean same = false;
        try {
            same = FileStat.of(path).key().equals(key)
                    && channel.size() >= delivered
                    && LineReader.matches(fingerprint, channel);
            return same ? Optional.of(new Found(key, channel)) : Optional.empty();
        } finally {
            if (!same) {
                channel.close();
            }
        }
    }
}
