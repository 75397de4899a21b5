package org.fleetban.engine.jail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.fleetban.engine.config.JailDefinition.BanTimeIncrement;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BanTimesTest {

    private static BanTimes times(
            long seconds,
            @Nullable String factor,
            @Nullable String formula,
            @Nullable String multipliers,
            @Nullable Duration maxTime,
            long randomSeconds) {
        try {
            return BanTimes.compile(
                    Duration.ofSeconds(seconds),
                    new BanTimeIncrement(
                            true, factor, formula, multipliers, maxTime, Duration.ofSeconds(randomSeconds), false));
        } catch (JailException e) {
            throw new AssertionError(e);
        }
    }

    private static List<Long> seconds(BanTimes times, int... earlierBans) {
        List<Long> seconds = new ArrayList<>();
        for (int earlier : earlierBans) {
            seconds.add(times.durationMs(earlier, "e") / 1000);
        }
        return seconds;
    }

    @Test
    void withoutIncrementEveryBanIsAsLong() throws JailException {
        BanTimes times = BanTimes.compile(Duration.ofSeconds(600), Jails.NO_INCREMENT);
        assertThat(seconds(times, 0, 1, 10)).containsOnly(600L);
    }

    @Test
    void theDefaultFormulaDoublesUpToTheTwentiethBan() {
        BanTimes times = times(600, null, null, null, null, 0);
        assertThat(seconds(times, 0, 1, 2, 3, 10)).containsExactly(600L, 1200L, 2400L, 4800L, 614_400L);
        assertThat(times.durationMs(20, "e")).isEqualTo(times.durationMs(200, "e"));
    }

    @Test
    void factorMultipliesAndMayBeAnExpression() {
        assertThat(seconds(times(600, "2", null, null, null, 0), 1, 2)).containsExactly(2400L, 4800L);
        assertThat(seconds(times(600, "2.0 / 2.885385", null, null, null, 0), 3))
                .containsExactly(3327L);
    }

    @Test
    void theExponentialFormulaIsFollowed() {
        String formula = "ban.Time * math.exp(float(ban.Count+1)*banFactor)/math.exp(1*banFactor)";
        assertThat(seconds(times(600, "2.0 / 2.885385", formula, null, null, 0), 1, 2, 3))
                .containsExactly(1200L, 2400L, 4800L);
    }

    @Test
    void aFormulaNeverShortensABan() {
        assertThat(seconds(times(600, null, "ban.Time / 10", null, null, 0), 1)).containsExactly(600L);
        assertThat(seconds(times(600, null, "math.log(-1)", null, null, 0), 1)).containsExactly(600L);
    }

    @Test
    void multipliersReplaceTheFormulaAndTheLastOneHoldsOn() {
        BanTimes times = times(600, null, null, "1 2 4 8 16 32 64", null, 0);
        assertThat(seconds(times, 1, 2, 6, 7, 100)).containsExactly(1200L, 2400L, 38_400L, 38_400L, 38_400L);
        assertThat(seconds(times(600, "3", null, "1 5\n30", null, 0), 1, 2)).containsExactly(9000L, 54_000L);
    }

    @Test
    void maxtimeLimitsEveryIncrease() {
        assertThat(seconds(times(600, null, null, null, Duration.ofHours(1), 0), 1, 2, 3, 19))
                .containsExactly(1200L, 2400L, 3600L, 3600L);
    }

    @Test
    void rndtimeAddsATimeThatDependsOnTheEventAlone() {
        BanTimes times = times(600, null, null, null, Duration.ofSeconds(600), 300);
        Set<Long> different = new HashSet<>();
        for (int i = 0; i < 200; i++) {
            long ms = times.durationMs(1, "event" + i);
            assertThat(ms).isBetween(600_000L, 900_000L).isEqualTo(times.durationMs(1, "event" + i));
            different.add(ms);
        }
        assertThat(different.size()).isGreaterThan(190);
    }

    @Test
    void aPermanentBanStaysPermanentAndAnAstronomicOneBecomesIt() {
        assertThat(times(-1, null, null, null, null, 0).durationMs(5, "e")).isEqualTo(Ban.NEVER);
        assertThat(times(600, null, "ban.Time * 10 ** 300", null, null, 0).durationMs(5, "e"))
                .isEqualTo(Ban.NEVER);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "1 + 2 * 3; 7",
                "(1 + 2) * 3; 9",
                "2 ** 3 ** 2; 512",
                "-2 ** 2; -4",
                "7 // 2; 3",
                "-7 % 3; 2",
                "1 << 4 + 1; 32",
                "256 >> 2; 64",
                "1 if 2 < 3 else 0; 1",
                "5 if ban.Count < 20 else 6; 5",
                "max(1, 2, 3) + min(4, 5); 7",
                "not 0; 1",
                "0 or 7; 7",
                "3 and 4; 4",
                "1e3 + .5; 1000.5",
                "int(2.9) + round(2.5) + abs(-1); 5",
                "math.sqrt(16) + math.floor(1.5) + math.ceil(1.5) + math.log2(8) + math.pow(2, 3); 18",
                "ban.Time * banFactor; 1200"
            })
    void formulasAreCalculatedAsPythonDoes(String formula, double expected) throws JailException {
        assertThat(Formula.parse("f", formula).evaluate(600, 3, 2)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "__import__('os').system('id'); position 0",
                "ban.Time.__class__; position 0",
                "ban; position 0",
                "1 +; the end at position 3",
                "(1; ')'",
                "1 2; position 2",
                "max(1); two arguments",
                "1 if 2; 'else'",
                "0x10; a decimal number"
            })
    void anythingButArithmeticIsRefusedWithThePosition(String formula, String part) {
        assertThatThrownBy(() -> Formula.parse("bantime.formula", formula))
                .isInstanceOf(JailException.class)
                .hasMessageStartingWith("bantime.formula = ")
                .hasMessageContaining(part);
    }

    @Test
    void aFormulaOfAnyDepthOrLengthIsRefusedAndNotFollowed() {
        for (String hostile :
                List.of("(".repeat(900), "-".repeat(900) + "1", "2**".repeat(300) + "2", "1+".repeat(600))) {
            assertThatThrownBy(() -> Formula.parse("f", hostile)).isInstanceOf(JailException.class);
        }
    }

    @Test
    void multipliersThatAreNoNumbersAreRefused() {
        assertThatThrownBy(() -> BanTimes.compile(
                        Duration.ofSeconds(1),
                        new BanTimeIncrement(true, null, null, "1 two", null, Duration.ZERO, false)))
                .hasMessageContaining("bantime.multipliers: 'two'");
    }
}
