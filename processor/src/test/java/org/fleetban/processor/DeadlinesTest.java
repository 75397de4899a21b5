package org.fleetban.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.fleetban.processor.Deadlines.Kind;
import org.fleetban.protocol.BanKey;
import org.junit.jupiter.api.Test;

class DeadlinesTest {

    private final KeyValueStore<Bytes, byte[]> store =
            Contexts.store(Nodes.OFFENDERS, Contexts.prepared(new MockProcessorContext<>()));
    private final Deadlines deadlines = new Deadlines(store);
    private final List<String> taken = new ArrayList<>();

    @Test
    void manyPassesTakeOutEachThatIsDueOnceAndLeaveTheOthers() {
        for (int i = 0; i < 1_000; i++) {
            deadlines.add(Kind.LIFT, i, key(i));
        }
        int passes = 0;
        while (!take(899, false)) {
            passes++;
        }

        assertThat(passes).isGreaterThan(10);
        assertThat(taken).hasSize(900).doesNotHaveDuplicates().contains("10.0.0.0", "10.0.3.131");
        assertThat(left()).isEqualTo(100);
    }

    @Test
    void whatIsAddedBetweenTwoPassesIsTakenOutTooHoweverEarlyItIs() {
        for (int i = 100; i < 300; i++) {
            deadlines.add(Kind.LIFT, i, key(i));
        }
        assertThat(take(1_000, false)).isFalse();
        deadlines.add(Kind.LIFT, 5, key(5));
        deadlines.add(Kind.LIFT, 250, key(999));

        assertThat(take(1_000, true)).isTrue();
        assertThat(taken).hasSize(202).contains("10.0.0.5", "10.0.3.231");
        assertThat(left()).isZero();
    }

    @Test
    void whatWasFoundByAClockThatWasAheadStaysUntilItIsDue() {
        for (int i = 0; i < 200; i++) {
            deadlines.add(Kind.LIFT, i, key(i));
        }
        assertThat(take(199, false)).isFalse();
        int before = taken.size();

        assertThat(take(before + 9, true)).isTrue();
        assertThat(taken).hasSize(before + 10);
        assertThat(take(5, true)).isTrue();
        assertThat(taken).hasSize(before + 10);
        assertThat(take(199, true)).isTrue();
        assertThat(taken).hasSize(200).doesNotHaveDuplicates();
        assertThat(left()).isZero();
    }

    @Test
    void whatFailedIsTakenAgainAndHoldsUpNoOther() {
        for (int i = 0; i < 200; i++) {
            deadlines.add(Kind.LIFT, i, key(i));
        }
        assertThatThrownBy(() -> deadlines.takeDue(
                        Kind.LIFT,
                        199,
                        keys -> {
                            throw new IllegalStateException("for now");
                        },
                        () -> true))
                .hasMessage("for now");
        assertThat(take(199, true)).isTrue();

        assertThat(taken).hasSize(200).doesNotHaveDuplicates().startsWith("10.0.0.64");
        assertThat(left()).isZero();
    }

    @Test
    void eachKindHasEntriesOfItsOwn() {
        deadlines.add(Kind.LIFT, 10, key(1));
        deadlines.add(Kind.FORGET, 10, key(2));

        assertThat(take(10, true)).isTrue();
        assertThat(taken).containsExactly("10.0.0.1");
        assertThat(left()).isEqualTo(1);
    }

    private boolean take(long untilMs, boolean goOn) {
        return deadlines.takeDue(Kind.LIFT, untilMs, keys -> keys.forEach(key -> taken.add(key.id())), () -> goOn);
    }

    private static BanKey key(int number) {
        return new BanKey("sshd", "10.0." + (number >> 8) + '.' + (number & 255), null);
    }

    private int left() {
        int count = 0;
        try (var all = store.all()) {
            while (all.hasNext()) {
                all.next();
                count++;
            }
        }
        return count;
    }
}
