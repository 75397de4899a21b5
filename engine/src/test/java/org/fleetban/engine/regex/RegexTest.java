package org.fleetban.engine.regex;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.fleetban.engine.regex.Matcher.Result;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What Python 3.11 answers, as facts. */
class RegexTest {

    private static Regex compile(String expression, Regex.Flag... flags) {
        try {
            EnumSet<Regex.Flag> set = EnumSet.noneOf(Regex.Flag.class);
            set.addAll(Arrays.asList(flags));
            return Regex.compile(expression, set);
        } catch (RegexSyntaxException e) {
            throw new AssertionError(expression, e);
        }
    }

    private static String spans(String expression, String text, Regex.Flag... flags) {
        Regex regex = compile(expression, flags);
        Matcher matcher = regex.matcher();
        Result result = matcher.search(Text.of(text));
        return result == Result.MATCH ? PythonDifferentialTest.spans(matcher, regex.groupCount()) : result.name();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "(a)|b)~unbalanced parenthesis~5",
                "(a~missing ), unterminated subpattern~0",
                "a**~multiple repeat~2",
                "*a~nothing to repeat~0",
                "^*~nothing to repeat~1",
                "[a~unterminated character set~0",
                "[z-a]~bad character range z-a~1",
                "[\\w-a]~bad character range \\w-a~1",
                "\\q~bad escape \\q~0",
                "[\\A]~bad escape \\A~1",
                "a\\~bad escape (end of pattern)~1",
                "\\x1~incomplete escape \\x1~0",
                "\\777~octal escape value \\777 outside of range 0-0o377~0",
                "\\N{NO SUCH THING}~undefined character name 'NO SUCH THING'~0",
                "\\1~invalid group reference 1~1",
                "(\\1)~cannot refer to an open group~1",
                "(?P<a>x)(?P<a>y)~redefinition of group name 'a' as group 2; was group 1~12",
                "(?P=b)~unknown group name 'b'~4",
                "(?P<1>x)~bad character in group name '1'~4",
                "(?P<a~missing >, unterminated name~4",
                "(?P<>x)~missing group name~4",
                "(?Px)~unknown extension ?Px~1",
                "(?<x)~unknown extension ?<x~1",
                "(?;x)~unknown extension ?;~1",
                "(?#~missing ), unterminated comment~0",
                "(?(1)a|b|c)~conditional backref with more than two branches~8",
                "(?(2)a)(b)~invalid group reference 2~3",
                "(?(0)a)~bad group number~3",
                "a(?i)b~global flags not at the start of the expression~1",
                "(?iz)~unknown flag~3",
                "(?i-i:a)~bad inline flags: flag turned on and off~5",
                "(?-u:a)~bad inline flags: cannot turn off flags 'a', 'u' and 'L'~4",
                "(?au:a)~bad inline flags: flags 'a', 'u' and 'L' are incompatible~4",
                "(?L)a~bad inline flags: cannot use 'L' flag with a str pattern~3",
                "a{3,2}~min repeat greater than max repeat~2",
                "a{4294967295}~the repetition number is too large~2",
                "x(?<=a+)~look-behind requires fixed-width pattern~1",
                "(a)(?<=(b)\\2)~cannot refer to group defined in the same lookbehind subpattern~12",
            })
    void rejectsWhatPythonRejectsInItsWordsAndAtItsPosition(String expression, String message, int position) {
        assertThatThrownBy(() -> Regex.compile(expression, Set.of()))
                .isInstanceOfSatisfying(RegexSyntaxException.class, e -> {
                    assertThat(e).hasMessage(message + " at position " + position);
                    assertThat(e.position()).isEqualTo(position);
                    assertThat(e.expression()).isEqualTo(expression);
                });
    }

    @Test
    void rejectsWhatIsNestedTooDeeplyInsteadOfOverflowingTheStack() {
        assertThatThrownBy(() -> Regex.compile("(".repeat(100_000), Set.of()))
                .isInstanceOf(RegexSyntaxException.class)
                .hasMessageContaining("nested deeper than");
        assertThat(spans("(?:".repeat(300) + "a" + ")?".repeat(300), "xa")).isEqualTo("0-0");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "(a)|b~b~0-1,-1--1",
                "(?:(a)|b)*~ab~0-2,0-1",
                "(a?)*~b~0-0,0-0",
                "(a*)*~aab~0-2,2-2",
                "(a*?)*?b~aab~0-3,1-2",
                "(a|ab)(c|bcd)(d*)~abcd~0-4,0-1,1-4,4-4",
                "(?P<x>a)(?P=x)~baa~1-3,1-2",
                "(a)?(?(1)b|c)~ab~0-2,0-1",
                "(a)?(?(1)b|c)~c~0-1,-1--1",
                "(?>a|ab)c~abc~NO_MATCH",
                "(?>a*?)b~ab~1-2",
                "a*+a~aaa~NO_MATCH",
                "(?:ab?){2}+b~abab~NO_MATCH",
                "(?<=a)b~ab~1-2",
                "(?<!a)b~abb~2-3",
                "(?=(a+))a~aa~0-1,0-2",
                "a{,2}~aaa~0-2",
                "a{}~a{}~0-3",
                "a{x}~a{x}~0-4",
                "[]a]+~]a~0-2",
                "[^]]+~a]~0-1",
                "[^[]*~a[~0-1",
                "a|ab|abc~abc~0-1",
                "(?i:a)b~Ab~0-2",
                "(?i:a)b~AB~NO_MATCH",
                "(?i)(?-i:a)b~aB~0-2",
                "\\101\\x42\\u0043~ABC~0-3",
                "a(?#comment)b~ab~0-2",
                "(?x) a b # c~ab~0-2",
            })
    void matchesWhatPythonMatches(String expression, String text, String spans) {
        assertThat(spans(expression, text)).isEqualTo(spans);
    }

    @Test
    void assertionsHoldWhereTheyDoInPython() {
        assertThat(spans("a$", "a\n")).isEqualTo("0-1");
        assertThat(spans("a$", "a\n\n")).isEqualTo("NO_MATCH");
        assertThat(spans("a\\Z", "a\n")).isEqualTo("NO_MATCH");
        assertThat(spans("^b", "a\nb")).isEqualTo("NO_MATCH");
        assertThat(spans("^b", "a\nb", Regex.Flag.MULTILINE)).isEqualTo("2-3");
        assertThat(spans("a$", "a\nb", Regex.Flag.MULTILINE)).isEqualTo("0-1");
        assertThat(spans("\\B", "")).isEqualTo("NO_MATCH");
        assertThat(spans(".", "\r\u0085\u2028")).isEqualTo("0-1");
        assertThat(spans("a.b", "a\nb")).isEqualTo("NO_MATCH");
        assertThat(spans("a.b", "a\nb", Regex.Flag.DOTALL)).isEqualTo("0-3");
    }

    @Test
    void classesAreThoseOfPythonsStrings() {
        for (String word : List.of("é", "²", "ж", "五", "\u0661", "_", "ª", "\u16ee")) {
            assertThat(spans("^\\w$", word)).as(word).isEqualTo("0-1");
        }
        for (String other : List.of("\u0301", "\u203f", "-", "\u00a0")) {
            assertThat(spans("^\\w$", other)).as(other).isEqualTo("NO_MATCH");
        }
        for (String space : List.of("\u001c", "\u001f", "\u0085", "\u00a0", "\u2028", "\u3000", "\u000b")) {
            assertThat(spans("^\\s\\Z", space))
                    .as("U+%04x", (int) space.charAt(0))
                    .isEqualTo("0-1");
        }
        assertThat(spans("^\\s", "\u200b")).isEqualTo("NO_MATCH");
        assertThat(spans("^\\d$", "\u0661")).isEqualTo("0-1");
        assertThat(spans("^\\d$", "²")).isEqualTo("NO_MATCH");
        assertThat(spans("^\\w$", "é", Regex.Flag.ASCII)).isEqualTo("NO_MATCH");
        assertThat(spans("\\bb", "éb")).isEqualTo("NO_MATCH");
    }

    @ParameterizedTest
    @CsvSource({
        "k, \u212a",
        "\u212a, K",
        "s, ſ",
        "ſ, S",
        "i, ı",
        "ı, I",
        "İ, i",
        "µ, μ",
        "σ, ς",
        "Σ, ς",
        "ß, ẞ",
        "ﬅ, ﬆ",
        "ж, Ж",
        "[a-z], ſ",
        "[K], k",
        "\ud801\udc28, \ud801\udc00"
    })
    void charactersAreEqualWithoutCaseAsInPython(String expression, String text) {
        assertThat(spans("^" + expression + "$", text, Regex.Flag.IGNORECASE)).isNotEqualTo("NO_MATCH");
    }

    @ParameterizedTest
    @CsvSource({"k, \u212a", "s, ſ", "é, É"})
    void asciiLettersOnlyHaveCaseWithTheAsciiFlag(String expression, String text) {
        assertThat(spans(expression, text, Regex.Flag.IGNORECASE, Regex.Flag.ASCII))
                .isEqualTo("NO_MATCH");
        assertThat(spans("a", "A", Regex.Flag.IGNORECASE, Regex.Flag.ASCII)).isEqualTo("0-1");
    }

    @Test
    void groupNamesComeInTheOrderOfTheExpression() {
        Regex regex = compile("(?P<z>a)(b)(?P<_a>c)");
        assertThat(regex.groupCount()).isEqualTo(3);
        assertThat(regex.groupNames()).containsExactly(java.util.Map.entry("z", 1), java.util.Map.entry("_a", 3));
    }

    @Test
    void aSearchInAPartSeesWhatIsBeforeItAndNotWhatIsBehind() {
        Matcher matcher = compile("(?<=a)b$").matcher();
        assertThat(matcher.search(Text.of("abc"), 1, 2)).isEqualTo(Result.MATCH);
        assertThat(matcher.start(0)).isEqualTo(1);
        assertThat(compile("^b").matcher().search(Text.of("ab"), 1, 2)).isEqualTo(Result.NO_MATCH);
    }

    @Test
    void aGroupThatTookNoPartHasNoText() {
        Matcher matcher = compile("(a)|(b)").matcher();
        assertThat(matcher.search(Text.of("xb"))).isEqualTo(Result.MATCH);
        assertThat(matcher.group(1)).isNull();
        assertThat(matcher.group(2)).isEqualTo("b");
        assertThat(matcher.search(Text.of("x"))).isEqualTo(Result.NO_MATCH);
        assertThat(matcher.group(2)).isNull();
        assertThat(matcher.start(0)).isEqualTo(-1);
    }

    @Test
    void placesAreCountedInCodePoints() {
        Matcher matcher = compile("b+").matcher();
        assertThat(matcher.search(Text.of("\ud83d\ude00bb"))).isEqualTo(Result.MATCH);
        assertThat(matcher.start(0)).isEqualTo(1);
        assertThat(matcher.group(0)).isEqualTo("bb");
    }

    @Test
    void anExpressionTellsHowFarItGot() {
        Matcher matcher =
                compile("^Failed (?:password|none) for (\\S+) from \\d+$").matcher();
        assertThat(matcher.progress(Text.of("Failed password for root from host")))
                .contains(new Matcher.Progress(30, 41));
        assertThat(matcher.progress(Text.of("Failed none for root from 1"))).isEmpty();
    }

    @Test
    void literalsThatAMatchNeedsAreKnown() {
        assertThat(compile("^Failed (?:password|none) for (\\S+)").requiredLiterals())
                .containsExactly(new Literal("Failed password for ", false), new Literal("Failed none for ", false));
        assertThat(compile("(?:Failed|Invalid) \\d").requiredLiterals())
                .containsExactly(new Literal("Failed ", false), new Literal("Invalid ", false));
        assertThat(compile("^[iI](?:llegal|nvalid) user .*").requiredLiterals())
                .containsExactly(new Literal("illegal user ", true), new Literal("invalid user ", true));
        assertThat(compile("(?:error: )?(?:PAM: )?a\\d+ from").requiredLiterals())
                .containsExactly(new Literal(" from", false));
        assertThat(compile("(?i)abc").requiredLiterals()).containsExactly(new Literal("abc", true));
        assertThat(compile("\\S+|a").requiredLiterals()).isEmpty();
    }
}
