package org.fleetban.engine.config;

import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Tells when the files of a configuration directory have changed, by their times, sizes and identities. */
public final class FileWatch {

    /** jail.d, filter.d and what links in them lead to. */
    private static final int DEPTH = 3;

    private final Path directory;
    private Map<Path, Stamp> seen;
    private boolean changed;

    /** What is seen of a file without reading it; of one that can't be looked at, nothing. */
    private record Stamp(
            @Nullable FileTime modified,
            long size,
            @Nullable Object key) {
        static final Stamp UNREADABLE = new Stamp(null, 0, null);
    }

    /** @param directory with {@code jail.conf}; it and what lies below it is watched */
    public FileWatch(Path directory) {
        this.directory = directory;
        this.seen = files();
    }

    /**
     * Whether any file has come, gone or changed since this last said so, at first since the start, and all are as they were at
     * the last call: one that is being written says half of what it is to say.
     */
    public boolean haveSettled() {
        Map<Path, Stamp> now = files();
        boolean moving = !now.equals(seen);
        seen = now;
        boolean settled = changed && !moving;
        changed = moving;
        return settled;
    }

    private Map<Path, Stamp> files() {
        Map<Path, Stamp> files = new HashMap<>();
        try {
            Files.walkFileTree(directory, Set.of(FileVisitOption.FOLLOW_LINKS), DEPTH, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) {
                    if (attributes.isRegularFile()) {
                        files.put(
                                path,
                                new Stamp(attributes.lastModifiedTime(), attributes.size(), attributes.fileKey()));
                    }
                    return FileVisitResult.CONTINUE;
                }

                /** A link that leads nowhere, or a directory that may not be read, hides no other file. */
                @Override
                public FileVisitResult visitFileFailed(Path path, IOException why) {
                    files.put(path, Stamp.UNREADABLE);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path path, @Nullable IOException why) {
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            files.put(directory, Stamp.UNREADABLE);
        }
        return files;
    }
}
