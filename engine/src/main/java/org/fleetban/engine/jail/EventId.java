package org.fleetban.engine.jail;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Identity of an event, from its cause alone: whoever repeats the work after a fault comes to the same one, and consumers
 * drop repeats by it.
 */
public final class EventId {

    private static final int BYTES = 16;

    private EventId() {}

    /**
     * The identity of what these parts describe: 32 hexadecimal digits of SHA-256.
     *
     * @param parts the cause; their borders count ({@code "a", "bc"} is not {@code "ab", "c"})
     */
    public static String of(String... parts) {
        MessageDigest digest = sha256();
        for (String part : parts) {
            byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
            digest.update(
                    ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
            digest.update(bytes);
        }
        return HexFormat.of().formatHex(digest.digest(), 0, BYTES);
    }

    /** A number from 0 (inclusive) to 1 (exclusive) that depends on the event alone, evenly spread over events. */
    static double fraction(String event) {
        byte[] hash = sha256().digest(event.getBytes(StandardCharsets.UTF_8));
        return (ByteBuffer.wrap(hash).getLong() >>> 11) * 0x1.0p-53;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
