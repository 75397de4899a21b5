package org.fleetban.engine.config;

import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Tells whether the files of a configuration directory have changed, by their times, sizes and identities. */
public final class FileWatch {

    /** jail.d, filter.d and what links in them lead to. */
    private static final int DEPTH = 3;

    private final Path directory;
    private Map<Path, String> seen;

    /** @param directory with {@code jail.conf}; it and what lies below it is watched */
    public FileWatch(Path directory) {
        this.directory = directory;
        this.seen = files();
    }

    /** Whether any file has come, gone or changed since the last call, at first since the start. */
    public boolean hasChanged() {
        Map<Path, String> now = files();
        boolean changed = !now.equals(seen);
        seen = now;
        return changed;
    }

    private Map<Path, String> files() {
        Map<Path, String> files = new TreeMap<>();
        try {
            Files.walkFileTree(directory, Set.of(FileVisitOption.FOLLOW_LINKS), DEPTH, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) {
                    if (attributes.isRegularFile()) {
                        files.put(
                                path,
                                attributes.lastModifiedTime() + " " + attributes.size() + " " + attributes.fileKey());
                    }
                    return FileVisitResult.CONTINUE;
                }

                /** A link that leads nowhere, or a directory that may not be read, hides no other file. */
                @Override
                public FileVisitResult visitFileFailed(Path path, IOException why) {
                    files.put(path, "unreadable");
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path path, @Nullable IOException why) {
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            files.put(directory, "unreadable");
        }
        return files;
    }
}
