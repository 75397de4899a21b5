package org.fleetban.engine.regex;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.Set;
import org.fleetban.engine.regex.Matcher.Result;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nothing that an attacker can write stops a search. */
class SafetyTest {

    private static final int MEGABYTE = 1 << 20;

    private static Result search(String expression, String text) throws RegexSyntaxException {
        return Regex.compile(expression, Set.of()).matcher().search(Text.of(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(a+)+b",
                "(a|a)*b",
                "(a|aa)+$b",
                "(?:a+b?)*c",
                "(\\w+\\s?)*!",
                "^(?:a|b){30,}?[ab]{30}c",
                "(?:(?:a+)+)+b",
                "a*a*a*a*a*b",
                "(x+x+)+y",
                "\\S+ \\S+ \\S+!",
                ".*.*.*=.*!",
                "(?:[ab][ab])+c",
                "(?=(a+)+c)b",
                "(?!(?:a+)+c)b",
            })
    void whatTakesExponentialTimeElsewhereIsAnswered(String expression) throws Exception {
        assertThat(search(expression, "a".repeat(20_000) + " " + "x".repeat(20_000)))
                .isEqualTo(Result.NO_MATCH);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"(a+)+(?:\\1)+c", "(a*)*c", "^(?:(?:a?b?){0,50}){0,50}c", "(a+)+(?(1)c|d)", "(\\w+)\\1\\1x"})
    void whatCannotBeAnsweredWithinTheBudgetIsNeverTakenForNoMatch(String expression) throws Exception {
        assertThat(search(expression, "ab".repeat(500) + "a".repeat(3000))).isEqualTo(Result.BUDGET_EXHAUSTED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(?:a|b|\\n|.)*$",
                "(?:(a)|(b)|(.))*",
                "(?:(?:(?:(.)))?)+",
                "(?>(?:(a)|.)+)",
                "(?=((?:a|.)*))(?!(b|.)*x)",
                "(?:a|b|[^c])*+c",
                "((?:a|b|.){2,7})+$",
                "(.*?,){11}P",
                "^(?:(?! from ).)*? from (\\S+)$",
            })
    void aMegabyteOfAnythingEnds(String expression) throws Exception {
        Random random = new Random(3);
        StringBuilder noise = new StringBuilder();
        for (int i = 0; i < MEGABYTE; i++) {
            noise.append((char) random.nextInt(256));
        }
        Matcher matcher = Regex.compile(expression, Set.of()).matcher();
        for (String line : new String[] {"ab ".repeat(MEGABYTE / 3), noise.toString(), " from ".repeat(MEGABYTE / 6)}) {
            assertThat(matcher.search(Text.of(line))).as(expression).isIn((Object[]) Result.values());
        }
        // The matcher is as good as before.
        Matcher fresh = Regex.compile(expression, Set.of()).matcher();
        Text text = Text.of("ab, from x");
        assertThat(matcher.search(text)).isEqualTo(fresh.search(text));
        assertThat(matcher.start(0)).isEqualTo(fresh.start(0));
        assertThat(matcher.end(0)).isEqualTo(fresh.end(0));
    }

    @Test
    void alternationsInLoopsRunOverAMegabyte() throws Exception {
        assertThat(search("^(?:a|b|cd)*$", "abcd".repeat(MEGABYTE / 4))).isEqualTo(Result.MATCH);
        assertThat(search("^(?:(?:a|ab)(?:c|bcd)?)+$", "abcd".repeat(10_000) + "!"))
                .isEqualTo(Result.NO_MATCH);
    }

    /** What an alternative's condition will want is looked for early, which must not cost more than it spares. */
    @ParameterizedTest
    @ValueSource(strings = {"(?:(a)b|c)\\d+ from 192(?(1)!|$)", "^.*(?:(a)b|c)\\d+ from 192(?(1)!|$)"})
    void lookingAheadExhaustsNoBudget(String expression) throws Exception {
        Regex regex = Regex.compile(expression, Set.of());
        Text text = Text.of("a".repeat(4_000) + "c1 from 192");
        for (int searchesBeforeTranslation : new int[] {-1, 0}) {
            Matcher matcher = new Matcher(regex, Machine.STEPS_WITHOUT_MEMORY, searchesBeforeTranslation);
            assertThat(matcher.search(text)).isEqualTo(Result.MATCH);
        }
    }
}
