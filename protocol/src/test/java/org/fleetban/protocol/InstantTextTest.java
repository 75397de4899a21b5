package org.fleetban.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The short ways against the JDK's formatter. */
class InstantTextTest {

    private static final DateTimeFormatter ISO_MILLIS =
            new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

    @Test
    void writesAndReadsAnyInstantAsTheJdkDoes() {
        Random random = new Random(1);
        for (int i = 0; i < 20_000; i++) {
            long range = i % 2 == 0 ? 400_000_000_000L : 4_000_000_000L;
            Instant instant = Instant.ofEpochSecond(random.nextLong(-range, range), random.nextInt(1_000_000_000));
            String text = InstantText.format(instant);
            assertThat(text).isEqualTo(ISO_MILLIS.format(instant));
            assertThat(InstantText.parse(text)).isEqualTo(Instant.parse(text));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0000-01-01T00:00:00.000Z",
                "9999-12-31T23:59:59.999Z",
                "+10000-01-01T00:00:00.000Z",
                "-0001-12-31T23:59:59.999Z",
                "2024-02-29T24:00:00.000Z",
                "2026-11-23T07:00:00Z",
                "2026-11-23T07:00:00.123456789Z"
            })
    void readsWhatTheJdkReads(String text) {
        assertThat(InstantText.parse(text)).isEqualTo(Instant.parse(text));
        assertThat(InstantText.format(Instant.parse(text))).isEqualTo(ISO_MILLIS.format(Instant.parse(text)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "2026-02-29T00:00:00.000Z",
                "2026-13-01T00:00:00.000Z",
                "2026-01-01T25:00:00.000Z",
                "2026-01-01T00:60:00.000Z",
                "2026-01-01T00:00:00.000z0",
                "2026-01-01 00:00:00.000Z",
                "٢٠٢٦-01-01T00:00:00.000Z"
            })
    void refusesWhatTheJdkRefuses(String text) {
        assertThatThrownBy(() -> Instant.parse(text)).isInstanceOf(DateTimeException.class);
        assertThatThrownBy(() -> InstantText.parse(text)).isInstanceOf(DateTimeException.class);
    }
}
