package org.fleetban.shipper;

/**
 * What is known of one line on its way to Kafka. Its bytes are not held: there are thousands of lines in flight, and
 * Kafka's client has its own copy.
 *
 * @param identity of the content that the line is from, as ASCII
 * @param length of the line in bytes, as it is sent
 * @param offset of the line's first byte in the file; in a journal the entry's number
 * @param end where its origin is read on once this line is delivered
 * @param readAt when it was read, in milliseconds since 1970
 * @param time the line's own time in microseconds since 1970, or {@link #TIME_IN_TEXT}
 */
record Line(
        LineOrigin origin,
        @SuppressWarnings("ArrayRecordComponent") byte[] identity,
        int length,
        long offset,
        long end,
        long readAt,
        long time) {

    /** The line's own time is for its reader to find in the text. */
    static final long TIME_IN_TEXT = Long.MIN_VALUE;

    /** What a line costs beside its bytes while it is in flight: headers, key, and the objects that carry it. */
    private static final int OVERHEAD = 256;

    /** Bytes that the line is counted with against the limit of what may be in flight. */
    int weight() {
        return length + OVERHEAD;
    }
}
