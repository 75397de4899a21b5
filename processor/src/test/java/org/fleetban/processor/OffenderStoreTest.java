package org.fleetban.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.fleetban.engine.jail.Attempt;
import org.fleetban.engine.jail.OffenderState;
import org.fleetban.engine.jail.OffenderStateCodec;
import org.fleetban.protocol.BanKey;
import org.junit.jupiter.api.Test;

class OffenderStoreTest {

    private static final BanKey KEY = new BanKey("sshd", "192.0.2.7", null);

    private final KeyValueStore<Bytes, byte[]> store =
            Contexts.store(Nodes.OFFENDERS, Contexts.prepared(new MockProcessorContext<>()));
    private final OffenderStore offenders = new OffenderStore(store);

    @Test
    void whatIsCountedIsKnownAtOnceAndWrittenOnceWithTheCommit() {
        offenders.count(KEY, state(1, "a"));
        offenders.count(KEY, state(2, "b"));

        assertThat(offenders.get(KEY)).isEqualTo(state(2, "b"));
        assertThat(store.all()).toIterable().isEmpty();

        offenders.writeDown();
        assertThat(written(KEY)).isEqualTo(state(2, "b"));

        store.delete(OffenderKey.of(KEY));
        offenders.writeDown();
        assertThat(store.all()).toIterable().as("written again").isEmpty();
    }

    @Test
    void whatIsDecidedIsWrittenAtOnceWithEverythingCountedBefore() {
        offenders.count(KEY, state(1, "a"));
        offenders.put(KEY, state(2, "b"));

        assertThat(written(KEY)).isEqualTo(state(2, "b"));
    }

    @Test
    void whatIsLookedAtAndLaidDownIsWhatWasCountedAndIsWrittenAtOnce() {
        offenders.count(KEY, state(1, "a"));
        assertThat(offenders.look(KEY)).isEqualTo(state(1, "a"));
        offenders.lay(KEY, state(2, "b"));
        assertThat(written(KEY)).isEqualTo(state(2, "b"));
        assertThat(offenders.get(KEY)).isEqualTo(state(2, "b"));

        BanKey unknown = new BanKey("sshd", "192.0.2.8", null);
        assertThat(offenders.look(unknown)).isSameAs(OffenderState.NEW);
        offenders.lay(unknown, state(3, "c"));
        assertThat(written(unknown)).isEqualTo(state(3, "c"));
        assertThat(offenders.look(unknown)).isEqualTo(state(3, "c"));
    }

    @Test
    void whatIsForgottenIsNotWrittenLater() {
        offenders.count(KEY, state(1, "a"));
        offenders.delete(KEY);
        offenders.writeDown();

        assertThat(offenders.get(KEY)).isSameAs(OffenderState.NEW);
        assertThat(store.all()).toIterable().isEmpty();
    }

    @Test
    void anIdIsFoundUnderAllItsKeysAlsoThoseThatAreNotWrittenYet() {
        BanKey onHost = new BanKey("local", "192.0.2.7", "web1");
        offenders.count(KEY, state(1, "a"));
        offenders.count(onHost, state(1, "a"));
        offenders.count(new BanKey("sshd", "192.0.2.70", null), state(1, "a"));

        assertThat(offenders.keysOf("192.0.2.7")).containsExactlyInAnyOrder(KEY, onHost);
    }

    @Test
    void moreThanFitsIntoMemoryIsWrittenBeforeAndReadBack() {
        String longLine = "x".repeat(150_000);
        for (int i = 0; i < 100; i++) {
            offenders.count(new BanKey("sshd", "192.0.2." + i, null), state(i, longLine));
        }

        assertThat(store.all()).toIterable().as("written before the commit").hasSizeBetween(70, 99);
        for (int i = 0; i < 100; i++) {
            assertThat(offenders.get(new BanKey("sshd", "192.0.2." + i, null))).isEqualTo(state(i, longLine));
        }
        offenders.writeDown();
        assertThat(store.all()).toIterable().hasSize(100);
    }

    private OffenderState written(BanKey key) {
        return OffenderStateCodec.decode(store.get(OffenderKey.of(key)));
    }

    private static OffenderState state(long timeMs, String line) {
        return new OffenderState(List.of(new Attempt("web1", "/var/log/auth.log", "1:2:3", 77, timeMs, line)), 0, null);
    }
}
