package org.fleetban.engine.regex;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Asks Python itself, where there is one of version 3.11. {@code -Dpython.cases=N} asks more. */
class PythonDifferentialTest {

    private static final int CASES = Integer.getInteger("python.cases", 700);
    private static final long SEED = Long.getLong("python.seed", 20260801);
    private static final int TEXTS = 6;

    /** Reads lines of hexadecimal UTF-8: expression, then texts; answers with an error or the spans of each search. */
    private static final String PROGRAM = String.join(
            "\n",
            "import re, signal, sys, warnings",
            "warnings.simplefilter('ignore')",
            "class Slow(Exception): pass",
            "def alarm(signum, frame): raise Slow()",
            "signal.signal(signal.SIGALRM, alarm)",
            "def u(h): return bytes.fromhex(h).decode('utf-8', 'surrogatepass')",
            "for line in sys.stdin:",
            "  parts = line.rstrip('\\n').split(' ')",
            "  try:",
            "    r = re.compile(u(parts[0]))",
            "  except re.error as e:",
            "    print('error', e.msg, 'at', e.pos)",
            "    continue",
            "  except (OverflowError, ValueError) as e:",
            "    print('error', e, 'at', None)",
            "    continue",
            "  out = []",
            "  for p in parts[1:]:",
            "    h, a, b = p.split(',')",
            "    try:",
            "      signal.setitimer(signal.ITIMER_REAL, 0.3)",
            "      m = r.search(u(h), int(a), int(b))",
            "      signal.setitimer(signal.ITIMER_REAL, 0)",
            "    except Slow:",
            "      out.append('slow')",
            "      continue",
            "    out.append('no' if m is None else ','.join('%d-%d' % s for s in m.regs))",
            "  print(r.groups, sorted(r.groupindex.items()), '; '.join(out))",
            "  sys.stdout.flush()",
            "");

    @Test
    void expressionsMeanWhatPythonTakesThemFor() throws Exception {
        compare(RandomExpressions::expression);
    }

    @Test
    void damagedExpressionsAreRejectedWithPythonsWordsAndPosition() throws Exception {
        compare(RandomExpressions::damaged);
    }

    @Test
    void noiseIsRejectedWithPythonsWordsAndPosition() throws Exception {
        compare(RandomExpressions::noise);
    }

    private record Case(String expression, List<String> texts, List<Integer> from, List<Integer> to) {}

    private static void compare(java.util.function.Function<RandomExpressions, String> source) throws Exception {
        assumeTrue(pythonIsThere(), "python3 of version 3.11 is not installed: nothing to compare with");
        RandomExpressions random = new RandomExpressions(SEED);
        List<Case> cases = new ArrayList<>();
        for (int i = 0; i < CASES; i++) {
            List<String> texts = new ArrayList<>();
            List<Integer> from = new ArrayList<>();
            List<Integer> to = new ArrayList<>();
            String expression = source.apply(random);
            for (int t = 0; t < TEXTS; t++) {
                String text = random.text();
                texts.add(text);
                boolean whole = t < TEXTS - 2;
                to.add(whole ? text.length() : random.below(text.length() + 1));
                from.add(whole ? 0 : random.below(to.get(t) + 1));
            }
            cases.add(new Case(expression, texts, from, to));
        }
        List<String> answers = ask(cases);
        assertThat(answers).as("answers of Python, seed " + SEED).hasSize(cases.size());
        List<String> differences = new ArrayList<>();
        for (int i = 0; i < cases.size(); i++) {
            String ours = answer(cases.get(i));
            if (!same(ours, answers.get(i))) {
                differences.add(cases.get(i) + "\n  python: " + answers.get(i) + "\n  ours:   " + ours);
            }
        }
        assertThat(differences).as("differences, seed " + SEED).isEmpty();
    }

    /** Python gives some errors without a position. Where one of both took exponential time nothing is compared. */
    private static boolean same(String ours, String python) {
        if (python.endsWith(" at None")) {
            return ours.startsWith(python.substring(0, python.length() - 4));
        }
        if (!ours.contains("budget") && !python.contains("slow")) {
            return ours.equals(python);
        }
        String[] oursByText = ours.split("; ");
        String[] pythonByText = python.split("; ");
        for (int t = 0; t < oursByText.length; t++) {
            if (!oursByText[t].endsWith("budget")
                    && !pythonByText[t].endsWith("slow")
                    && !oursByText[t].equals(pythonByText[t])) {
                return false;
            }
        }
        return oursByText.length == pythonByText.length;
    }

    private static String answer(Case question) {
        Regex regex;
        try {
            regex = Regex.compile(question.expression, EnumSet.noneOf(Regex.Flag.class));
        } catch (RegexSyntaxException e) {
            return "error " + String.valueOf(e.getMessage()).replace(" at position ", " at ");
        }
        List<String> spans = new ArrayList<>();
        Matcher matcher = regex.matcher();
        for (int t = 0; t < TEXTS; t++) {
            Matcher.Result result =
                    matcher.search(Text.of(question.texts.get(t)), question.from.get(t), question.to.get(t));
            spans.add(
                    result == Matcher.Result.MATCH
                            ? spans(matcher, regex.groupCount())
                            : result == Matcher.Result.NO_MATCH ? "no" : "budget");
        }
        List<String> names = regex.groupNames().entrySet().stream()
                .map(e -> "('" + e.getKey() + "', " + e.getValue() + ")")
                .sorted()
                .toList();
        return regex.groupCount() + " [" + String.join(", ", names) + "] " + String.join("; ", spans);
    }

    static String spans(Matcher matcher, int groups) {
        List<String> spans = new ArrayList<>();
        for (int g = 0; g <= groups; g++) {
            spans.add(matcher.start(g) + "-" + matcher.end(g));
        }
        return String.join(",", spans);
    }

    private static boolean pythonIsThere() throws InterruptedException {
        try {
            Process process = new ProcessBuilder(
                            "python3", "-c", "import sys; sys.exit(sys.version_info[:2] != (3, 11))")
                    .start();
            return process.waitFor() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private static List<String> ask(List<Case> cases) throws Exception {
        Process python = new ProcessBuilder("python3", "-c", PROGRAM)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        List<String> answers = new ArrayList<>();
        Thread writer = new Thread(() -> write(python, cases));
        writer.start();
        try (BufferedReader reader = python.inputReader(StandardCharsets.UTF_8)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                answers.add(line);
            }
        }
        assertThat(python.waitFor(1, TimeUnit.MINUTES)).isTrue();
        return answers;
    }

    private static void write(Process python, List<Case> cases) {
        try (BufferedWriter out = python.outputWriter(StandardCharsets.US_ASCII)) {
            for (Case question : cases) {
                out.write(hex(question.expression));
                for (int t = 0; t < question.texts.size(); t++) {
                    out.write(" " + hex(question.texts.get(t)) + "," + question.from.get(t) + "," + question.to.get(t));
                }
                out.write("\n");
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static String hex(String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
    }
}
