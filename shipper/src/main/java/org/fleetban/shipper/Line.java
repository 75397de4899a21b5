package org.fleetban.shipper;

/**
 * What is known of one line on its way to Kafka. Its bytes are not held: there are thousands of lines in flight, and
 * Kafka's client has its own copy.
 *
 * @param length of the line in bytes, as it is sent
 * @param offset of the line's first byte in the file
 * @param end where the file is read on once this line is delivered
 * @param readAt when it was read, in milliseconds since 1970
 */
record Line(FollowedFile file, int length, long offset, long end, long readAt) {

    /** What a line costs beside its bytes while it is in flight: headers, key, and the objects that carry it. */
    private static final int OVERHEAD = 256;

    /** Bytes that the line is counted with against the limit of what may be in flight. */
    int weight() {
        return length + OVERHEAD;
    }
}
