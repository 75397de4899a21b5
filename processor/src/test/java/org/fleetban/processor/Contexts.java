package org.fleetban.processor;

import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

/** What a processor gets of Kafka Streams, to look at it by itself. */
final class Contexts {

    private Contexts() {}

    static <C extends MockProcessorContext<byte[], byte[]>> C prepared(C context) {
        context.setCurrentSystemTimeMs(TestFleet.START.toEpochMilli());
        return context;
    }

    static KeyValueStore<Bytes, byte[]> store(String name, MockProcessorContext<byte[], byte[]> context) {
        KeyValueStore<Bytes, byte[]> store = Stores.keyValueStoreBuilder(
                        Stores.inMemoryKeyValueStore(name), Serdes.Bytes(), Serdes.ByteArray())
                .withLoggingDisabled()
                .withCachingDisabled()
                .build();
        store.init(context.getStateStoreContext(), store);
        return store;
    }
}
