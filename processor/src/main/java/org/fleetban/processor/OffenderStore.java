package org.fleetban.processor;

import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.fleetban.engine.jail.OffenderState;
import org.fleetban.engine.jail.OffenderStateCodec;
import org.fleetban.protocol.BanKey;

/** The states of a task's offenders. */
final class OffenderStore {

    private final KeyValueStore<Bytes, byte[]> store;

    OffenderStore(KeyValueStore<Bytes, byte[]> store) {
        this.store = store;
    }

    OffenderState get(BanKey key) {
        byte[] bytes = store.get(OffenderKey.of(key));
        return bytes == null ? OffenderState.NEW : OffenderStateCodec.decode(bytes);
    }

    void put(BanKey key, OffenderState state) {
        store.put(OffenderKey.of(key), OffenderStateCodec.encode(state));
    }

    void delete(BanKey key) {
        store.delete(OffenderKey.of(key));
    }

    /** How many times other jails have banned this id, as far as remembered. */
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

    /** All states of one id, over jails and hosts. */
    KeyValueIterator<Bytes, byte[]> withId(String id) {
        return store.prefixScan(OffenderKey.allJails(id), Serdes.Bytes().serializer());
    }
}
