package org.fleetban.shipper;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;

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
        FIFO("a named pipe"),
        SOCKET("a socket"),
        DEVICE("a device");

        private final String description;

        Type(String description) {
            this.description = description;
        }

        @Override
        public String toString() {
            return description;
        }
    }

    private static final int TYPE_BITS = 0170000;

    private static final String ATTRIBUTES = "unix:dev,ino,mode,size,lastModifiedTime";

    /** Reads the attributes of what a path leads to. */
    static FileStat of(Path path) throws IOException {
        Map<String, Object> attributes = Files.readAttributes(path, ATTRIBUTES, new LinkOption[0]);
        return new FileStat(
                new FileKey(number(attributes, "dev"), number(attributes, "ino")),
                type((int) number(attributes, "mode")),
                number(attributes, "size"),
                ((FileTime) value(attributes, "lastModifiedTime")).toMillis());
    }

    private static long number(Map<String, Object> attributes, String name) {
        return ((Number) value(attributes, name)).longValue();
    }

    private static Object value(Map<String, Object> attributes, String name) {
        Object value = attributes.get(name);
        if (value == null) {
            throw new IllegalStateException("the file system does not tell the attribute '" + name + "'");
        }
        return value;
    }

    private static Type type(int mode) {
        return switch (mode & TYPE_BITS) {
            case 0100000 -> Type.FILE;
            case 0040000 -> Type.DIRECTORY;
            case 0010000 -> Type.FIFO;
            case 0140000 -> Type.SOCKET;
            default -> Type.DEVICE;
        };
    }
}
