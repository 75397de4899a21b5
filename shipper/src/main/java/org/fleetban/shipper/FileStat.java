package org.fleetban.shipper;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the file system says of a path, links followed.
 *
 * @param size in bytes
 * @param modified in milliseconds since 1970
 */
record FileStat(FileKey key, Type type, long size, long modified) {

    enum Type {
        FILE("a file"),
        DIRECTORY("a directory"),
        OTHER("a named pipe, a socket or a device");

        private final String description;

        Type(String description) {
            this.description = description;
        }

        @Override
        public String toString() {
            return description;
        }
    }

    /** How the JDK on Unix writes a file key. Reading the numbers as attributes takes several times as long. */
    private static final Pattern KEY = Pattern.compile("\\(dev=([0-9a-f]+),ino=(\\d+)\\)");

    /** Reads the attributes of what a path leads to. */
    static FileStat of(Path path) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
        return new FileStat(
                key(String.valueOf(attributes.fileKey())),
                type(attributes),
                attributes.size(),
                attributes.lastModifiedTime().toMillis());
    }

    private static FileKey key(String text) {
        Matcher matcher = KEY.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalStateException("the file system tells no device and inode: " + text);
        }
        return new FileKey(Long.parseUnsignedLong(matcher.group(1), 16), Long.parseUnsignedLong(matcher.group(2)));
    }

    private static Type type(BasicFileAttributes attributes) {
        if (attributes.isRegularFile()) {
            return Type.FILE;
        }
        return attributes.isDirectory() ? Type.DIRECTORY : Type.OTHER;
    }
}
