package org.fleetban.processor;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.junit.jupiter.api.Test;

class CommandPositionTest {

    private final KeyValueStore<Bytes, byte[]> store =
            Contexts.store(Nodes.OFFENDERS, Contexts.prepared(new MockProcessorContext<>()));

    @Test
    void whatWasCommittedAsReadIsReadNoMore() {
        read(100, 5_000);

        assertThat(started().wasReadBefore(99, 4_000)).isTrue();
        assertThat(started().wasReadBefore(100, 5_000)).isTrue();
        assertThat(started().wasReadBefore(101, 4_000)).isFalse();
    }

    @Test
    void aLaterRecordWithAnEarlierTimeDoesNotMakeEarlierOnesNew() {
        read(100, 5_000);
        read(101, 4_000);

        assertThat(started().wasReadBefore(100, 5_000)).isTrue();
        assertThat(started().wasReadBefore(101, 4_000)).isTrue();
    }

    @Test
    void aTopicThatWasCreatedAnewBeginsAnew() {
        read(100, 5_000);

        assertThat(started().wasReadBefore(0, 6_000)).isFalse();
        read(0, 6_000);
        assertThat(started().wasReadBefore(1, 6_001)).isFalse();
    }

    @Test
    void whatWasNotCommittedIsReadAgain() {
        CommandPosition position = started();
        position.wasReadBefore(7, 1_000);
        position.catchUp();

        assertThat(started().wasReadBefore(7, 1_000)).isFalse();
    }

    private CommandPosition started() {
        CommandPosition position = new CommandPosition(store);
        position.catchUp();
        return position;
    }

    /** Reads a record in a task that then commits and goes on. */
    private void read(long offset, long timeMs) {
        CommandPosition position = started();
        assertThat(position.wasReadBefore(offset, timeMs)).isFalse();
        position.commit();
        position.catchUp();
    }
}
