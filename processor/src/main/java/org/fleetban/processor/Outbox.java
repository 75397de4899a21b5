package org.fleetban.processor;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What leaves for {@code bans} and {@code events}, kept in the store until it must have arrived.
 *
 * <p>Without transactions a crash may keep a state's changelog record and lose the ban that was sent with it; the failure
 * that decided it is settled then and would not decide again. So every message is written here first, in the same store
 * and hence the same changelog partition: whoever restores the state restores its messages, and sends them again. A
 * repeated event has the same id, and of each ban only the latest version is repeated.
 *
 * <p>A commit of the task waits until all that was sent has arrived, and ends the task where something has not: then Kafka
 * Streams commits once more while it closes the task, with the error already taken. So a commit only notes how far it
 * reaches; when the task processes again, it has succeeded, and the messages from before it go.
 */
final class Outbox {

    private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);
    private static final int SEQUENCES_PER_MS_BITS = 20;

    /** The first byte of an entry. */
    private static final byte VERSION = 1;

    /** Of one entry, unless a single message is longer; a record of the changelog has 1 MB at most. */
    private static final int MAX_ENTRY_BYTES = 500_000;

    private static final JsonCodec<BanEvent> EVENTS = JsonCodec.of(BanEvent.class);
    private static final JsonCodec<BanRecord> BANS = JsonCodec.of(BanRecord.class);

    private final KeyValueStore<Bytes, byte[]> store;
    private final ProcessorContext<byte[], byte[]> context;
    private final Recidivists recidivists;
    private final Figures figures;
    private final List<Message> noted = new ArrayList<>();
    private final Queue<Message> unsent = new ArrayDeque<>();
    private final Deque<Long> kept = new ArrayDeque<>();

    /** The events of what was restored. */
    private final Set<String> repeated = new HashSet<>();

    private long lastSequence;
    private long committed;
    private boolean restored;

    Outbox(
            KeyValueStore<Bytes, byte[]> store,
            ProcessorContext<byte[], byte[]> context,
            Recidivists recidivists,
            Figures figures) {
        this.store = store;
        this.context = context;
        this.recidivists = recidivists;
        this.figures = figures;
    }

    /** An event, and what it does to the table. */
    private record Message(byte[] key, byte[] event, boolean changesTable, boolean isNewBan, byte @Nullable [] ban) {

        private static final int CHANGES_TABLE = 1;
        private static final int NEW_BAN = 2;

        Message withoutTable() {
            return new Message(key, event, false, isNewBan, null);
        }

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
            if (length > in.remaining()) {
                throw new BufferUnderflowException();
            }
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

    /** Sends a ban to the table, or with null takes it out, at once and without an event. */
    void tableOnly(BanKey key, @Nullable BanRecord ban) {
        byte[] value = ban == null ? null : BANS.encode(ban);
        context.forward(new Record<>(Utf8.bytes(key.toString()), value, context.currentSystemTimeMs()), Nodes.TO_BANS);
    }

    private void add(Message message) {
        noted.add(message);
    }

    /** Stores what was noted, in few entries. */
    void keep() {
        int from = 0;
        int bytes = 1;
        for (int i = 0; i < noted.size(); i++) {
            int size = noted.get(i).size();
            if (i > from && bytes + size > MAX_ENTRY_BYTES) {
                keep(noted.subList(from, i), bytes);
                from = i;
                bytes = 1;
            }
            bytes += size;
        }
        if (from < noted.size()) {
            keep(noted.subList(from, noted.size()), bytes);
        }
        unsent.addAll(noted);
        noted.clear();
    }

    private void keep(List<Message> messages, int bytes) {
        ByteBuffer entry = ByteBuffer.allocate(bytes).put(VERSION);
        messages.forEach(message -> message.write(entry));
        lastSequence = Math.max(lastSequence + 1, context.currentSystemTimeMs() << SEQUENCES_PER_MS_BITS);
        store.put(OffenderKey.ofOutgoing(lastSequence), entry.array());
        kept.add(lastSequence);
    }

    /** Sends what was kept; to be called after the states that belong to it are stored. */
    void send() {
        for (Message message = unsent.poll(); message != null; message = unsent.poll()) {
            send(message);
        }
    }

    private void send(Message message) {
        long now = context.currentSystemTimeMs();
        if (message.changesTable()) {
            context.forward(new Record<>(message.key(), message.ban(), now), Nodes.TO_BANS);
        }
        context.forward(new Record<>(message.key(), message.event(), now), Nodes.TO_EVENTS);
        if (message.isNewBan() && recidivists.isAnybodyWatching()) {
            show(message, now);
        }
    }

    private void show(Message message, long now) {
        recidivists.show(
                decoded(message),
                (key, failure) -> context.forward(new Record<>(key, failure, now), Nodes.BANS_TO_FAILURES));
    }

    private static BanEvent decoded(Message message) {
        try {
            return EVENTS.decode(message.event());
        } catch (BadRecordException e) {
            throw new IllegalStateException("an event that this release wrote itself", e);
        }
    }

    /**
     * To be called before anything is processed, and by nothing else: deletes what has arrived, and sends what has not left,
     * after a restart all that may not have arrived before it.
     */
    void catchUp() {
        while (!kept.isEmpty() && kept.element() <= committed) {
            store.delete(OffenderKey.ofOutgoing(kept.remove()));
        }
        if (!restored) {
            restore();
            restored = true;
        }
        send();
    }

    /** Whether an event was decided before the last restart, and is being sent again because of it. */
    boolean isRepeating(String event) {
        return repeated.contains(event);
    }

    private void restore() {
        List<Long> sequences = new ArrayList<>();
        List<Message> messages = new ArrayList<>();
        Map<Bytes, Message> latest = new HashMap<>();
        try (KeyValueIterator<Bytes, byte[]> all =
                store.range(OffenderKey.ofOutgoing(0), OffenderKey.ofOutgoing(Long.MAX_VALUE))) {
            while (all.hasNext()) {
                KeyValue<Bytes, byte[]> entry = all.next();
                long sequence = ByteBuffer.wrap(entry.key.get()).getLong(1);
                lastSequence = Math.max(lastSequence, sequence);
                try {
                    messages.addAll(read(entry.value));
                    sequences.add(sequence);
                } catch (IllegalArgumentException | BufferUnderflowException | NegativeArraySizeException e) {
                    figures.count("outbox.unreadable");
                    LOG.error("Messages to bans and events can't be read; kept in the store as {}", sequence, e);
                }
            }
        }
        for (Message message : messages) {
            if (message.changesTable()) {
                latest.put(Bytes.wrap(message.key()), message);
            }
        }
        kept.addAll(sequences);
        for (Message message : messages) {
            repeated.add(decoded(message).event());
            boolean outdated = message.changesTable() && message != latest.get(Bytes.wrap(message.key()));
            unsent.add(outdated ? message.withoutTable() : message);
        }
    }

    private static List<Message> read(byte[] entry) {
        ByteBuffer in = ByteBuffer.wrap(entry);
        int version = in.get();
        if (version != VERSION) {
            throw new IllegalArgumentException("version " + version + "; expected " + VERSION);
        }
        List<Message> messages = new ArrayList<>();
        while (in.hasRemaining()) {
            messages.add(Message.read(in));
        }
        return messages;
    }

    /** To be called with each commit of the task, before it waits for what was sent. */
    void commit() {
        if (unsent.isEmpty()) {
            committed = lastSequence;
        }
    }
}
