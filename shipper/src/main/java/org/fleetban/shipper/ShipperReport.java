package org.fleetban.shipper;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.fleetban.protocol.HostRecord;

/**
 * What a shipper does, as of about a second ago; the counters begin at its start and are current.
 *
 * @param looked whether the patterns were expanded once, so that {@code files} says what there is
 * @param files what is followed
 * @param journals how many are followed
 * @param rotatedFiles how many of them were rotated away or deleted and are still open
 * @param lagBytes complete lines that are in files and not yet in Kafka
 * @param lagMillis for how long the file that is furthest behind has not been entirely in Kafka
 * @param lines delivered
 * @param bytes of these lines
 * @param cutLines lines longer than the limit, sent cut
 * @param refusedLines lines larger than the broker takes, left out
 * @param truncations how often a followed file was truncated or written anew
 * @param journalGaps how often a journal no longer had the entry up to which it was read
 * @param givenUpFiles rotated files that were closed unread, since too many were open
 * @param givenUpBytes of them that were not delivered
 * @param reconnects how often lines had to be sent again over a new connection
 * @param kafkaAway whether Kafka has not answered for some seconds
 * @param problems what stands in the way, as sentences, by what they are about
 */
public record ShipperReport(
        boolean looked,
        List<FileState> files,
        int journals,
        int rotatedFiles,
        long lagBytes,
        long lagMillis,
        long lines,
        long bytes,
        long cutLines,
        long refusedLines,
        long truncations,
        long journalGaps,
        long givenUpFiles,
        long givenUpBytes,
        long reconnects,
        boolean kafkaAway,
        Map<String, String> problems) {

    public ShipperReport {
        files = List.copyOf(files);
        problems = Map.copyOf(problems);
    }

    /** As a record of the table of hosts. */
    public HostRecord toHostRecord(String host, String version, Instant now) {
        Map<String, Long> figures = new TreeMap<>();
        figures.put("kafka.reachable", kafkaAway ? 0L : 1L);
        figures.put("files", (long) files.size());
        figures.put("journals", (long) journals);
        figures.put("journal.gaps", journalGaps);
        figures.put("files.rotated", (long) rotatedFiles);
        figures.put("lag.bytes", lagBytes);
        figures.put("lag.ms", lagMillis);
        figures.put("lines", lines);
        figures.put("bytes", bytes);
        figures.put("lines.cut", cutLines);
        figures.put("lines.refused", refusedLines);
        figures.put("truncations", truncations);
        figures.put("files.given-up", givenUpFiles);
        figures.put("files.given-up.bytes", givenUpBytes);
        figures.put("reconnects", reconnects);
        List<String> inTheWay = problems.entrySet().stream()
                .filter(problem -> !problem.getKey().startsWith(Notices.EXPECTED))
                .map(Map.Entry::getValue)
                .sorted()
                .toList();
        figures.put("problems", (long) inTheWay.size());
        figures.put("patterns.missing", (long) problems.size() - inTheWay.size());
        List<HostRecord.ShippedFile> followed = files.stream()
                .sorted(Comparator.comparingLong(FileState::lag).reversed())
                .map(file -> new HostRecord.ShippedFile(file.path().toString(), file.delivered(), file.size()))
                .toList();
        return new HostRecord(
                host,
                "shipper",
                version,
                now,
                OwnAddresses.all(),
                figures,
                followed,
                List.of(),
                null,
                List.of(),
                inTheWay);
    }

    /**
     * One file.
     *
     * @param path the name under which it was found, and that its records carry
     * @param listed whether a pattern still names it; if not, it was rotated away or deleted
     * @param delivered all lines before this offset are in Kafka
     * @param size in bytes
     */
    public record FileState(Path path, boolean listed, long delivered, long size) {
        private long lag() {
            return size - delivered;
        }
    }
}
