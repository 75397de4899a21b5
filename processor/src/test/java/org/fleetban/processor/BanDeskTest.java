package org.fleetban.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.fleetban.engine.jail.Ban;
import org.fleetban.engine.jail.OffenderState;
import org.fleetban.protocol.BanKey;
import org.fleetban.protocol.BanRecord;
import org.fleetban.protocol.JsonCodec;
import org.junit.jupiter.api.Test;

/** What the table hears once more of an offender of whom a replaced processor may have written something else. */
class BanDeskTest {

    private static final BanKey KEY = new BanKey("sshd", "192.0.2.7", null);
    private static final Ban BAN = new Ban(Ban.Status.STANDING, 0, 1, Ban.NEVER, 3, 1, "e", null, List.of());

    private final MockProcessorContext<byte[], byte[]> context =
            Contexts.prepared(new MockProcessorContext<byte[], byte[]>());
    private final KeyValueStore<Bytes, byte[]> store = Contexts.store(Nodes.OFFENDERS, context);
    private final OffenderStore offenders = new OffenderStore(store);

    @Test
    void aStandingBanIsToldWithThePortsOfItsJail() throws Exception {
        offenders.put(KEY, new OffenderState(List.of(), 0, BAN));
        desk(TestJail.named("sshd").compile()).tellAgain(KEY);

        assertThat(context.forwarded()).hasSize(1);
        byte[] told = context.forwarded().get(0).record().value();
        assertThat(JsonCodec.of(BanRecord.class).decode(told).ports()).isEqualTo("22");
    }

    @Test
    void aBanOfAJailThatWasTakenAwayStaysInTheTableAsItIs() {
        offenders.put(KEY, new OffenderState(List.of(), 0, BAN));
        desk().tellAgain(KEY);

        assertThat(context.forwarded()).isEmpty();
    }

    @Test
    void aBanThatIsOverIsTakenOutAndOneOfAnUnknownOffenderIsNot() {
        desk(TestJail.named("sshd").compile()).tellAgain(KEY);
        assertThat(context.forwarded())
                .as("failures that are about to come may ban")
                .isEmpty();

        offenders.put(KEY, new OffenderState(List.of(), 0, BAN.over()));
        desk(TestJail.named("sshd").compile()).tellAgain(KEY);
        assertThat(context.forwarded()).hasSize(1);
        assertThat(context.forwarded().get(0).record().value()).isNull();
    }

    private BanDesk desk(Jail... jails) {
        JailRegistry registry = new JailRegistry(List.of(jails));
        Figures figures = new Figures();
        return new BanDesk(
                registry,
                offenders,
                new Deadlines(store),
                new Outbox(store, context, new Recidivists(registry), figures),
                figures,
                context::currentSystemTimeMs);
    }
}
