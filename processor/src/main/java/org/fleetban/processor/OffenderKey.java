package org.fleetban.processor;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.utils.Bytes;
import org.fleetban.protocol.BanKey;

/**
 * Keys in the store {@code offenders}. The first byte says what an entry is, so that one store, and with it one changelog
 * partition, holds everything about an offender in the order in which it was written.
 */
final class OffenderKey {

    static final byte COMMAND = 'c';
    static final byte DEADLINE = 'd';
    static final byte OFFENDER = 'o';
    static final byte OUTGOING = 'x';
    static final byte POSITION = 'p';

    private static final int MAX_ID_BYTES = 1_000;

    private OffenderKey() {}

    /** An offender: length of the id, id, then {@code jail} or {@code jail|host}; all jails of an id are neighbours. */
    static Bytes of(BanKey key) {
        byte[] id = idBytes(key.id());
        byte[] rest = Utf8.bytes(key.host() == null ? key.jail() : key.jail() + '|' + key.host());
        return Bytes.wrap(ByteBuffer.allocate(1 + Short.BYTES + id.length + rest.length)
                .put(OFFENDER)
                .putShort((short) id.length)
                .put(id)
                .put(rest)
                .array());
    }

    /** Whether a key is of an offender's state. */
    static boolean isOffender(Bytes storeKey) {
        return storeKey.get().length > 0 && storeKey.get()[0] == OFFENDER;
    }

    /** What all keys of one id begin with. */
    static Bytes allJails(String id) {
        byte[] bytes = idBytes(id);
        return Bytes.wrap(ByteBuffer.allocate(1 + Short.BYTES + bytes.length)
                .put(OFFENDER)
                .putShort((short) bytes.length)
                .put(bytes)
                .array());
    }

    private static byte[] idBytes(String id) {
        byte[] bytes = Utf8.bytes(id);
        if (bytes.length == 0 || bytes.length > MAX_ID_BYTES) {
            throw new IllegalArgumentException(
                    "an offender's id of " + bytes.length + " bytes; expected 1 to " + MAX_ID_BYTES);
        }
        return bytes;
    }

    static BanKey read(Bytes storeKey) {
        ByteBuffer in = ByteBuffer.wrap(storeKey.get());
        in.get();
        byte[] id = new byte[in.getShort() & 0xffff];
        in.get(id);
        String rest = StandardCharsets.UTF_8.decode(in).toString();
        int bar = rest.indexOf('|');
        String jail = bar < 0 ? rest : rest.substring(0, bar);
        return new BanKey(jail, Utf8.text(id), bar < 0 ? null : rest.substring(bar + 1));
    }

    static Bytes ofCommand(String command) {
        byte[] id = Utf8.bytes(command);
        return Bytes.wrap(
                ByteBuffer.allocate(1 + id.length).put(COMMAND).put(id).array());
    }

    static Bytes ofCommandPosition() {
        return Bytes.wrap(new byte[] {POSITION});
    }

    static Bytes ofOutgoing(long sequence) {
        return Bytes.wrap(ByteBuffer.allocate(1 + Long.BYTES)
                .put(OUTGOING)
                .putLong(sequence)
                .array());
    }
}
