package org.fleetban.processor;

import java.nio.ByteBuffer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Up to where a task has read its commands, by the last commit that succeeded. What lies before it was carried out, or
 * brought where it belongs, however long ago: after a stop that is longer than the group's offsets are kept, Kafka Streams
 * reads the topic from its beginning, and by then the commands' own identities are forgotten.
 */
final class CommandPosition {

    private final KeyValueStore<Bytes, byte[]> store;
    private @Nullable Position committed;
    private @Nullable Position committing;
    private @Nullable Position read;
    private boolean restored;

    CommandPosition(KeyValueStore<Bytes, byte[]> store) {
        this.store = store;
    }

    /** A record's offset and timestamp; the latter tells a topic that was created anew. */
    private record Position(long offset, long timeMs) {}

    /**
     * Takes note of a record.
     *
     * @return whether it was read before
     */
    boolean wasReadBefore(long offset, long timeMs) {
        Position known = committed;
        if (known != null && offset <= known.offset && timeMs <= known.timeMs) {
            return true;
        }
        Position latest = read;
        read = new Position(offset, latest == null ? timeMs : Math.max(latest.timeMs, timeMs));
        return false;
    }

    /** To be called with each commit of the task, before it waits for what was sent. */
    void commit() {
        committing = read;
    }

    /** To be called before anything is processed, and by nothing else: the last commit has succeeded then. */
    void catchUp() {
        if (!restored) {
            restore();
            restored = true;
        }
        Position reached = committing;
        if (reached != null && !reached.equals(committed)) {
            store.put(
                    OffenderKey.ofCommandPosition(),
                    ByteBuffer.allocate(2 * Long.BYTES)
                            .putLong(reached.offset)
                            .putLong(reached.timeMs)
                            .array());
            committed = reached;
        }
    }

    private void restore() {
        byte[] bytes = store.get(OffenderKey.ofCommandPosition());
        if (bytes != null) {
            ByteBuffer in = ByteBuffer.wrap(bytes);
            committed = new Position(in.getLong(), in.getLong());
            read = committed;
        }
    }
}
