package org.fleetban.protocol;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A log line as {@link LineFormats} found it in a record of {@code lines}.
 *
 * @param source the host and the log file
 * @param identity what tells the line from every other; absent where its shipper does not say, and then only its place
 *     in the topic does
 * @param line the bytes of the line, without a line feed at its end
 * @param readTime the shipper's time stamp, which is as a rule the moment of reading; absent where it gives none
 * @param logTime the line's own time where its source knows it, as the journal does; absent: it stands in the text
 * @param otherPaths further paths that lead to the same file on its host
 */
public record ReceivedLine(
        SourceKey source,
        Optional<Identity> identity,
        byte[] line,
        Optional<Instant> readTime,
        Optional<Instant> logTime,
        List<String> otherPaths) {

    /**
     * Which line it is.
     *
     * @param file the identity of the file's content
     * @param offset of the line's first byte
     */
    public record Identity(String file, long offset) {}
}
