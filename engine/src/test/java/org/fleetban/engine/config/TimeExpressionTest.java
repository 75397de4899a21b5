package org.fleetban.engine.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimeExpressionTest {

    private static final long SEED = Long.getLong("seed", 20261123L);

    @ParameterizedTest
    @CsvSource({
        "600, 600",
        "-1, -1",
        "10m, 600",
        "1h, 3600",
        "1d, 86400",
        "1w, 604800",
        "1mo, 2629800",
        "1y, 31557600",
        "1d12h, 129600",
        "1d 12h, 129600",
        "1h30, 3630",
        "1 hour - 5 min, 3300",
        "2hours+30seconds, 7230",
        "60*60, 3600",
        "1.5h, 5400",
        "7/2, 3.5",
        "7//2, 3",
        "-7 % 3, 2",
        "2**3**2, 512",
        "-2**2, -4",
        "(1+2)*3m, 540",
        "1e+3, 1000",
        "1DAY, 86400",
        "0.25, 0.25",
    })
    void aTimeIsArithmeticOverUnits(String text, double seconds) {
        assertThat(TimeExpression.parse(text).toMillis()).isEqualTo(Math.round(seconds * 1000));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "10x",
                "1h foo",
                "__import__('os')",
                "1/0",
                "1 % 0",
                "(1",
                "1)",
                "1,2",
                "09",
                "10m;",
                "1 = 1",
                "1e999"
            })
    void anythingElseIsRefused(String text) {
        assertThatThrownBy(() -> TimeExpression.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("time");
    }

    @ParameterizedTest
    @ValueSource(strings = {"(", "-", "2**", "1 "})
    void hostileTextEndsInARefusal(String repeated) {
        assertThatThrownBy(() -> TimeExpression.parse(repeated.repeat(400)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> TimeExpression.parse(repeated.repeat(400_000)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void fail2banEvaluatesToTheSameSeconds() {
        Fail2ban.require();
        List<String> times = times(new Random(SEED));
        List<Object> answers = Fail2ban.seconds(times);
        int agreed = 0;
        for (int i = 0; i < times.size(); i++) {
            Object expected = answers.get(i);
            if (expected instanceof Double seconds && Math.abs(seconds) < 1e12) {
                assertThat(TimeExpression.parse(times.get(i)).toMillis() / 1000.0)
                        .as("%s (seed %d)", times.get(i), SEED)
                        .isCloseTo(seconds, org.assertj.core.data.Offset.offset(0.001));
                agreed++;
            } else {
                String refused = times.get(i);
                assertThatThrownBy(() -> TimeExpression.parse(refused))
                        .as("%s (seed %d)", refused, SEED)
                        .isInstanceOf(IllegalArgumentException.class);
            }
        }
        System.out.println("times: seed " + SEED + ", " + times.size() + ", of which fail2ban takes " + agreed);
        assertThat(agreed).isGreaterThan(times.size() / 4);
    }

    private static List<String> times(Random random) {
        List<String> pieces = List.of(
                "1", "2", "30", "0", "1.5", "07", "s", "sec", "seconds", "m", "mm", "min", "minute", "h", "hou",
                "hours", "d", "da", "days", "w", "wee", "weeks", "mo", "mon", "month", "y", "yea", "years", "M", "H",
                " ", " ", " ", "+", "-", "*", "/", "//", "%", "(", ")", "e", "1h", "10m", "5d");
        List<String> times = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            StringBuilder time = new StringBuilder().append(1 + random.nextInt(40));
            int length = random.nextInt(6);
            for (int j = 0; j < length; j++) {
                time.append(pieces.get(random.nextInt(pieces.size())));
            }
            times.add(time.toString());
        }
        return times;
    }
}
