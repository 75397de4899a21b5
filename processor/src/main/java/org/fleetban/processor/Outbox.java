package org.fleetban.processor;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.fleetban.protocol.BadRecordException;
import org.fleetban.protocol.BanEvent;
import org.fleetban.protocol.BanKey;
import org.fleetban.protocol.BanRecord;
import org.fleetban.protocol.JsonCodec;
import org.jspecify.annotations.Nullable;

/**
 * What leaves for {@code bans} and {@code events}, kept in the store until it must have arrived.
 *
 * <p>Without transactions a crash may keep a state's changelog record and lose the ban that was sent with it; the failure
 * that decided it is settled then and would not decide again. So every message is written here first, in the same store
 * and hence the same changelog partition: whoever restores the state restores its messages, and sends them again. A
 * repeated event has the same id, and of each ban only the latest version is repeated.
 *
 * <p>A commit of the task waits until all that was sent has arrived, and ends the task where something has not. So with the
 * next commit the messages from before the last one go.
 */
final class Outbox {

    private static final int SEQUENCES_PER_MS_BITS = 20;
    private static final JsonCodec<BanEvent> EVENTS = JsonCodec.of(BanEvent.class);
    private static final JsonCodec<BanRecord> BANS = JsonCodec.of(BanRecord.class);

    private final KeyValueStore<Bytes, byte[]> store;
    private final ProcessorContext<byte[], byte[]> context;
    private final Recidivists recidivists;
    private final List<Message> noted = new ArrayList<>();
    private final Queue<Message> unsent = new ArrayDeque<>();
    private final Deque<Long> kept = new ArrayDeque<>();
    private long lastSequence;
    private long committed;
    private boolean repeated;

    Outbox(KeyValueStore<Bytes, byte[]> store, ProcessorContext<byte[], byte[]> context, Recidivists recidivists) {
        this.store = store;
        this.context = context;
        this.recidivists = recidivists;
    }

    /** An event, and what it does to the table. */
    private record Message(byte[] key, byte[] event, boolean changesTable, boolean isNewBan, byte @Nullable [] ban) {

        private static final int CHANGES_TABLE = 1;
        private static final int NEW_BAN = 2;

        int size() {
            return 1 + 3 * Integer.BYTES + key.length + event.length + (ban == null ? 0 : ban.length);
        }

        void write(ByteBuffer out) {
            out.put((byte) ((changesTable ? CHANGES_TABLE : 0) | (isNewBan ? NEW_BAN : 0)));
            out.putInt(key.length).put(key);
            out.putInt(event.length).put(event);
            out.putInt(ban == null ? -1 : ban.length);
            if (ban != null) {
                out.put(ban);
            }
        }

        static Message read(ByteBuffer in) {
            int flags = in.get();
            byte[] key = take(in, in.getInt());
            byte[] event = take(in, in.getInt());
            int banLength = in.getInt();
            return new Message(
                    key,
                    event,
                    (flags & CHANGES_TABLE) != 0,
                    (flags & NEW_BAN) != 0,
                    banLength < 0 ? null : take(in, banLength));
        }

        private static byte[] take(ByteBuffer in, int length) {
            byte[] bytes = new byte[length];
            in.get(bytes);
            return bytes;
        }
    }

    /**
     * Notes an event that leaves the table as it is.
     *
     * @param isNewBan whether jails for those who come back are to see it
     */
    void event(BanKey key, BanEvent event, boolean isNewBan) {
        add(new Message(Utf8.bytes(key.toString()), EVENTS.encode(event), false, isNewBan, null));
    }

    /**
     * Notes an event that puts a ban into the table, or with null takes it out.
     *
     * @param isNewBan whether jails for those who come back are to see it
     */
    void change(BanKey key, BanEvent event, boolean isNewBan, @Nullable BanRecord ban) {
        byte[] value = ban == null ? null : BANS.encode(ban);
        add(new Message(Utf8.bytes(key.toString()), EVENTS.encode(event), true, isNewBan, value));
    }

    private void add(Message message) {
        noted.add(message);
    }

    /** Stores what was noted, as one entry: so many and so long messages as fit into a record of the changelog. */
    void keep() {
        if (noted.isEmpty()) {
            return;
        }
        ByteBuffer entry =
                ByteBuffer.allocate(noted.stream().mapToInt(Message::size).sum());
        noted.forEach(message -> message.write(entry));
        lastSequence = Math.max(lastSequence + 1, context.currentSystemTimeMs() << SEQUENCES_PER_MS_BITS);
        store.put(OffenderKey.ofOutgoing(lastSequence), entry.array());
        kept.add(lastSequence);
        unsent.addAll(noted);
        noted.clear();
    }

    /** Sends what was kept; to be called after the states that belong to it are stored. */
    void send() {
        for (Message message = unsent.poll(); message != null; message = unsent.poll()) {
            send(message, message.changesTable());
        }
    }

    private void send(Message message, boolean table) {
        long now = context.currentSystemTimeMs();
        if (table) {
            context.forward(new Record<>(message.key(), message.ban(), now), Nodes.TO_BANS);
        }
        context.forward(new Record<>(message.key(), message.event(), now), Nodes.TO_EVENTS);
        if (message.isNewBan() && recidivists.isAnybodyWatching()) {
            show(message, now);
        }
    }

    private void show(Message message, long now) {
        try {
            recidivists.show(
                    EVENTS.decode(message.event()),
                    (key, failure) -> context.forward(new Record<>(key, failure, now), Nodes.BANS_TO_FAILURES));
        } catch (BadRecordException e) {
            throw new IllegalStateException("an event that this release wrote itself", e);
        }
    }

    /** Sends again, once after a restart, what may not have arrived before it. */
    void repeatAfterRestart() {
        if (repeated) {
            return;
        }
        repeated = true;
        List<Message> messages = new ArrayList<>();
        Map<Bytes, Message> latest = new HashMap<>();
        try (KeyValueIterator<Bytes, byte[]> all =
                store.range(OffenderKey.ofOutgoing(0), OffenderKey.ofOutgoing(Long.MAX_VALUE))) {
            while (all.hasNext()) {
                KeyValue<Bytes, byte[]> entry = all.next();
                lastSequence = ByteBuffer.wrap(entry.key.get()).getLong(1);
                kept.add(lastSequence);
                for (ByteBuffer in = ByteBuffer.wrap(entry.value); in.hasRemaining(); ) {
                    Message message = Message.read(in);
                    messages.add(message);
                    if (message.changesTable()) {
                        latest.put(Bytes.wrap(message.key()), message);
                    }
                }
            }
        }
        for (Message message : messages) {
            send(message, message == latest.get(Bytes.wrap(message.key())));
        }
    }

    /** To be called with each commit of the task, before it waits for what was sent. */
    void commit() {
        while (!kept.isEmpty() && kept.element() <= committed) {
            store.delete(OffenderKey.ofOutgoing(kept.remove()));
        }
        if (unsent.isEmpty()) {
            committed = lastSequence;
        }
    }
}
