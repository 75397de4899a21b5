package org.fleetban.processor;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.fleetban.engine.jail.Attempt;
import org.fleetban.engine.jail.Ban;
import org.fleetban.engine.jail.OffenderState;
import org.fleetban.engine.jail.OffenderStateCodec;
import org.fleetban.protocol.BanKey;

/**
 * The states of a task's offenders. Those in use are kept as objects beside the store, so that a failure costs neither the
 * way out of the bytes nor the way back.
 *
 * <p>A failure that only counts is input that comes again after a crash, until the task has committed that it was read: its
 * state is written by then ({@link #writeDown}), once for all the failures of an offender since the last commit. A state
 * that something was decided about is written at once, in the order that {@link BanDesk} explains.
 */
final class OffenderStore {

    /** What the objects of one task may take, roughly. */
    private static final long MAX_BYTES = 4 << 20;

    private static final int STATE_BYTES = 400;
    private static final int ATTEMPT_BYTES = 350;

    private final KeyValueStore<Bytes, byte[]> store;

    /** The latest used last. */
    private final Map<BanKey, Kept> kept = new LinkedHashMap<>(16, 0.75f, true);

    private final List<Kept> unwritten = new ArrayList<>();
    private long keptBytes;

    OffenderStore(KeyValueStore<Bytes, byte[]> store) {
        this.store = store;
    }

    private static final class Kept {
        private final Bytes key;
        private OffenderState state;
        private long bytes;
        private boolean isWritten = true;

        Kept(Bytes key, OffenderState state) {
            this.key = key;
            this.state = state;
        }
    }

    OffenderState get(BanKey key) {
        Kept known = kept.get(key);
        if (known != null) {
            return known.state;
        }
        Bytes storeKey = OffenderKey.of(key);
        byte[] bytes = store.get(storeKey);
        if (bytes == null) {
            return OffenderState.NEW;
        }
        OffenderState state = OffenderStateCodec.decode(bytes);
        keep(key, new Kept(storeKey, state), state);
        return state;
    }

    /** As {@link #get}, of an offender who is not expected to fail again soon: nothing is kept beside the store. */
    OffenderState look(BanKey key) {
        Kept known = kept.get(key);
        if (known != null) {
            return known.state;
        }
        byte[] bytes = store.get(OffenderKey.of(key));
        return bytes == null ? OffenderState.NEW : OffenderStateCodec.decode(bytes);
    }

    /** As {@link #put}, of an offender who is not expected to fail again soon. */
    void lay(BanKey key, OffenderState state) {
        if (kept.containsKey(key)) {
            put(key, state);
        } else {
            store.put(OffenderKey.of(key), OffenderStateCodec.encode(state));
        }
    }

    /** Stores a state that something was decided about, or an operator has changed. */
    void put(BanKey key, OffenderState state) {
        byte[] bytes = OffenderStateCodec.encode(state); // which may fail: then nothing has changed
        Kept entry = kept(key, state);
        store.put(entry.key, bytes);
        entry.isWritten = true;
        keep(key, entry, state);
    }

    /** Stores a state that has counted failures, at the latest when the task commits that they were read. */
    void count(BanKey key, OffenderState state) {
        Kept entry = kept(key, state);
        if (entry.isWritten) {
            entry.isWritten = false;
            unwritten.add(entry);
        }
        keep(key, entry, state);
    }

    void delete(BanKey key) {
        Kept entry = kept.remove(key);
        if (entry != null) {
            keptBytes -= entry.bytes;
            entry.isWritten = true;
        }
        store.delete(OffenderKey.of(key));
    }

    private Kept kept(BanKey key, OffenderState state) {
        Kept known = kept.get(key);
        if (known == null) {
            return new Kept(OffenderKey.of(key), state);
        }
        known.state = state;
        return known;
    }

    private void keep(BanKey key, Kept entry, OffenderState state) {
        if (kept.put(key, entry) != null) {
            keptBytes -= entry.bytes;
        }
        entry.bytes = bytes(state);
        keptBytes += entry.bytes;
        Iterator<Kept> eldest = kept.values().iterator();
        while (keptBytes > MAX_BYTES && kept.size() > 1) {
            Kept leaving = eldest.next();
            if (!leaving.isWritten) {
                write(leaving);
            }
            keptBytes -= leaving.bytes;
            leaving.state = OffenderState.NEW;
            eldest.remove();
        }
    }

    private static long bytes(OffenderState state) {
        long bytes = STATE_BYTES + bytes(state.window());
        Ban ban = state.ban();
        return ban == null ? bytes : bytes + bytes(ban.evidence());
    }

    private static long bytes(List<Attempt> attempts) {
        long bytes = 0;
        for (Attempt attempt : attempts) {
            bytes += ATTEMPT_BYTES
                    + attempt.host().length()
                    + attempt.path().length()
                    + attempt.file().length()
                    + attempt.line().length();
        }
        return bytes;
    }

    private void write(Kept entry) {
        store.put(entry.key, OffenderStateCodec.encode(entry.state));
        entry.isWritten = true;
    }

    /** Writes what was counted; to be called when the task commits, before it waits for what was sent. */
    void writeDown() {
        for (Kept entry : unwritten) {
            if (!entry.isWritten) {
                write(entry);
            }
        }
        unwritten.clear();
    }

    /** How many times other jails have banned this id, as far as remembered. A ban is written when it is decided. */
    int bansInOtherJails(BanKey key) {
        int bans = 0;
        Bytes own = OffenderKey.of(key);
        try (KeyValueIterator<Bytes, byte[]> all = withId(key.id())) {
            while (all.hasNext()) {
                KeyValue<Bytes, byte[]> entry = all.next();
                if (!entry.key.equals(own)) {
                    bans += OffenderStateCodec.decode(entry.value).banCount();
                }
            }
        }
        return bans;
    }

    /** Under which keys an id is known, over jails and hosts. */
    List<BanKey> keysOf(String id) {
        writeDown();
        List<BanKey> keys = new ArrayList<>();
        try (KeyValueIterator<Bytes, byte[]> states = withId(id)) {
            states.forEachRemaining(entry -> keys.add(OffenderKey.read(entry.key)));
        }
        return keys;
    }

    private KeyValueIterator<Bytes, byte[]> withId(String id) {
        return store.prefixScan(OffenderKey.allJails(id), Serdes.Bytes().serializer());
    }
}
