package org.fleetban.shipper;

import java.nio.file.Path;
import java.time.Duration;
import org.fleetban.protocol.Topics;

/**
 * How the shipper works; {@link #defaults} is right for nearly everybody.
 *
 * @param host this host's name in the records' keys; holds no {@code |}
 * @param dataDirectory where the checkpoint is kept; created where it is missing
 * @param topics names of the topics
 * @param maxLineBytes longer lines are cut after so many bytes; must fit into the topic's {@code max.message.bytes}
 *     with some kilobytes for key and headers
 * @param maxInFlightBytes lines that Kafka has not acknowledged yet; beyond it reading pauses, and the files wait
 * @param scanInterval how often patterns are expanded and files looked at where no change notice came; longer where
 *     the look itself takes more than a fiftieth of it
 * @param checkpointInterval how often positions are written to disk while they change
 * @param rotatedGrace how long a file that was rotated away or deleted stays open after its last line
 */
public record ShipperSettings(
        String host,
        Path dataDirectory,
        Topics topics,
        int maxLineBytes,
        long maxInFlightBytes,
        Duration scanInterval,
        Duration checkpointInterval,
        Duration rotatedGrace) {

    /** The largest line that a topic with Kafka's default limit of 1 MiB takes with key and headers. */
    public static final int DEFAULT_MAX_LINE_BYTES = 1024 * 1024 - 8 * 1024;

    /** The shortest limit of a line. */
    public static final int MIN_MAX_LINE_BYTES = 64;

    /** @throws IllegalArgumentException if a value makes no sense; the message names it */
    public ShipperSettings {
        if (host.isBlank() || host.indexOf('|') >= 0) {
            throw new IllegalArgumentException("shipper host '" + host + "': expected a name without '|'");
        }
        if (maxLineBytes < MIN_MAX_LINE_BYTES) {
            throw new IllegalArgumentException(
                    "shipper max line bytes " + maxLineBytes + ": expected at least " + MIN_MAX_LINE_BYTES);
        }
        if (maxInFlightBytes < maxLineBytes) {
            throw new IllegalArgumentException("shipper max in-flight bytes " + maxInFlightBytes
                    + ": expected at least the size of one line, " + maxLineBytes);
        }
        requirePositive("scan interval", scanInterval);
        requirePositive("checkpoint interval", checkpointInterval);
        if (rotatedGrace.isNegative()) {
            throw new IllegalArgumentException("shipper rotated grace " + rotatedGrace + ": expected no negative time");
        }
    }

    private static void requirePositive(String name, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException("shipper " + name + " " + value + ": expected a time above zero");
        }
    }

    /** The settings where nothing else is configured. */
    public static ShipperSettings defaults(String host, Path dataDirectory) {
        return new ShipperSettings(
                host,
                dataDirectory,
                new Topics(Topics.DEFAULT_PREFIX),
                DEFAULT_MAX_LINE_BYTES,
                2L * 1024 * 1024,
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                Duration.ofMinutes(5));
    }
}
