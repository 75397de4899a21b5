package org.fleetban.engine.regex;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.EnumSet;
import org.fleetban.engine.regex.Matcher.Result;

/**
 * Fuzzed by {@code bench/fuzz}; else the seeds run. A seed's last byte is its flags; a seed of the matcher is an expression with
 * doubled backslashes, {@code \\a}, and a text.
 */
class RegexFuzzTest {

    @FuzzTest(maxDuration = "10m")
    void anExpressionIsCompiledOrRejectedWithAPosition(FuzzedDataProvider data) {
        EnumSet<Regex.Flag> flags = flags(data);
        String expression = data.consumeRemainingAsString();
        try {
            Regex regex = Regex.compile(expression, flags);
            assertThat(regex.groupNames().values()).allMatch(number -> number <= regex.groupCount());
        } catch (RegexSyntaxException e) {
            assertThat(e.position()).isBetween(0, expression.codePointCount(0, expression.length()));
        }
    }

    @FuzzTest(maxDuration = "10m")
    void aSearchEndsAsThePlainOneDoes(FuzzedDataProvider data) {
        EnumSet<Regex.Flag> flags = flags(data);
        String expression = data.consumeString(40);
        Text text = Text.of(data.consumeRemainingAsString());
        Regex regex;
        try {
            regex = Regex.compile(expression, flags);
        } catch (RegexSyntaxException e) {
            return;
        }
        Matcher plain = regex.matcher();
        Matcher fast = new Matcher(regex, expression.length() % 2 * 1000, expression.length() / 2 % 2 * 1000);
        Result expected = plain.searchPlainly(text, 0, text.length(), 20_000);
        Result found = fast.search(text);
        if (expected == Result.BUDGET_EXHAUSTED) {
            return;
        }
        assertThat(found).isEqualTo(expected);
        if (found == Result.MATCH) {
            assertThat(PythonDifferentialTest.spans(fast, regex.groupCount()))
                    .isEqualTo(PythonDifferentialTest.spans(plain, regex.groupCount()));
        }
    }

    private static EnumSet<Regex.Flag> flags(FuzzedDataProvider data) {
        EnumSet<Regex.Flag> flags = EnumSet.noneOf(Regex.Flag.class);
        int bits = data.consumeByte();
        for (Regex.Flag flag : Regex.Flag.values()) {
            if ((bits >> flag.ordinal() & 1) != 0) {
                flags.add(flag);
            }
        }
        return flags;
    }
}
