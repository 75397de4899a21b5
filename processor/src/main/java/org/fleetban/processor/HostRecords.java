package org.fleetban.processor;

import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.fleetban.protocol.BadRecordException;
import org.fleetban.protocol.HostRecord;
import org.fleetban.protocol.JsonCodec;
import org.jspecify.annotations.Nullable;

/** Follows {@code hosts} into {@link FleetAddresses}; a report that can't be read is counted and changes nothing. */
final class HostRecords implements Processor<Bytes, byte[], Void, Void> {

    private static final JsonCodec<HostRecord> HOSTS = JsonCodec.of(HostRecord.class);

    private final FleetAddresses addresses;
    private final Figures figures;
    private @Nullable KeyValueStore<Bytes, byte[]> store;

    HostRecords(FleetAddresses addresses, Figures figures) {
        this.addresses = addresses;
        this.figures = figures;
    }

    @Override
    public void init(ProcessorContext<Void, Void> context) {
        KeyValueStore<Bytes, byte[]> records = context.getStateStore(Nodes.HOST_RECORDS);
        store = records;
        try (KeyValueIterator<Bytes, byte[]> all = records.all()) {
            all.forEachRemaining(entry -> take(entry.key, entry.value));
        }
    }

    @Override
    public void process(Record<Bytes, byte[]> record) {
        if (store != null && record.key() != null) {
            store.put(record.key(), record.value());
            take(record.key(), record.value());
        }
    }

    private void take(Bytes key, byte @Nullable [] value) {
        try {
            addresses.update(Utf8.text(key.get()), value == null ? null : HOSTS.decode(value));
        } catch (BadRecordException e) {
            figures.count("hosts.unreadable");
        }
    }
}
