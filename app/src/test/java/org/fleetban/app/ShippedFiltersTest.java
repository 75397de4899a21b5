package org.fleetban.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.fleetban.engine.config.Configuration;
import org.fleetban.engine.config.ConfigurationReader;
import org.fleetban.engine.config.FilterDefinition;
import org.fleetban.engine.config.JailDefinition;
import org.fleetban.engine.config.JailDefinition.UseDns;
import org.fleetban.engine.filter.Failure;
import org.fleetban.engine.filter.Filter;
import org.fleetban.engine.filter.FilterState;
import org.fleetban.engine.filter.Outcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The filters under {@code config/filter.d} against their samples, whose form is in {@code samples/README.md}. */
class ShippedFiltersTest {

    private static final Path CONFIG = Path.of("..", "config");
    private static final Path FILTERS = CONFIG.resolve("filter.d");
    private static final Path SAMPLES = FILTERS.resolve("samples");

    static List<Path> samples() throws IOException {
        return files(SAMPLES, ".log");
    }

    @ParameterizedTest
    @MethodSource("samples")
    void everyLineGivesWhatTheCommentBeforeItSays(Path file) throws Exception {
        Sample sample = Sample.read(file);
        List<String> differences = new ArrayList<>();
        sample.run((line, outcome) -> {
            String found = describe(outcome, line);
            if (!found.equals(line.expected())) {
                differences.add(file + ":" + line.number() + "\n  line:     " + line.text() + "\n  expected: "
                        + line.expected() + "\n  found:    " + found);
            }
        });
        assertThat(differences).isEmpty();
        assertThat(sample.lines()).isNotEmpty();
    }

    @Test
    void everyExpressionOfEveryFilterIsTheFirstToMatchSomeLine() throws Exception {
        Map<String, Set<String>> unused = new TreeMap<>();
        Map<String, Set<String>> used = new HashMap<>();
        for (Path file : samples()) {
            Sample sample = Sample.read(file);
            List<String> expressions = sample.definition().failRegex();
            String filter = sample.definition().name();
            unused.computeIfAbsent(filter, name -> new LinkedHashSet<>()).addAll(expressions);
            Set<String> hit = used.computeIfAbsent(filter, name -> new LinkedHashSet<>());
            sample.run((line, outcome) -> {
                if (outcome instanceof Outcome.Matched matched) {
                    matched.failures().forEach(failure -> hit.add(expressions.get(failure.expression())));
                }
            });
        }
        unused.forEach((filter, expressions) -> expressions.removeAll(used.getOrDefault(filter, Set.of())));
        assertThat(unused)
                .isNotEmpty()
                .allSatisfy((filter, expressions) -> assertThat(expressions).isEmpty());
    }

    @Test
    void everyFilterHasASampleWithLinesThatMatchAndLinesThatDoNot() throws Exception {
        Map<String, List<Line>> lines = new HashMap<>();
        for (Path file : samples()) {
            Sample sample = Sample.read(file);
            lines.computeIfAbsent(sample.definition().name(), name -> new ArrayList<>())
                    .addAll(sample.lines());
        }
        for (Path file : files(FILTERS, ".conf")) {
            String name = file.getFileName().toString().replaceFirst("\\.conf$", "");
            if (!name.endsWith("common")) {
                assertThat(lines).containsKey(name);
                assertThat(lines.get(name)).as(name).anyMatch(Line::matches).anyMatch(line -> !line.matches());
            }
        }
    }

    @Test
    void everyJailCanBeEnabledWithoutAProblem() {
        Set<String> all = Set.of(
                "sshd", "sshd-hangup", "asterisk", "apache-auth", "apache-botsearch", "apache-noscript", "recidive");

        Configuration configuration = ConfigurationReader.read(CONFIG, all, Map.of());

        assertThat(configuration.problems()).isEmpty();
        assertThat(configuration.jails()).extracting(JailDefinition::name).containsExactlyInAnyOrderElementsOf(all);
    }

    @Test
    void aUsersOwnNamesAreAddedToTheShippedOnes() throws Exception {
        FilterDefinition definition = ConfigurationReader.readFilter(
                CONFIG, "apache-botsearch", Map.of("names", "MyOldShop", "scripts", "no"));
        Filter filter = Filter.compile(definition, UseDns.NO, ZoneOffset.UTC);
        String request = "192.0.2.1 - - [23/Nov/2026:07:00:00 +0000] \"GET /%s HTTP/1.1\" 404 196";

        assertThat(apply(filter, request.formatted("MyOldShop"))).isInstanceOf(Outcome.Matched.class);
        assertThat(apply(filter, request.formatted("myoldshop"))).isInstanceOf(Outcome.NoMatch.class);
    }

    private static Outcome apply(Filter filter, String line) {
        return filter.apply(filter.newState(), line.getBytes(UTF_8), UTF_8, Instant.parse("2026-11-23T12:00:00Z"));
    }

    /** The outcome in the words of a sample's comment, with the time only where the comment has one. */
    private static String describe(Outcome outcome, Line line) {
        if (outcome instanceof Outcome.NoMatch) {
            return Line.NO_MATCH;
        }
        if (!(outcome instanceof Outcome.Matched matched) || matched.failures().size() != 1) {
            return outcome.toString();
        }
        Failure failure = matched.failures().get(0);
        String time = line.expected().contains(" time=") ? " time=" + failure.time() : "";
        String user = failure.groups().get("user");
        return "match host=" + failure.id() + time + (user == null ? "" : " user=" + user);
    }

    private static List<Path> files(Path directory, String suffix) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(suffix))
                    .sorted(Comparator.naturalOrder())
                    .toList();
        }
    }

    /**
     * A line of a sample.
     *
     * @param expected the comment before it: {@code match host=… time=… user=…}, or {@link #NO_MATCH}
     */
    private record Line(int number, String text, String expected) {

        static final String NO_MATCH = "no match";

        boolean matches() {
            return !expected.equals(NO_MATCH);
        }
    }

    private interface Judge {
        void judge(Line line, Outcome outcome);
    }

    /** A sample file: its filter, the moment at which it is read, its lines. */
    private record Sample(FilterDefinition definition, Instant clock, List<Line> lines) {

        private static final Pattern COMMENT = Pattern.compile("# (filter|clock|match|no match)(?::? (.*))?");

        static Sample read(Path file) throws Exception {
            String filter = null;
            Instant clock = null;
            String expected = null;
            List<Line> lines = new ArrayList<>();
            int number = 0;
            for (String text : Files.readAllLines(file)) {
                number++;
                Matcher comment = COMMENT.matcher(text);
                if (comment.matches()) {
                    String value = comment.group(2);
                    switch (comment.group(1)) {
                        case "filter" -> filter = value;
                        case "clock" -> clock = Instant.parse(value);
                        case "match" -> expected = "match " + value;
                        default -> expected = Line.NO_MATCH;
                    }
                } else if (!text.isBlank() && !text.startsWith("#")) {
                    if (expected == null) {
                        fail(file + ":" + number + ": no comment before the line says what must come of it");
                    }
                    lines.add(new Line(number, text, expected));
                    expected = null;
                }
            }
            if (filter == null || clock == null) {
                throw new AssertionError(file + ": expected '# filter: …' and '# clock: …' at its head");
            }
            return new Sample(ConfigurationReader.readFilter(CONFIG, filter, Map.of()), clock, lines);
        }

        void run(Judge judge) throws Exception {
            Filter filter = Filter.compile(definition, UseDns.WARN, ZoneOffset.UTC);
            FilterState state = filter.newState();
            for (Line line : lines) {
                judge.judge(line, filter.apply(state, line.text().getBytes(UTF_8), UTF_8, clock));
            }
        }
    }
}
