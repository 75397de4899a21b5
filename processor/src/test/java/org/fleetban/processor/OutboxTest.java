package org.fleetban.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.fleetban.engine.jail.Ban;
import org.fleetban.engine.jail.Decision;
import org.fleetban.protocol.BanKey;
import org.junit.jupiter.api.Test;

class OutboxTest {

    private final MockProcessorContext<byte[], byte[]> context = Contexts.prepared(new MockProcessorContext<>());
    private final KeyValueStore<Bytes, byte[]> store = Contexts.store(Nodes.OFFENDERS, context);
    private final Figures figures = new Figures();
    private final Outbox outbox = newOutbox();

    @Test
    void aCommitThatIsRepeatedBecauseItFailedDeletesNothing() {
        outbox.catchUp();
        unban("192.0.2.1", "web1");
        outbox.keep();
        outbox.send();

        outbox.commit();
        outbox.commit();

        assertThat(entries()).hasSize(1);
        context.resetForwards();
        newOutbox().catchUp();
        assertThat(context.forwarded(Nodes.TO_BANS)).hasSize(1);
        assertThat(context.forwarded(Nodes.TO_EVENTS)).hasSize(1);
    }

    @Test
    void whatWasSentBeforeACommitGoesWhenTheTaskProcessesAgainAndWhatWasSentAfterItStays() {
        unban("192.0.2.1", "web1");
        outbox.keep();
        outbox.send();
        outbox.commit();
        unban("192.0.2.2", "web1");
        outbox.keep();
        outbox.send();

        outbox.catchUp();

        assertThat(entries())
                .singleElement()
                .satisfies(entry ->
                        assertThat(new String(entry, StandardCharsets.UTF_8)).contains("192.0.2.2"));
    }

    @Test
    void manyLongMessagesAreKeptInEntriesThatFitIntoARecordAndAllAreSentAgain() {
        for (int i = 0; i < 64; i++) {
            unban("x".repeat(990) + i, "\u0001".repeat(4_096));
        }
        outbox.keep();

        assertThat(entries())
                .hasSizeGreaterThan(1)
                .allSatisfy(entry -> assertThat(entry).hasSizeLessThanOrEqualTo(500_000));
        newOutbox().catchUp();
        assertThat(context.forwarded(Nodes.TO_BANS)).hasSize(64);
    }

    @Test
    void anEntryThatCantBeReadIsCountedAndKeptAndTheOthersAreSent() {
        store.put(OffenderKey.ofOutgoing(1), new byte[] {1, 0, 127, 0, 0, 0});
        store.put(OffenderKey.ofOutgoing(2), new byte[] {2});
        unban("192.0.2.1", "web1");
        outbox.keep();
        outbox.send();
        context.resetForwards();

        Outbox next = newOutbox();
        next.catchUp();
        next.commit();
        next.catchUp();

        assertThat(context.forwarded(Nodes.TO_EVENTS)).hasSize(1);
        assertThat(figures.snapshot()).containsEntry("outbox.unreadable", 2L);
        assertThat(Troubles.of(figures.snapshot())).singleElement().asString().startsWith("outbox.unreadable: 2 ");
        assertThat(entries()).hasSize(2);
    }

    private Outbox newOutbox() {
        return new Outbox(store, context, new Recidivists(new JailRegistry(List.of())), figures);
    }

    private void unban(String id, String host) {
        BanKey key = new BanKey("sshd", id, host);
        Ban ban = new Ban(Ban.Status.OVER, 0, 1, 1, 3, 1, "e" + id, null, List.of());
        Decision decision = new Decision(Decision.Kind.UNBAN, "e" + id, ban, null);
        outbox.change(key, BanRecords.event(key, decision, "fleetban", null, Instant.EPOCH), false, null);
    }

    private List<byte[]> entries() {
        List<byte[]> entries = new ArrayList<>();
        try (KeyValueIterator<Bytes, byte[]> all = store.all()) {
            all.forEachRemaining(entry -> entries.add(entry.value));
        }
        return entries;
    }
}
