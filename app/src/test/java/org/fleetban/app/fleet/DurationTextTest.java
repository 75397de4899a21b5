package org.fleetban.app.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DurationTextTest {

    @ParameterizedTest
    @CsvSource({"0,0s", "59,59s", "600,10m", "602,10m 2s", "86400,1d", "90061,1d 1h", "86460,1d 1m"})
    void showsTheTwoLargestUnits(long seconds, String text) {
        assertThat(DurationText.of(Duration.ofSeconds(seconds))).isEqualTo(text);
    }
}
