package org.fleetban.processor;

import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.fleetban.engine.jail.Ban;
import org.fleetban.engine.jail.Decision;
import org.fleetban.engine.jail.EventId;
import org.fleetban.engine.jail.IpRange;
import org.fleetban.engine.jail.JailRules;
import org.fleetban.engine.jail.OffenderState;
import org.fleetban.protocol.BadRecordException;
import org.fleetban.protocol.BanKey;
import org.fleetban.protocol.CommandRecord;
import org.fleetban.protocol.JsonCodec;
import org.fleetban.protocol.Scope;
import org.jspecify.annotations.Nullable;

/**
 * Carries out what operators order. Whoever writes a command need not know which partition an offender lives in: the first
 * processor that reads it sends it on to that one, or to all, and marks it as brought.
 */
final class CommandExecutor {

    /** Header of a command that has reached the partition it concerns. */
    static final String BROUGHT = "brought";

    private static final JsonCodec<CommandRecord> COMMANDS = JsonCodec.of(CommandRecord.class);

    private final JailRegistry registry;
    private final KeyValueStore<Bytes, byte[]> store;
    private final OffenderStore offenders;
    private final Deadlines deadlines;
    private final BanDesk desk;
    private final Outbox outbox;
    private final ProcessorContext<byte[], byte[]> context;

    CommandExecutor(
            JailRegistry registry,
            KeyValueStore<Bytes, byte[]> store,
            OffenderStore offenders,
            Deadlines deadlines,
            BanDesk desk,
            Outbox outbox,
            ProcessorContext<byte[], byte[]> context) {
        this.registry = registry;
        this.store = store;
        this.offenders = offenders;
        this.deadlines = deadlines;
        this.desk = desk;
        this.outbox = outbox;
        this.context = context;
    }

    /**
     * Carries out, or sends on, one record of {@code commands}.
     *
     * @throws BadRecordException if it is no command that can be carried out
     */
    void execute(Record<byte[], byte[]> record) throws BadRecordException {
        if (record.value() == null) {
            throw new BadRecordException("no value; expected a command");
        }
        CommandRecord command = COMMANDS.decode(record.value());
        if (command.type() == CommandRecord.Type.CONFIRM) {
            return; // the enforcers read it themselves
        }
        String id = command.id() == null ? null : canonical(command.id());
        IpRange range = id == null ? null : IpRange.parse(id);
        boolean single = command.type() == CommandRecord.Type.BAN || id != null && (range == null || range.isAddress());
        if (command.type() == CommandRecord.Type.BAN && (command.jail() == null || id == null || id.isEmpty())) {
            throw new BadRecordException("a ban without jail or id; expected both");
        }
        if (record.headers().lastHeader(BROUGHT) == null) {
            byte[] key = single ? Utf8.bytes((command.jail() == null ? "" : command.jail()) + '|' + id) : null;
            RecordHeaders headers = new RecordHeaders(record.headers().toArray());
            headers.add(BROUGHT, new byte[] {'1'});
            context.forward(new Record<>(key, record.value(), record.timestamp(), headers), Nodes.TO_COMMANDS);
            return;
        }
        Bytes applied = OffenderKey.ofCommand(command.command());
        if (store.get(applied) != null) {
            return;
        }
        long atMs = Math.min(command.at().toEpochMilli(), context.currentSystemTimeMs());
        if (command.type() == CommandRecord.Type.BAN) {
            ban(command, id, atMs);
        } else if (single && id != null) {
            unbanId(command, id, atMs);
        } else {
            unbanAll(command, range, atMs);
        }
        store.put(
                applied,
                ByteBuffer.allocate(Long.BYTES)
                        .putLong(context.currentSystemTimeMs())
                        .array());
    }

    /** Forgets the identities of commands that were carried out before a moment: what is read again later, {@link CommandPosition} knows. */
    void forgetAppliedBefore(long timeMs) {
        try (KeyValueIterator<Bytes, byte[]> commands =
                store.prefixScan(OffenderKey.ofCommand(""), Serdes.Bytes().serializer())) {
            while (commands.hasNext()) {
                KeyValue<Bytes, byte[]> command = commands.next();
                if (ByteBuffer.wrap(command.value).getLong() < timeMs) {
                    store.delete(command.key);
                }
            }
        }
    }

    private static String canonical(String id) {
        IpRange range = IpRange.parse(id);
        return range == null ? id : range.toText();
    }

    private void ban(CommandRecord command, @Nullable String id, long atMs) throws BadRecordException {
        Jail jail = command.jail() == null ? null : registry.jails().named(command.jail());
        if (jail == null || id == null || id.isEmpty()) {
            throw new BadRecordException("a ban of '" + id + "' in jail '" + command.jail()
                    + "'; expected an offender and a jail that runs");
        }
        if (jail.scope() == Scope.HOST && command.host() == null) {
            throw new BadRecordException(
                    "jail '" + jail.name() + "' bans on single hosts; expected the field host in the command");
        }
        BanKey key = jail.keyOf(id, command.host());
        OffenderState before = offenders.get(key);
        String event = EventId.of("order", command.command(), key.toString());
        Long forMs = durationMs(command.seconds());
        OffenderState after = jail.rules().banByOrder(before, atMs, forMs, event, command.reason());
        Ban standing = before.ban();
        Ban ban = after.ban();
        if (ban == null || wasCarriedOut(event, atMs, forMs, before, after)) {
            return;
        }
        BanDesk.Author author = new BanDesk.Author(command.by(), command.reason());
        if (after == before) {
            desk.apply(
                    key,
                    before,
                    after,
                    List.of(new Decision(Decision.Kind.REFUSED, event, ban, "a ban as long stands already")),
                    author);
        } else {
            Decision.Kind kind = standing != null && standing.isStanding() ? Decision.Kind.EXTEND : Decision.Kind.BAN;
            desk.apply(key, before, after, List.of(new Decision(kind, event, ban, null)), author);
        }
    }

    /**
     * A crash may have come after the state was stored and before it was noted that the command was carried out. A ban has the
     * command's event then, an extended one ends when the command says; it may have been refused, too, and is told so again.
     */
    private boolean wasCarriedOut(
            String event, long atMs, @Nullable Long forMs, OffenderState before, OffenderState after) {
        Ban known = before.ban();
        if (known == null || known.event().equals(event)) {
            return known != null;
        }
        boolean isExtended = before.settledMs() == atMs
                && known.untilMs() == Ban.end(atMs, forMs == null ? known.durationMs() : forMs);
        return after == before && (isExtended || outbox.isRepeating(event));
    }

    private static @Nullable Long durationMs(@Nullable Long seconds) {
        if (seconds == null) {
            return null;
        }
        return seconds < 0 || seconds > Ban.NEVER / 1000 ? Long.valueOf(Ban.NEVER) : Long.valueOf(seconds * 1000);
    }

    private void unbanId(CommandRecord command, String id, long atMs) {
        offenders.keysOf(id).stream().filter(concerns(command)).forEach(key -> unban(command, key, atMs));
    }

    private void unbanAll(CommandRecord command, @Nullable IpRange network, long atMs) {
        Set<BanKey> keys = new HashSet<>();
        Predicate<BanKey> concerned = concerns(command);
        deadlines.forEach(Deadlines.Kind.LIFT, key -> {
            IpRange range = network == null ? null : IpRange.parse(key.id());
            if (concerned.test(key) && (network == null || range != null && network.contains(range))) {
                keys.add(key);
            }
        });
        keys.forEach(key -> unban(command, key, atMs));
    }

    private static Predicate<BanKey> concerns(CommandRecord command) {
        return key -> (command.jail() == null || command.jail().equals(key.jail()))
                && (command.host() == null || command.host().equals(key.host()));
    }

    private void unban(CommandRecord command, BanKey key, long atMs) {
        OffenderState before = offenders.get(key);
        Ban ban = before.ban();
        if (before == OffenderState.NEW) {
            return;
        }
        List<Decision> decisions = ban != null && ban.isStanding()
                ? List.of(new Decision(
                        Decision.Kind.UNBAN,
                        EventId.of("order", command.command(), key.toString()),
                        ban.endedAt(atMs),
                        null))
                : List.of();
        desk.apply(
                key,
                before,
                JailRules.unbanByOrder(before, atMs),
                decisions,
                new BanDesk.Author(command.by(), command.reason()));
    }
}
