package org.fleetban.processor;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Stream;
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

    /** As many are found at once: a store in memory copies all that is due to iterate over it, for each pass. */
    private static final int FOUND_AT_ONCE = 10_000;

    private final KeyValueStore<Bytes, byte[]> store;

    /** What was found due and not taken out yet, of each kind. */
    private final List<Deque<Bytes>> found = Stream.of(Kind.values())
            .<Deque<Bytes>>map(kind -> new ArrayDeque<>())
            .toList();

    /** Nothing is due before these but what was found: the store need not skip what was deleted there. */
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
        Deque<Bytes> due = found.get(kind.ordinal());
        while (true) {
            if (due.isEmpty()) {
                find(kind, untilMs, due);
            }
            List<Bytes> batch = new ArrayList<>(BATCH);
            for (Bytes entry : due) {
                // What was found by a clock that was ahead then stays until it is due by this one.
                if (batch.size() == BATCH || time(entry) > untilMs) {
                    break;
                }
                batch.add(entry);
            }
            if (batch.isEmpty()) {
                return true;
            }
            batch.forEach(entry -> due.remove());
            try {
                take(kind, batch, action);
            } catch (RuntimeException e) {
                nothingBefore[kind.ordinal()] = Math.min(nothingBefore[kind.ordinal()], time(batch.get(0)));
                throw e; // they are found again, behind those that were found already
            }
            if (!goOn.getAsBoolean()) {
                return false;
            }
        }
    }

    private void find(Kind kind, long untilMs, Deque<Bytes> due) {
        if (untilMs < nothingBefore[kind.ordinal()]) {
            return;
        }
        Bytes from = bound(kind, nothingBefore[kind.ordinal()]);
        Bytes to = bound(kind, Math.max(0, Math.min(untilMs, Long.MAX_VALUE - 1)) + 1);
        try (KeyValueIterator<Bytes, byte[]> entries = store.range(from, to)) {
            while (entries.hasNext() && due.size() < FOUND_AT_ONCE) {
                Bytes entry = entries.next().key;
                if (entry.compareTo(to) >= 0) {
                    break;
                }
                due.add(entry);
            }
        }
        if (!due.isEmpty()) {
            nothingBefore[kind.ordinal()] = time(due.getLast());
        }
    }

    private void take(Kind kind, List<Bytes> entries, Consumer<Set<BanKey>> action) {
        Set<BanKey> keys = new LinkedHashSet<>();
        entries.forEach(entry -> keys.add(offender(entry)));
        action.accept(keys);
        entries.forEach(store::delete);
    }

    /** Every offender that has an entry, with repeats: of {@link Kind#LIFT}, all that are banned and perhaps others. */
    void forEach(Kind kind, Consumer<BanKey> action) {
        try (KeyValueIterator<Bytes, byte[]> all = store.range(bound(kind, 0), bound(kind, -1L))) {
            while (all.hasNext()) {
                action.accept(offender(all.next().key));
            }
        }
    }

    private static long time(Bytes entry) {
        return ByteBuffer.wrap(entry.get()).getLong(HEAD);
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
