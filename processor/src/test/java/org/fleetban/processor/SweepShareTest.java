package org.fleetban.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SweepShareTest {

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
    private final SweepShare share = new SweepShare(now::get);
    private int passes;

    @Test
    void afterAPassThatWasNotEnoughAThreadReadsOnForHalfAsLong() {
        assertThat(share.sweep(() -> pass(4, true))).isTrue();

        now.addAndGet(1);
        assertThat(share.sweep(() -> pass(4, true))).isTrue();
        assertThat(passes).isEqualTo(1);

        now.addAndGet(1);
        assertThat(share.sweep(() -> pass(4, false))).isFalse();
        assertThat(passes).isEqualTo(2);
    }

    @Test
    void aPassThatDidEverythingKeepsNoOtherTaskWaiting() {
        share.sweep(() -> pass(4, false));
        share.sweep(() -> pass(4, false));

        assertThat(passes).isEqualTo(2);
    }

    @Test
    void anotherThreadHasAShareOfItsOwn() {
        share.sweep(() -> pass(4, true));

        CompletableFuture.runAsync(() -> share.sweep(() -> pass(4, true))).join();

        assertThat(passes).isEqualTo(2);
    }

    private boolean pass(long nanos, boolean moreIsDue) {
        passes++;
        now.addAndGet(nanos);
        return moreIsDue;
    }
}
