package org.fleetban.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.fleetban.app.LogFileReader;
import org.fleetban.engine.config.Configuration;
import org.fleetban.engine.config.ConfigurationReader;
import org.fleetban.engine.config.JailDefinition;
import org.fleetban.engine.filter.FilterException;
import org.fleetban.engine.filter.FilterSet;
import org.fleetban.engine.filter.FilterSetState;
import org.fleetban.engine.filter.JailFilter;
import org.fleetban.engine.filter.LogTime;
import org.fleetban.engine.filter.Outcome;

/**
 * The filters of jails over one file in one thread, as the processor runs them, for {@code bench/filter-speed}:
 * {@code FilterSpeed CONFIG FILE [JAIL…]}; without a jail all that are enabled. Prints what came of the lines, and the thread's
 * processor time for the lines alone; with {@code -Dpasses=N} the file is read so often, each time from the beginning, and the
 * time of the last pass is told too.
 */
public final class FilterSpeed {

    private final FilterSet filters;
    private final FilterSetState state;
    private final Instant clock = Instant.now();
    private long lines;
    private long matched;
    private long pending;
    private boolean lineMatched;
    private boolean linePending;

    private FilterSpeed(FilterSet filters) {
        this.filters = filters;
        this.state = filters.newState();
    }

    /** Runs it. */
    public static void main(String[] args) throws IOException, FilterException {
        if (args.length < 2) {
            throw new IllegalArgumentException(
                    "expected CONFIG FILE [JAIL…], such as /etc/fail2ban /tmp/auth.log sshd");
        }
        Set<String> named = Set.of(Arrays.copyOfRange(args, 2, args.length));
        Configuration configuration = ConfigurationReader.read(Path.of(args[0]), named, Map.of());
        Map<String, JailFilter> jails = new LinkedHashMap<>();
        for (JailDefinition jail : configuration.jails()) {
            if (named.isEmpty() || named.contains(jail.name())) {
                jails.put(jail.name(), JailFilter.compile(jail));
            }
        }
        if (jails.isEmpty() || !jails.keySet().containsAll(named)) {
            throw new IllegalArgumentException("no such jails in " + args[0] + ": " + configuration.problems());
        }
        FilterSet filters = FilterSet.of(jails);
        FilterSpeed run = new FilterSpeed(filters);
        long first = run.timed(Path.of(args[1]));
        long last = first;
        for (int pass = 1; pass < Integer.getInteger("passes", 1); pass++) {
            last = new FilterSpeed(filters).timed(Path.of(args[1]));
        }
        System.out.printf(
                Locale.ROOT,
                "Lines: %d lines, %d matched, %d matched without being a failure, %d missed; %d jail(s); %d ms for the lines%n",
                run.lines,
                run.matched,
                run.pending,
                run.lines - run.matched - run.pending,
                jails.size(),
                first);
        System.out.printf(Locale.ROOT, "Last pass: %d ms%n", last);
    }

    /** Reads the file; returns the thread's processor time in milliseconds. */
    private long timed(Path file) throws IOException {
        long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        read(file);
        return (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start) / 1_000_000;
    }

    private void read(Path file) throws IOException {
        try (LogFileReader reader = new LogFileReader(file)) {
            for (byte[] line = reader.next(); line != null; line = reader.next()) {
                judge(line);
            }
        }
    }

    private void judge(byte[] line) {
        lines++;
        lineMatched = false;
        linePending = false;
        filters.apply(state, line, null, clock, LogTime.BOUNDED, this::found);
        if (lineMatched) {
            matched++;
        } else if (linePending) {
            pending++;
        }
    }

    private void found(String jail, Outcome outcome) {
        lineMatched |= outcome instanceof Outcome.Matched;
        linePending |= outcome instanceof Outcome.Pending;
    }
}
