package org.fleetban.processor;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.fleetban.protocol.BanKey;

/**
 * The expiry index: entries ordered by time, big-endian, then offender. An entry says when to look at an offender; what is
 * to be done then, its state says. So an entry too many is harmless, and none is ever moved.
 */
final class Deadlines {

    /** What is due. */
    enum Kind {
        /** A ban's end, by the wall clock; a ban without end has its entry at the end of time. */
        LIFT,
        /** The moment at which nothing of the offender matters any more, in log time. */
        FORGET
    }

    private static final int HEAD = 2;
    private static final byte[] EMPTY = {1};

    private final KeyValueStore<Bytes, byte[]> store;
    /** Nothing is due before these: the store need not skip what was deleted there. */
    private final long[] nothingBefore = new long[Kind.values().length];

    Deadlines(KeyValueStore<Bytes, byte[]> store) {
        this.store = store;
    }

    void add(Kind kind, long timeMs, BanKey key) {
        long time = Math.max(0, timeMs);
        byte[] offender = OffenderKey.of(key).get();
        store.put(
                Bytes.wrap(ByteBuffer.allocate(HEAD + Long.BYTES + offender.length)
                        .put(OffenderKey.DEADLINE)
                        .put((byte) kind.ordinal())
                        .putLong(time)
                        .put(offender)
                        .array()),
                EMPTY);
        nothingBefore[kind.ordinal()] = Math.min(nothingBefore[kind.ordinal()], time);
    }

    /**
     * Takes out what is due, in the order of time.
     *
     * @param untilMs what lies after this is not due
     * @param action does what is to be done about an offender; its entry is deleted afterwards
     * @param goOn asked before each; false ends the pass early
     * @return whether everything that is due was taken out
     */
    boolean takeDue(Kind kind, long untilMs, Consumer<BanKey> action, BooleanSupplier goOn) {
        Bytes from = bound(kind, nothingBefore[kind.ordinal()]);
        Bytes to = bound(kind, Math.max(0, Math.min(untilMs, Long.MAX_VALUE - 1)) + 1);
        try (KeyValueIterator<Bytes, byte[]> due = store.range(from, to)) {
            while (due.hasNext()) {
                Bytes entry = due.next().key;
                if (entry.compareTo(to) >= 0) {
                    return true;
                }
                if (!goOn.getAsBoolean()) {
                    return false;
                }
                nothingBefore[kind.ordinal()] = ByteBuffer.wrap(entry.get()).getLong(HEAD);
                action.accept(offender(entry));
                store.delete(entry);
            }
        }
        return true;
    }

    /** Every offender that has an entry, with repeats: of {@link Kind#LIFT}, all that are banned and perhaps others. */
    void forEach(Kind kind, Consumer<BanKey> action) {
        try (KeyValueIterator<Bytes, byte[]> all = store.range(bound(kind, 0), bound(kind, -1L))) {
            while (all.hasNext()) {
                action.accept(offender(all.next().key));
            }
        }
    }

    private static Bytes bound(Kind kind, long timeMs) {
        return Bytes.wrap(ByteBuffer.allocate(HEAD + Long.BYTES)
                .put(OffenderKey.DEADLINE)
                .put((byte) kind.ordinal())
                .putLong(timeMs)
                .array());
    }

    private static BanKey offender(Bytes entry) {
        byte[] bytes = entry.get();
        return OffenderKey.read(Bytes.wrap(Arrays.copyOfRange(bytes, HEAD + Long.BYTES, bytes.length)));
    }
}
