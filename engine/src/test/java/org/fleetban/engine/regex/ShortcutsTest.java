package org.fleetban.engine.regex;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** Every shortcut gives what the plain way gives. {@code -Dshortcut.cases=N -Dshortcut.seed=S} asks for more. */
class ShortcutsTest {

    private static final int CASES = Integer.getInteger("shortcut.cases", 1_500);
    private static final long SEED = Long.getLong("shortcut.seed", 4711);

    private static final int PLACES = 6;

    private record Case(String expression, String text, int from, int to) {}

    @Test
    void aSearchOverBytesFindsWhatThePlainOneFinds() {
        compare(text -> text);
    }

    @Test
    void aSearchOverStandInsForOtherCharactersFindsWhatThePlainOneFinds() {
        compare(text -> text.replace('b', 'ж').replace(':', '\u2003') + "\u0661");
    }

    private interface Change {
        String of(String text);
    }

    private static void compare(Change change) {
        RandomExpressions random = new RandomExpressions(SEED);
        List<String> differences = new ArrayList<>();
        int compared = 0;
        int matched = 0;
        for (int i = 0; i < CASES; i++) {
            String expression = random.expression();
            Regex regex;
            try {
                regex = Regex.compile(expression, EnumSet.noneOf(Regex.Flag.class));
            } catch (RegexSyntaxException e) {
                continue;
            }
            Matcher plain = regex.matcher();
            Matcher fast = regex.matcher();
            Matcher remembering = new Matcher(regex, 0, Integer.MAX_VALUE);
            Matcher translated = new Matcher(regex, Machine.STEPS_WITHOUT_MEMORY, 0);
            for (int t = 0; t < 5; t++) {
                String string = change.of(random.text());
                int to = t < 4 ? string.length() : random.below(string.length() + 1);
                int from = t < 4 ? 0 : random.below(to + 1);
                Case question = new Case(expression, string, from, to);
                // A text that is a part of another has its characters elsewhere in memory.
                Text text = Text.of("ab" + string + "a").slice(2, string.length() + 2);
                String expected = spans(plain.searchPlainly(text, from, to, 200_000), plain, regex);
                String found = spans(fast.search(text, from, to), fast, regex);
                String foundRemembering = spans(remembering.search(text, from, to), remembering, regex);
                String foundTranslated = spans(translated.search(text, from, to), translated, regex);
                if (expected.equals("BUDGET_EXHAUSTED")) {
                    continue;
                }
                compared++;
                matched += expected.startsWith("MATCH") ? 1 : 0;
                if (!expected.equals(found) && !found.equals("BUDGET_EXHAUSTED")) {
                    differences.add(question + "\n plain " + expected + "\n fast  " + found);
                }
                if (!expected.equals(foundTranslated) && !foundTranslated.equals("BUDGET_EXHAUSTED")) {
                    differences.add(question + "\n plain " + expected + "\n translated " + foundTranslated);
                }
                if (!expected.equals(foundRemembering)) {
                    differences.add(question + "\n plain " + expected + "\n remembering " + foundRemembering);
                }
                if (expected.startsWith("MATCH")) {
                    checkLiterals(regex, string, differences);
                    if (plain.start(0) == 0 && to == string.length()) {
                        checkBeginning(regex, text, differences);
                    }
                }
            }
        }
        assertThat(differences).as("differences, seed " + SEED).isEmpty();
        assertThat(matched).as("matches among " + compared).isBetween(compared / 10, compared * 9 / 10);
    }

    private static void checkLiterals(Regex regex, String text, List<String> differences) {
        List<Literal> literals = regex.requiredLiterals();
        boolean found = literals.stream()
                .anyMatch(literal -> literal.ignoreCase()
                        ? text.toLowerCase(Locale.ROOT).contains(literal.text())
                        : text.contains(literal.text()));
        if (!literals.isEmpty() && !found) {
            differences.add(regex.expression() + " matches " + text + " without any of " + literals);
        }
    }

    private static void checkBeginning(Regex regex, Text text, List<String> differences) {
        boolean[][] allowed = regex.beginning(PLACES);
        for (int place = 0; place < PLACES; place++) {
            int symbol = place < text.length() ? text.at(place) : Ahead.END;
            boolean known = symbol < Ahead.END || place >= text.length();
            if (known && !allowed[place][symbol]) {
                differences.add(regex.expression() + " matches " + text + ", which may not begin so at " + place);
            }
        }
    }

    private static String spans(Matcher.Result result, Matcher matcher, Regex regex) {
        return result == Matcher.Result.MATCH
                ? "MATCH " + PythonDifferentialTest.spans(matcher, regex.groupCount())
                : result.name();
    }
}
