package org.fleetban.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.fleetban.engine.config.ConfigException;
import org.fleetban.engine.config.ConfigurationReader;
import org.fleetban.engine.config.JailDefinition.UseDns;
import org.fleetban.engine.filter.Filter;
import org.fleetban.engine.filter.FilterException;
import org.fleetban.engine.filter.FilterSet;
import org.fleetban.engine.filter.FilterSetState;
import org.fleetban.engine.filter.FilterState;
import org.fleetban.engine.filter.JailFilter;
import org.fleetban.engine.filter.LogTime;
import org.fleetban.engine.filter.Outcome;
import org.fleetban.engine.regex.Literal;
import org.fleetban.engine.regex.LiteralScanner;
import org.fleetban.engine.regex.Matcher;
import org.fleetban.engine.regex.Regex;
import org.fleetban.engine.regex.RegexSyntaxException;
import org.fleetban.engine.regex.Text;
import org.fleetban.engine.time.DateDetector;
import org.fleetban.engine.time.DatePatternException;
import org.fleetban.engine.time.DateRanking;
import org.fleetban.engine.time.DateSearch;
import org.fleetban.engine.time.Years;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The parts of the engine, over the lines of an OpenSSH log in turn: nanoseconds a line. {@code bench/engine} runs it, with
 * fail2ban's stock filters from {@code -Dfail2ban=/etc/fail2ban}.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
public class EngineBenchmark {

    private static final Path CONFIG = Path.of(System.getProperty("fail2ban", "/etc/fail2ban"));
    private static final int LINES = 50_000;
    private static final Instant CLOCK = Instant.parse("2026-06-01T12:00:00Z");

    /** The lines. */
    @State(Scope.Thread)
    public static class Log {
        private final byte[][] lines;
        private final Text[] texts;
        private int next;

        /** Generates them. */
        public Log() {
            try {
                Path file = Files.createTempFile("fleetban", ".log");
                OpenSshLog.main(new String[] {file.toString(), Integer.toString(LINES), "1"});
                lines = Files.readAllLines(file).stream()
                        .map(line -> line.getBytes(StandardCharsets.UTF_8))
                        .toArray(byte[][]::new);
                Files.delete(file);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            texts = new Text[lines.length];
            for (int i = 0; i < lines.length; i++) {
                texts[i] = Text.decode(lines[i], 0, lines[i].length, StandardCharsets.UTF_8);
            }
        }

        private int next() {
            next = next + 1 == lines.length ? 0 : next + 1;
            return next;
        }
    }

    /** The default date templates. */
    @State(Scope.Thread)
    public static class Dates {
        private final DateSearch search;
        private final DateRanking ranking;

        /** Compiles them. */
        public Dates() {
            DateDetector dates;
            try {
                dates = DateDetector.compile(null, ZoneOffset.UTC, Years.CURRENT);
            } catch (DatePatternException e) {
                throw new IllegalStateException(e);
            }
            search = dates.newSearch();
            ranking = dates.newRanking();
        }
    }

    /** The stock sshd filter and parts of it. */
    @State(Scope.Thread)
    public static class Sshd {
        private final Filter filter = compile("sshd");
        private final FilterState state = filter.newState();
        private final Matcher failed;
        private final LiteralScanner scanner;
        private final long[] found;

        /** Compiles it. */
        public Sshd() {
            failed = regex(filter.expandedFailRegex().get(3)).matcher();
            scanner = LiteralScanner.of(literals(filter.expandedFailRegex()));
            found = scanner.newResult();
        }

        private static Regex regex(String expression) {
            try {
                return Regex.compile(expression, EnumSet.noneOf(Regex.Flag.class));
            } catch (RegexSyntaxException e) {
                throw new IllegalStateException(e);
            }
        }

        private static List<Literal> literals(List<String> expressions) {
            List<Literal> literals = new ArrayList<>();
            for (String expression : expressions) {
                literals.addAll(regex(expression).requiredLiterals());
            }
            return literals;
        }
    }

    /** All stock filters on one source. */
    @State(Scope.Thread)
    public static class AllFilters {
        private final FilterSet set;
        private final FilterSetState state;
        private int outcomes;

        /** Compiles them; those that need a parameter are left out. */
        public AllFilters() {
            Map<String, JailFilter> filters = new TreeMap<>();
            try (DirectoryStream<Path> files = Files.newDirectoryStream(CONFIG.resolve("filter.d"), "*.conf")) {
                for (Path file : files) {
                    String name = file.getFileName().toString().replace(".conf", "");
                    if (!name.endsWith("-common") && !name.equals("common")) {
                        filters.put(name, new JailFilter(compile(name), StandardCharsets.UTF_8));
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            set = FilterSet.of(filters);
            state = set.newState();
        }
    }

    private static Filter compile(String name) {
        try {
            return Filter.compile(ConfigurationReader.readFilter(CONFIG, name, Map.of()), UseDns.WARN, ZoneOffset.UTC);
        } catch (ConfigException | FilterException e) {
            throw new IllegalStateException(name + ": " + e.getMessage(), e);
        }
    }

    /** Bytes to characters. */
    @Benchmark
    public Text decode(Log log) {
        byte[] line = log.lines[log.next()];
        return Text.decode(line, 0, line.length, StandardCharsets.UTF_8);
    }

    /** Where the date is, and what time it means. */
    @Benchmark
    public Instant date(Log log, Dates dates) {
        Text line = log.texts[log.next()];
        dates.search.find(line, dates.ranking, CLOCK.getEpochSecond());
        Instant time = dates.search.time(line, CLOCK);
        return time == null ? CLOCK : time;
    }

    /** Which literals of the sshd filter occur. */
    @Benchmark
    public long[] literals(Log log, Sshd sshd) {
        Text line = log.texts[log.next()];
        sshd.scanner.scan(line, 0, line.length(), sshd.found);
        return sshd.found;
    }

    /** The costliest of the sshd filter's expressions, on lines of all kinds. */
    @Benchmark
    public Matcher.Result expression(Log log, Sshd sshd) {
        Text line = log.texts[log.next()];
        return sshd.failed.search(line, Math.min(line.length(), 33), line.length());
    }

    /** A line to an outcome. */
    @Benchmark
    public Outcome sshd(Log log, Sshd sshd) {
        return sshd.filter.apply(sshd.state, log.lines[log.next()], StandardCharsets.UTF_8, CLOCK);
    }

    /** A line to the outcomes of all stock filters. */
    @Benchmark
    public int allFilters(Log log, AllFilters filters) {
        filters.set.apply(
                filters.state,
                log.lines[log.next()],
                null,
                CLOCK,
                LogTime.BOUNDED,
                (jail, outcome) -> filters.outcomes++);
        return filters.outcomes;
    }
}
