package org.fleetban.engine.jail;

import java.util.Comparator;

/**
 * One failure as a jail counts it. Its identity is (host, path, file, offset): two attempts with the same identity are
 * the same line, however often it arrives.
 *
 * @param host the host that shipped the line
 * @param path the log file, as the shipper names it
 * @param file identity of the file
 * @param offset byte offset of the line in that file
 * @param timeMs the log's own time, milliseconds since 1970
 * @param line the line as evidence; empty where it is no longer kept
 */
public record Attempt(String host, String path, String file, long offset, long timeMs, String line) {

    /** By time, then by identity: the one order of a window, whatever the order of arrival. */
    static final Comparator<Attempt> ORDER = Comparator.comparingLong(Attempt::timeMs)
            .thenComparing(Attempt::host)
            .thenComparing(Attempt::path)
            .thenComparing(Attempt::file)
            .thenComparingLong(Attempt::offset);

    boolean isSameLine(Attempt other) {
        return offset == other.offset && host.equals(other.host) && path.equals(other.path) && file.equals(other.file);
    }

    Attempt withoutLine() {
        return line.isEmpty() ? this : new Attempt(host, path, file, offset, timeMs, "");
    }
}
