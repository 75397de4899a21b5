package org.fleetban.protocol;

import java.nio.charset.StandardCharsets;

/**
 * The key of a record on {@code lines}: {@code host|path}. It keeps the lines of each file in order.
 *
 * @param host the host's name; holds no {@code |}
 * @param path the log file, or {@link #JOURNAL} and a match
 */
public record SourceKey(String host, String path) {

    /** What stands in the path's place for a journal: this, and the {@code journalmatch} with which it is read. */
    public static final String JOURNAL = "journal:";

    public SourceKey {
        if (host.isEmpty() || host.indexOf('|') >= 0) {
            throw new IllegalArgumentException("a host name is not empty and holds no '|': '" + host + "'");
        }
    }

    /** The key as bytes, UTF-8. */
    public byte[] toBytes() {
        return toString().getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Reads a key.
     *
     * @throws BadRecordException if it is not {@code host|path} in UTF-8
     */
    public static SourceKey parse(byte[] key) throws BadRecordException {
        String text = new String(key, StandardCharsets.UTF_8);
        int bar = text.indexOf('|');
        if (bar <= 0) {
            throw new BadRecordException("key is not host|path: '" + text + "'");
        }
        return new SourceKey(text.substring(0, bar), text.substring(bar + 1));
    }

    @Override
    public String toString() {
        return host + '|' + path;
    }
}
