package org.fleetban.shipper;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PaceTest {

    private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);

    @ParameterizedTest
    @ValueSource(longs = {0, 1L << 40, Long.MAX_VALUE - 200_000_000, Long.MIN_VALUE})
    void readsALoneLineAtOnce(long start) {
        Pace pace = new Pace(start);
        assertThat(pace.rest(start)).isZero();
        pace.turned(start + MS, true, true);
        assertThat(pace.rest(start + MS)).isEqualTo(6 * MS);
        assertThat(pace.rest(start + 7 * MS)).isZero();
        assertThat(pace.steady()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, Long.MAX_VALUE - 200_000_000, Long.MIN_VALUE})
    void looksByTheClockWhileLinesKeepComing(long start) {
        Pace pace = new Pace(start);
        long now = keepComing(pace, start);
        assertThat(pace.steady()).isTrue();
        pace.turned(now + 6 * MS, false, true);
        assertThat(pace.steady()).isTrue();
        assertThat(pace.rest(now + 6 * MS)).isEqualTo(6 * MS);
        pace.turned(now + 100 * MS, false, true);
        assertThat(pace.steady()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, Long.MIN_VALUE})
    void listensToTheKernelWhereThereAreManyFiles(long start) {
        Pace pace = new Pace(start);
        long now = keepComing(pace, start);
        pace.turned(now + MS, true, false);
        assertThat(pace.steady()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, Long.MAX_VALUE - 200_000_000})
    void singleLinesNeverMakeItSteady(long start) {
        Pace pace = new Pace(start);
        for (int i = 1; i <= 100; i++) {
            pace.turned(start + i * 150 * MS, true, true);
            pace.turned(start + i * 150 * MS + 10 * MS, false, true);
        }
        assertThat(pace.steady()).isFalse();
    }

    private static long keepComing(Pace pace, long start) {
        long now = start;
        for (int i = 0; i < 10; i++) {
            now += 5 * MS;
            pace.turned(now, true, true);
        }
        return now;
    }
}
