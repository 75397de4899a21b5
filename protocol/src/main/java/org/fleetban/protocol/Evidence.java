package org.fleetban.protocol;

import java.time.Instant;

/**
 * One log line that counted towards a ban.
 *
 * @param host the host that shipped the line
 * @param path the log file, as the shipper names it
 * @param file identity of the file (see {@link LineHeaders#FILE}); with {@code offset} it names the line for ever
 * @param offset byte offset of the line's first byte in that file
 * @param time the log's own time of the failure
 * @param line the line as text, possibly shortened
 */
public record Evidence(String host, String path, String file, long offset, Instant time, String line) {}
