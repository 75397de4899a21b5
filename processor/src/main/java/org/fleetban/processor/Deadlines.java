package org.fleetban.processor;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
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
    private static final int BATCH = 64;
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
     * @param action does what is to be done about some offenders, each once; their entries are deleted afterwards. It may
     *     add entries later than untilMs
     * @param goOn asked after each batch of them; false ends the pass early
     * @return whether everything that is due was taken out
     */
    boolean takeDue(Kind kind, long untilMs, Consumer<Set<BanKey>> action, BooleanSupplier goOn) {
        Bytes from = bound(kind, nothingBefore[kind.ordinal()]);
        Bytes to = bound(kind, Math.max(0, Math.min(untilMs, Long.MAX_VALUE - 1)) + 1);
        List<Bytes> batch = new ArrayList<>(BATCH);
        try (KeyValueIterator<Bytes, byte[]> due = store.range(from, to)) {
            while (due.hasNext()) {
                Bytes entry = due.next().key;
                if (entry.compareTo(to) >= 0) {
                    break;
                }
                batch.add(entry);
                if (batch.size() == BATCH) {
                    take(kind, batch, action);
                    if (!goOn.getAsBoolean()) {
                        return false;
                    }
                }
            }
        }
        take(kind, batch, action);
        return true;
    }

    private void take(Kind kind, List<Bytes> entries, Consumer<Set<BanKey>> action) {
        if (entries.isEmpty()) {
            return;
        }
        Set<BanKey> keys = new LinkedHashSet<>();
        entries.forEach(entry -> keys.add(offender(entry)));
        action.accept(keys);
        entries.forEach(store::delete);
        nothingBefore[kind.ordinal()] =
                ByteBuffer.wrap(entries.get(entries.size() - 1).get()).getLong(HEAD);
        entries.clear();
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
