package org.fleetban.engine.filter;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.fleetban.engine.config.ConfigException;
import org.fleetban.engine.config.ConfigurationReader;
import org.fleetban.engine.config.JailDefinition.UseDns;
import org.fleetban.engine.filter.AnnotatedLog.Line;
import org.fleetban.engine.filter.Examination.Hit;
import org.fleetban.engine.filter.Examination.Kind;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Every stock filter of fail2ban on its annotated test log, under the rules of fail2ban's own test of them. */
final class CorpusTest {

    /** The moment at which fail2ban's test takes the lines to be read: noon of a summer's day in its zone. */
    private static final Instant CLOCK = Instant.ofEpochSecond(1124013600);

    private static final ZoneId ZONE = ZoneId.of("Europe/Berlin");

    private static final DateTimeFormatter WRITTEN_TIME =
            DateTimeFormatter.ofPattern("yyyy-M-d'T'H:m:s[.SSSSSS][.SSS]");

    /** What an annotation says that is no group of the failure. */
    private static final Set<String> NO_GROUP = Set.of("time", "match", "desc", "constraint");

    private final Set<String> annotated = new HashSet<>();
    private int evaluations;
    private int unannotated;

    /** The two filters that exist for the test only refer to files by a path in fail2ban's source tree. */
    private static Path testFilters(Path root) throws IOException {
        Path filters = Files.createDirectories(root.resolve("1/2/3/4/5/6/filter.d"));
        try (Stream<Path> files = Files.list(Fail2banPackage.TESTS.resolve("config/filter.d"))) {
            for (Path file : files.toList()) {
                Files.copy(file, filters.resolve(file.getFileName().toString()));
            }
        }
        Path common = Files.createDirectories(root.resolve("config/filter.d")).resolve("common.conf");
        Files.copy(Fail2banPackage.CONFIGURATION.resolve("filter.d/common.conf"), common);
        return root.resolve("1/2/3/4/5/6");
    }

    @TestFactory
    Stream<DynamicTest> everyStockFilterFindsWhatFail2banFinds(@TempDir Path root) throws IOException {
        Fail2banPackage.require();
        List<DynamicTest> tests = new ArrayList<>();
        for (Path configuration : List.of(Fail2banPackage.CONFIGURATION, testFilters(root))) {
            try (Stream<Path> files = Files.list(configuration.resolve("filter.d"))) {
                files.map(file -> file.getFileName().toString())
                        .filter(name -> name.endsWith(".conf"))
                        .map(name -> name.substring(0, name.length() - ".conf".length()))
                        .filter(name -> Files.isRegularFile(Fail2banPackage.LOGS.resolve(name)))
                        .sorted()
                        .forEach(name -> tests.add(DynamicTest.dynamicTest(name, () -> judge(configuration, name))));
            }
        }
        int filters = tests.size();
        tests.add(DynamicTest.dynamicTest("all annotated lines were judged", () -> {
            System.out.printf(
                    "corpus: %d logs, %d annotated lines, %d evaluations of them, %d of lines without annotation%n",
                    filters, annotated.size(), evaluations, unannotated);
            assertThat(filters).isGreaterThanOrEqualTo(91);
            assertThat(annotated).hasSizeGreaterThanOrEqualTo(1067);
        }));
        return tests.stream();
    }

    /** A filter under one set of options, with the state that it keeps through the file. */
    private static final class Subject {
        final Filter filter;
        final FilterState state;
        final Set<Integer> used = new HashSet<>();

        Subject(Filter filter) {
            this.filter = filter;
            this.state = filter.newState();
        }

        String expression(int index) {
            return filter.definition().failRegex().get(index);
        }
    }

    private void judge(Path configuration, String name) throws IOException, ConfigException, FilterException {
        Map<Map<String, String>, Subject> subjects = new LinkedHashMap<>();
        Set<String> usedExpressions = new HashSet<>();
        for (Line line : AnnotatedLog.read(Fail2banPackage.LOGS, name)) {
            if (line.expected() != null) {
                annotated.add(line.file() + ":" + line.number());
            }
            for (Map<String, String> options : line.optionSets()) {
                if (line.expected() != null && !applies(line.expected(), name, options)) {
                    continue;
                }
                evaluations += line.expected() != null ? 1 : 0;
                unannotated += line.expected() == null ? 1 : 0;
                Map<String, String> parameters = new LinkedHashMap<>(options);
                parameters.keySet().removeIf(option -> option.startsWith("test."));
                Subject subject = subjects.get(parameters);
                if (subject == null) {
                    subject = new Subject(Filter.compile(
                            ConfigurationReader.readFilter(configuration, name, parameters), UseDns.RAW, ZONE));
                    subjects.put(parameters, subject);
                }
                judge(subject, line, options);
                for (int index : subject.used) {
                    usedExpressions.add(subject.expression(index));
                }
            }
        }
        subjects.forEach((options, subject) -> {
            for (int i = 0; i < subject.filter.definition().failRegex().size(); i++) {
                assertThat(usedExpressions)
                        .as("%s%s: no line for failregex %d", name, options, i)
                        .contains(subject.expression(i));
            }
        });
    }

    /** The three forms of constraints that these files have. */
    private static boolean applies(JsonNode expected, String name, Map<String, String> options) {
        JsonNode constraint = expected.get("constraint");
        if (constraint == null) {
            return true;
        }
        return switch (constraint.textValue()) {
            case "name == 'sshd'" -> name.equals("sshd");
            case "opts.get('mode') == 'aggressive'" -> "aggressive".equals(options.get("mode"));
            case "opts.get('mode') != 'aggressive'" -> !"aggressive".equals(options.get("mode"));
            default -> throw new IllegalArgumentException("unknown constraint: " + constraint);
        };
    }

    private static void judge(Subject subject, Line line, Map<String, String> options) {
        boolean journal = "journal".equals(options.get("logtype"));
        String text = journal ? options.getOrDefault("test.prefix-line", "") + line.text() : line.text();
        LogLine logLine = new LogLine(
                text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8, CLOCK, journal ? CLOCK : null);
        Examination found = subject.filter.examine(subject.state, logLine, LogTime.AS_WRITTEN, true);
        String where = line.file() + ":" + line.number() + " " + options + "\n" + text + "\n" + found;
        assertThat(found.exhausted()).as(where).isNull();
        found.hits().forEach(hit -> subject.used.add(hit.expression()));
        List<Hit> failures =
                found.hits().stream().filter(hit -> hit.kind() == Kind.FAILURE).toList();
        JsonNode expected = line.expected();
        boolean match = expected != null && expected.path("match").booleanValue();
        assertThat(failures).as(where).hasSize(match ? 1 : 0);
        if (expected == null || !match) {
            return;
        }
        Failure failure = failures.get(0).failure();
        assertThat(failure).as(where).isNotNull();
        expected.fields().forEachRemaining(entry -> {
            if (!NO_GROUP.contains(entry.getKey())) {
                compare(failure, entry.getKey(), entry.getValue(), where);
            }
        });
        JsonNode time = expected.get("time");
        if (time != null && !time.isNull()) {
            assertThat(failure.time())
                    .as(where)
                    .isEqualTo(LocalDateTime.parse(time.textValue(), WRITTEN_TIME)
                            .atZone(ZONE)
                            .toInstant());
        }
    }

    private static void compare(Failure failure, String key, JsonNode expected, String where) {
        switch (key) {
            case "attempts" -> assertThat(failure.matches()).as(where).hasSize(expected.intValue());
            case "users" ->
                assertThat(new TreeSet<>(failure.users()))
                        .as(where)
                        .isEqualTo(Stream.iterate(0, i -> i < expected.size(), i -> i + 1)
                                .map(i -> expected.get(i).textValue())
                                .collect(Collectors.toCollection(TreeSet::new)));
            case "host" -> {
                String found = failure.groups().getOrDefault("host", failure.id());
                assertThat(canonical(found)).as(where).isEqualTo(canonical(expected.textValue()));
            }
            default -> assertThat(failure.groups().get(key)).as(where).isEqualTo(expected.textValue());
        }
    }

    private static String canonical(String text) {
        String ip = IpText.canonical(text);
        return ip != null ? ip : text;
    }
}
