package org.fleetban.processor;

import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;

/** The changelog of one task's store, which is to say what the store says. */
final class Changelog {

    /** No source and no entry of an offender has this key. */
    private static final Bytes PROBE = Bytes.wrap(new byte[] {0});

    private final ChangelogWatch watch;
    private final KeyValueStore<Bytes, byte[]> store;
    private final TopicPartition partition;

    Changelog(ChangelogWatch watch, KeyValueStore<Bytes, byte[]> store, ProcessorContext<?, ?> context) {
        this.watch = watch;
        this.store = store;
        // As Kafka Streams names it.
        this.partition = new TopicPartition(
                context.applicationId() + '-' + store.name() + "-changelog",
                context.taskId().partition());
    }

    /**
     * Writes anew what somebody else has written there.
     *
     * @return the keys concerned
     */
    Set<Bytes> mend() {
        ChangelogWatch.Foreign foreign = watch.foreign(partition);
        if (foreign.isNothing()) {
            return Set.of();
        }
        for (Bytes key : foreign.keys()) {
            byte[] value = store.get(key);
            if (value == null) {
                store.delete(key);
            } else {
                store.put(key, value);
            }
        }
        watch.isMended(partition, foreign);
        return foreign.keys();
    }

    /** Writes something without meaning if that is needed to see what others wrote: that a key is gone which never was. */
    void probe() {
        if (watch.isToProbe(partition)) {
            store.delete(PROBE);
        }
    }
}
