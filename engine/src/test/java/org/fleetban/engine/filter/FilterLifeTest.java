package org.fleetban.engine.filter;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.fleetban.engine.config.FilterDefinition;
import org.fleetban.engine.config.JailDefinition.UseDns;
import org.junit.jupiter.api.Test;

/** Jails are read again while a processor runs for months: filters that nobody uses any more must go. */
class FilterLifeTest {

    private static final Instant CLOCK = Instant.parse("2026-03-01T12:00:00Z");
    private static final byte[] LINE = "failed from 192.0.2.7".getBytes(StandardCharsets.US_ASCII);

    @Test
    void aFilterThatAThreadHasUsedEndsWithItsLastUser() throws FilterException {
        assertThat(isGone(new WeakReference<>(used(compile())))).isTrue();
    }

    @Test
    void aSetThatAThreadHasUsedEndsWithItsLastUser() throws FilterException {
        FilterSet set = FilterSet.of(Map.of("jail", new JailFilter(compile(), StandardCharsets.UTF_8)));
        int[] outcomes = new int[1];
        set.apply(set.newState(), LINE, null, CLOCK, LogTime.BOUNDED, (jail, outcome) -> outcomes[0]++);
        assertThat(outcomes[0]).isEqualTo(1);
        WeakReference<FilterSet> reference = new WeakReference<>(set);
        set = null;
        assertThat(isGone(reference)).isTrue();
    }

    private static Filter used(Filter filter) {
        assertThat(filter.apply(filter.newState(), LINE, StandardCharsets.UTF_8, CLOCK))
                .isInstanceOf(Outcome.Matched.class);
        return filter;
    }

    private static boolean isGone(WeakReference<?> reference) {
        for (int i = 0; i < 50 && reference.get() != null; i++) {
            System.gc();
        }
        return reference.get() == null;
    }

    private static Filter compile() throws FilterException {
        return Filter.compile(
                new FilterDefinition(
                        "test", null, List.of("^failed from <HOST>"), List.of(), 1, null, List.of(), Map.of()),
                UseDns.NO,
                ZoneOffset.UTC);
    }
}
