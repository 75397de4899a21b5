package org.fleetban.shipper;

/**
 * One line on its way to Kafka.
 *
 * @param value the bytes of the line as read, without the newline; a carriage return before it stays
 * @param offset of the line's first byte in the file
 * @param end where the file is read on once this line is delivered
 * @param readAt when it was read, in milliseconds since 1970
 */
record Line(FollowedFile file, byte[] value, long offset, long end, long readAt) {

    /** What a line costs beside its bytes while it is in flight: headers, key, and the objects that carry it. */
    private static final int OVERHEAD = 256;

    /** Bytes that the line is counted with against the limit of what may be in flight. */
    int weight() {
        return value.length + OVERHEAD;
    }
}
