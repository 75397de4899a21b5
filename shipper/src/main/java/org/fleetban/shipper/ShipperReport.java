package org.fleetban.shipper;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What a shipper does, as of about a second ago; the counters begin at its start and are current.
 *
 * @param files what is followed
 * @param rotatedFiles how many of them were rotated away or deleted and are still open
 * @param lagBytes complete lines that are in files and not yet in Kafka
 * @param lagMillis for how long the file that is furthest behind has not been entirely in Kafka
 * @param lines delivered
 * @param bytes of these lines
 * @param cutLines lines longer than the limit, sent cut
 * @param refusedLines lines larger than the broker takes, left out
 * @param truncations how often a followed file was truncated or written anew
 * @param reconnects how often lines had to be sent again over a new connection
 * @param kafkaAway whether Kafka has not answered for some seconds
 * @param problems what stands in the way, as sentences, by what they are about
 */
public record ShipperReport(
        List<FileState> files,
        int rotatedFiles,
        long lagBytes,
        long lagMillis,
        long lines,
        long bytes,
        long cutLines,
        long refusedLines,
        long truncations,
        long reconnects,
        boolean kafkaAway,
        Map<String, String> problems) {

    public ShipperReport {
        files = List.copyOf(files);
        problems = Map.copyOf(problems);
    }

    /**
     * One file.
     *
     * @param path the name under which it was found, and that its records carry
     * @param listed whether a pattern still names it; if not, it was rotated away or deleted
     * @param delivered all lines before this offset are in Kafka
     * @param size in bytes
     */
    public record FileState(Path path, boolean listed, long delivered, long size) {}
}
