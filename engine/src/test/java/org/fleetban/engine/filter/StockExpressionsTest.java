package org.fleetban.engine.filter;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.fleetban.engine.config.ConfigException;
import org.fleetban.engine.config.ConfigurationReader;
import org.fleetban.engine.config.JailDefinition.UseDns;
import org.fleetban.engine.regex.Matcher;
import org.fleetban.engine.regex.PlainSearch;
import org.fleetban.engine.regex.Regex;
import org.fleetban.engine.regex.Text;
import org.fleetban.engine.time.DateDetector;
import org.fleetban.engine.time.DatePatternException;
import org.fleetban.engine.time.Years;
import org.junit.jupiter.api.Test;

/** Every expression of every filter of fail2ban finds in every line of its test logs what the plain machine finds. */
final class StockExpressionsTest {

    private static final Instant CLOCK = Instant.parse("2026-03-01T12:00:00Z");
    private static final List<String> MODES = List.of("", "[mode=aggressive]", "[mode=ddos]", "[mode=extra]");

    /** An expression under the flags that it has in its filter. */
    private record Stock(Regex regex, boolean multiLine) {
        String key() {
            return regex.expression() + multiLine;
        }
    }

    private final Map<String, Stock> expressions = new LinkedHashMap<>();
    private final Set<String> texts = new LinkedHashSet<>();

    @Test
    void theFastMachineFindsWhatThePlainOneFinds() throws IOException, DatePatternException {
        Fail2banPackage.require();
        readFiltersAndLogs();
        List<Text> lines = texts.stream().map(Text::of).toList();
        AtomicInteger matches = new AtomicInteger();
        List<String> differences = expressions.values().parallelStream()
                .flatMap(stock -> compare(stock, lines, matches).stream())
                .toList();
        System.out.printf(
                "stock expressions: %d, lines: %d, matches: %d, differences: %d%n",
                expressions.size(), lines.size(), matches.get(), differences.size());
        assertThat(differences).isEmpty();
        assertThat(expressions).hasSizeGreaterThan(200);
        assertThat(matches.get()).isGreaterThan(2_000);
    }

    private static List<String> compare(Stock stock, List<Text> lines, AtomicInteger matches) {
        Matcher plain = stock.regex().matcher();
        Matcher fast = stock.regex().matcher();
        List<String> differences = new ArrayList<>();
        for (Text line : lines) {
            String expected = PlainSearch.plainly(plain, stock.regex(), line);
            String found = PlainSearch.fast(fast, stock.regex(), line);
            if (Character.isDigit(expected.charAt(0))) {
                matches.incrementAndGet();
            }
            if (!found.equals(expected)) {
                differences.add(
                        stock.regex().expression() + "\n  in " + line + "\n  plain " + expected + "\n  fast  " + found);
            }
        }
        return differences;
    }

    private void readFiltersAndLogs() throws IOException, DatePatternException {
        List<Filter> filters = new ArrayList<>();
        try (Stream<Path> files = Files.list(Fail2banPackage.CONFIGURATION.resolve("filter.d"))) {
            for (Path file : files.sorted().toList()) {
                String name = file.getFileName().toString();
                for (String mode : name.endsWith(".conf") ? MODES : List.<String>of()) {
                    add(name.substring(0, name.length() - ".conf".length()) + mode, filters);
                }
            }
        }
        DateDetector dates = DateDetector.compile(null, ZoneOffset.UTC, Years.CURRENT);
        LineDater dater = new LineDater(dates.newPlainSearch());
        DateTrack track = new DateTrack(dates.newRanking());
        try (Stream<Path> logs = Files.list(Fail2banPackage.LOGS)) {
            for (Path log : logs.filter(Files::isRegularFile).sorted().toList()) {
                for (String line : Files.readString(log, StandardCharsets.UTF_8).split("\n")) {
                    if (!line.startsWith("#") && !line.isBlank()) {
                        Text rest = dater.date(track, Text.of(line), null, CLOCK, LogTime.AS_WRITTEN)
                                .rest()
                                .concat(Text.of("\n"));
                        texts.add(rest.toString());
                        addContents(filters, rest);
                    }
                }
            }
        }
    }

    /** What the prefregexes leave of a line is what most failregexes see. */
    private void addContents(List<Filter> filters, Text text) {
        for (Filter filter : filters) {
            Expression prefix = filter.rules().prefix();
            if (prefix != null && prefix.number("content") > 0) {
                Matcher matcher = prefix.regex().matcher();
                if (matcher.search(text) == Matcher.Result.MATCH && matcher.group(prefix.number("content")) != null) {
                    texts.add(matcher.group(prefix.number("content")) + "\n");
                }
            }
        }
    }

    private void add(String name, List<Filter> filters) {
        Filter filter;
        try {
            filter = Filter.compile(
                    ConfigurationReader.readFilter(Fail2banPackage.CONFIGURATION, name, Map.of()),
                    UseDns.WARN,
                    ZoneOffset.UTC);
        } catch (ConfigException | FilterException noFilterByItself) {
            return;
        }
        filters.add(filter);
        if (filter.rules().prefix() != null) {
            add(new Stock(filter.rules().prefix().regex(), false));
        }
        filter.rules()
                .fails()
                .forEach(expression ->
                        add(new Stock(expression.regex(), filter.rules().maxLines() > 1)));
        filter.rules().ignores().forEach(expression -> add(new Stock(expression.regex(), false)));
    }

    private void add(Stock stock) {
        expressions.putIfAbsent(stock.key(), stock);
    }
}
