package org.fleetban.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.stream.Stream;
import org.fleetban.engine.config.ConfigException;
import org.fleetban.engine.config.ConfigurationReader;
import org.fleetban.engine.config.FilterDefinition;
import org.fleetban.engine.config.JailDefinition.UseDns;
import org.fleetban.engine.filter.Filter;
import org.fleetban.engine.filter.FilterException;
import org.fleetban.engine.filter.FilterState;
import org.fleetban.engine.filter.LogLine;
import org.fleetban.engine.filter.LogTime;
import org.fleetban.engine.filter.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * What the dearest line costs that somebody may write: every filter of a configuration against lines of {@link HostileLine},
 * for {@code bench/hostile-lines}: {@code HostileLines CONFIG LOGS FOLDER LINES SEED [FILTER…]}. Measured is the processor
 * time of the thread; the dearest lines of a filter are measured again at the end, and the least counts, so that neither
 * the compiler nor the collector nor a neighbour is taken for the line's cost.
 */
public final class HostileLines {

    private static final double LIMIT_MS = 50;
    private static final int KEPT = 12;
    private static final int REPEATS = 3;
    private static final Instant CLOCK = Instant.parse("2026-03-01T12:00:00Z");
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final String name;
    private final FilterDefinition definition;
    private final Filter filter;
    private final HostileLine lines;
    private int exhausted;
    private long bytes;
    private long nanos;

    /** A line and the least time that it took. */
    private record Cost(int number, long nanos) {}

    private HostileLines(String name, FilterDefinition definition, HostileLine lines) throws FilterException {
        this.name = name;
        this.definition = definition;
        this.filter = compile(definition);
        this.lines = lines;
    }

    /** Runs it; exits with 1 where a line costs more than 50 ms. */
    public static void main(String[] args) throws IOException, FilterException {
        if (args.length < 5) {
            throw new IllegalArgumentException("expected CONFIG LOGS FOLDER LINES SEED [FILTER…]");
        }
        Path config = Path.of(args[0]);
        Path logs = Path.of(args[1]);
        Path folder = Files.createDirectories(Path.of(args[2]));
        int count = Integer.parseInt(args[3]);
        long seed = Long.parseLong(args[4]);
        Map<String, FilterDefinition> filters =
                filters(config, Arrays.asList(args).subList(5, args.length));
        List<String> allSamples = samples(logs, filters.keySet());
        int above = 0;
        System.out.printf("%-34s %9s %9s %10s %9s  %s%n", "filter", "worst ms", "bytes", "exhausted", "MB/s", "where");
        for (Map.Entry<String, FilterDefinition> entry : filters.entrySet()) {
            List<String> samples = samples(logs, List.of(entry.getKey()));
            HostileLine source =
                    new HostileLine(samples.isEmpty() ? allSamples : samples, literals(entry.getValue()), seed);
            above += new HostileLines(entry.getKey(), entry.getValue(), source).run(count, folder) ? 1 : 0;
        }
        System.out.printf(
                "%d filters, %d lines each, seed %d: %d with a line above %.0f ms%n",
                filters.size(), count, seed, above, LIMIT_MS);
        System.exit(above == 0 ? 0 : 1);
    }

    /** Each filter, and each mode of it that makes a difference. */
    private static Map<String, FilterDefinition> filters(Path config, List<String> named) throws IOException {
        List<String> names = new ArrayList<>(named);
        if (names.isEmpty()) {
            try (Stream<Path> files = Files.list(config.resolve("filter.d"))) {
                files.map(file -> String.valueOf(file.getFileName()))
                        .filter(file -> file.endsWith(".conf"))
                        .sorted()
                        .forEach(file -> names.add(file.substring(0, file.length() - ".conf".length())));
            }
        }
        Map<String, FilterDefinition> filters = new LinkedHashMap<>();
        for (String name : names) {
            FilterDefinition plain = read(config, name);
            FilterDefinition aggressive = name.contains("[") ? null : read(config, name + "[mode=aggressive]");
            if (plain != null) {
                filters.put(name, plain);
            }
            if (aggressive != null && (plain == null || !aggressive.failRegex().equals(plain.failRegex()))) {
                filters.put(name + "[mode=aggressive]", aggressive);
            }
        }
        return filters;
    }

    /** Null for what is no filter by itself, or none in that mode. */
    private static @Nullable FilterDefinition read(Path config, String name) {
        try {
            FilterDefinition definition = ConfigurationReader.readFilter(config, name, Map.of());
            compile(definition);
            return definition.failRegex().isEmpty() ? null : definition;
        } catch (ConfigException | FilterException e) {
            return null;
        }
    }

    private static List<String> samples(Path logs, Iterable<String> filters) throws IOException {
        List<String> samples = new ArrayList<>();
        for (String filter : filters) {
            Path log = logs.resolve(filter.replaceFirst("\\[.*", ""));
            if (Files.isRegularFile(log)) {
                for (String line : Files.readString(log, StandardCharsets.UTF_8).split("\n")) {
                    if (!line.isBlank() && !line.startsWith("#")) {
                        samples.add(line);
                    }
                }
            }
        }
        return samples;
    }

    /** The runs of plain characters in the expressions. */
    private static List<String> literals(FilterDefinition definition) {
        List<String> literals = new ArrayList<>();
        List<String> expressions = new ArrayList<>(definition.failRegex());
        if (definition.prefRegex() != null) {
            expressions.add(definition.prefRegex());
        }
        for (String expression : expressions) {
            for (String run : expression
                    .replaceAll("<[^ <>]+>|\\(\\?[^)]{0,20}|\\\\[a-zA-Z]", "\n")
                    .replaceAll("\\\\(.)", "$1")
                    .split("[\n()|?*+^$]+")) {
                if (!run.isEmpty() && !literals.contains(run)) {
                    literals.add(run);
                }
            }
        }
        return literals;
    }

    private static Filter compile(FilterDefinition definition) throws FilterException {
        return Filter.compile(definition, UseDns.WARN, ZoneOffset.UTC);
    }

    private boolean run(int count, Path folder) throws IOException, FilterException {
        PriorityQueue<Cost> dearest = new PriorityQueue<>(Comparator.comparingLong(Cost::nanos));
        FilterState state = filter.newState();
        for (int i = 0; i < count; i++) {
            byte[] line = lines.line(i);
            long took = time(filter, state, line);
            bytes += line.length;
            nanos += took;
            dearest.add(new Cost(i, took));
            if (dearest.size() > KEPT) {
                dearest.remove();
            }
        }
        Cost worst = dearest.stream()
                .map(cost -> new Cost(cost.number(), least(filter, cost.number())))
                .max(Comparator.comparingLong(Cost::nanos))
                .orElse(new Cost(0, 0));
        double ms = worst.nanos() / 1e6;
        System.out.printf(
                Locale.ROOT,
                "%-34s %9.1f %9d %10d %9.1f  %s%n",
                name,
                ms,
                lines.line(worst.number()).length,
                exhausted,
                bytes * 1e3 / nanos,
                where(worst.number()));
        if (ms > LIMIT_MS) {
            Files.write(folder.resolve(name + "-" + worst.number() + ".log"), lines.line(worst.number()));
        }
        return ms > LIMIT_MS;
    }

    private long time(Filter measured, FilterState state, byte[] line) {
        long start = THREADS.getCurrentThreadCpuTime();
        Outcome outcome = measured.apply(state, LogLine.ofFile(line, StandardCharsets.UTF_8, CLOCK), LogTime.BOUNDED);
        long took = THREADS.getCurrentThreadCpuTime() - start;
        exhausted += outcome instanceof Outcome.Exhausted ? 1 : 0;
        return took;
    }

    /** Processor time of a line behind those before it, as far as they matter; the least of some runs. */
    private long least(Filter measured, int number) {
        int before = exhausted;
        long least = Long.MAX_VALUE;
        for (int i = 0; i < REPEATS; i++) {
            FilterState state = measured.newState();
            for (int k = Math.max(0, number - measured.definition().maxLines() + 1); k < number; k++) {
                time(measured, state, lines.line(k));
            }
            least = Math.min(least, time(measured, state, lines.line(number)));
        }
        exhausted = before;
        return least;
    }

    /** What of the filter costs most: each failregex alone, and what comes before them. */
    private String where(int number) throws FilterException {
        long before = least(compile(only("^\\x00<HOST>\\x00$", definition.prefRegex())), number);
        long most = 0;
        int dearest = 0;
        for (int i = 0; i < definition.failRegex().size(); i++) {
            long took = least(compile(only(definition.failRegex().get(i), definition.prefRegex())), number);
            if (took > most) {
                most = took;
                dearest = i + 1;
            }
        }
        return String.format(
                Locale.ROOT,
                "line %d: date and prefregex %.1f, failregex %d %.1f",
                number,
                before / 1e6,
                dearest,
                most / 1e6);
    }

    private FilterDefinition only(String failRegex, @Nullable String prefRegex) {
        return new FilterDefinition(
                definition.name(),
                prefRegex,
                List.of(failRegex),
                List.of(),
                definition.maxLines(),
                definition.datePattern(),
                List.of(),
                Map.of());
    }
}
