package org.fleetban.engine.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Tells whether the files of a configuration directory have changed, by their times, sizes and identities. */
public final class FileWatch {

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
        try (Stream<Path> paths = Files.walk(directory, 3, FileVisitOption.FOLLOW_LINKS)) {
            for (Path path : (Iterable<Path>) paths::iterator) {
                BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
                if (attributes.isRegularFile()) {
                    files.put(
                            path, attributes.lastModifiedTime() + " " + attributes.size() + " " + attributes.fileKey());
                }
            }
        } catch (IOException | UncheckedIOException e) {
            files.put(directory, "unreadable");
        }
        return files;
    }
}
