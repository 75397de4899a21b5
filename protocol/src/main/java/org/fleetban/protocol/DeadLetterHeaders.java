package org.fleetban.protocol;

/**
 * Headers of a record on {@code dead-letters}, as UTF-8 text. Key and value are the original's, as are its other headers;
 * a value too large to be sent twice is cut.
 */
public final class DeadLetterHeaders {

    /** Why the record could not be used: what was read, what was expected. */
    public static final String REASON = "dead.reason";

    /** The topic it came from. */
    public static final String TOPIC = "dead.topic";

    /** Its partition there, decimal. */
    public static final String PARTITION = "dead.partition";

    /** Its offset there, decimal. */
    public static final String OFFSET = "dead.offset";

    /** The jail concerned, if it was one jail that could not use it. */
    public static final String JAIL = "dead.jail";

    /** The length in bytes of a value that was cut. */
    public static final String LENGTH = "dead.length";

    private DeadLetterHeaders() {}
}
