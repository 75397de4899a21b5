package org.fleetban.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SweepShareTest {

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
    private final SweepShare share = new SweepShare(now::get);
    private int passes;

    @Test
    void afterAPassThatWasNotEnoughAThreadReadsOnForHalfAsLong() {
        assertThat(share.sweep("task", () -> pass(4, true))).isTrue();

        now.addAndGet(1);
        assertThat(share.sweep("task", () -> pass(4, true))).isTrue();
        assertThat(passes).isEqualTo(1);

        now.addAndGet(1);
        assertThat(share.sweep("task", () -> pass(4, false))).isFalse();
        assertThat(passes).isEqualTo(2);
    }

    @Test
    void aPassThatDidEverythingKeepsNoOtherTaskWaiting() {
        share.sweep("task", () -> pass(4, false));
        share.sweep("task", () -> pass(4, false));

        assertThat(passes).isEqualTo(2);
    }

    @Test
    void anotherThreadHasAShareOfItsOwn() {
        share.sweep("task", () -> pass(4, true));

        CompletableFuture.runAsync(() -> share.sweep("task", () -> pass(4, true)))
                .join();

        assertThat(passes).isEqualTo(2);
    }

    @Test
    void tasksOfAThreadHaveTheirPassesByTurns() {
        List<String> order = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            now.addAndGet(1);
            for (String task : List.of("a", "b", "c")) {
                share.sweep(task, () -> {
                    order.add(task);
                    return pass(4, true);
                });
            }
        }

        assertThat(order).startsWith("a", "a", "b", "c", "a", "b", "c").hasSizeGreaterThan(20);
        assertThat(share.rests()).isTrue();
    }

    @Test
    void aTaskThatIsClosedIsNotWaitedFor() {
        share.sweep("a", () -> pass(4, true));
        share.sweep("b", () -> pass(4, true));
        share.leave("a");
        now.addAndGet(10);
        assertThat(share.sweep("c", () -> pass(4, false))).isTrue();
        share.leave("b");

        assertThat(share.sweep("c", () -> pass(4, false))).isFalse();
        assertThat(share.rests()).isFalse();
    }

    @Test
    void aTaskThatDoesNotComeIsNotWaitedForLong() {
        share.sweep("a", () -> pass(4, true));
        now.addAndGet(2_000_000_000);

        assertThat(share.sweep("b", () -> pass(4, false))).isFalse();
        assertThat(passes).isEqualTo(2);
    }

    private boolean pass(long nanos, boolean moreIsDue) {
        passes++;
        now.addAndGet(nanos);
        return moreIsDue;
    }
}
