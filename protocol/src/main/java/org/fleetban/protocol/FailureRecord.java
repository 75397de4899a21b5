package org.fleetban.protocol;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A value of the {@code failures} topic: one line, recognised by one jail's filter.
 *
 * <p>Its identity is (host, path, file, offset): a record with the same identity in the same jail is the same failure,
 * however often it arrives.
 *
 * @param jail the jail whose filter matched
 * @param id the offender: an address or network in canonical form, or the filter's {@code F-ID} text
 * @param ip the address, where it differs from {@code id}
 * @param time the log's own time, bounded by the line's clock
 * @param read when the line was read: the clock of the line
 * @param host the host that shipped the line
 * @param path the log file, as the shipper names it
 * @param file identity of the file
 * @param offset byte offset of the line in that file
 * @param user the filter's {@code F-USER}, if any
 * @param line the line as text, possibly shortened
 */
public record FailureRecord(
        String jail,
        String id,
        @Nullable String ip,
        Instant time,
        Instant read,
        String host,
        String path,
        String file,
        long offset,
        @Nullable String user,
        String line) {}
