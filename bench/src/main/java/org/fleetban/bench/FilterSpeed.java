package org.fleetban.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.Map;
import org.fleetban.engine.config.ConfigException;
import org.fleetban.engine.config.ConfigurationReader;
import org.fleetban.engine.config.JailDefinition.UseDns;
import org.fleetban.engine.filter.Filter;
import org.fleetban.engine.filter.FilterException;
import org.fleetban.engine.filter.FilterState;
import org.fleetban.engine.filter.Outcome;

/**
 * One filter over one file in one thread, for {@code bench/filter-speed}: {@code FilterSpeed CONFIG FILTER FILE}. Prints
 * what came of the lines.
 */
public final class FilterSpeed {

    private static final int BUFFER_BYTES = 1 << 20;

    private final Filter filter;
    private final FilterState state;
    private final Instant clock = Instant.now();
    private long lines;
    private long matched;
    private long pending;

    private FilterSpeed(Filter filter) {
        this.filter = filter;
        this.state = filter.newState();
    }

    /** Runs it. */
    public static void main(String[] args) throws IOException, ConfigException, FilterException {
        if (args.length != 3) {
            throw new IllegalArgumentException("expected CONFIG FILTER FILE, such as /etc/fail2ban sshd /tmp/auth.log");
        }
        FilterSpeed run = new FilterSpeed(Filter.compile(
                ConfigurationReader.readFilter(Path.of(args[0]), args[1], Map.of()),
                UseDns.WARN,
                ZoneId.systemDefault()));
        run.read(Path.of(args[2]));
        System.out.printf(
                "Lines: %d lines, %d matched, %d matched without being a failure, %d missed%n",
                run.lines, run.matched, run.pending, run.lines - run.matched - run.pending);
    }

    private void read(Path file) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        int kept = 0;
        try (InputStream input = Files.newInputStream(file)) {
            int count;
            while ((count = input.read(buffer, kept, buffer.length - kept)) > 0) {
                int end = kept + count;
                int start = 0;
                for (int i = kept; i < end; i++) {
                    if (buffer[i] == '\n') {
                        judge(Arrays.copyOfRange(buffer, start, i));
                        start = i + 1;
                    }
                }
                kept = end - start;
                System.arraycopy(buffer, start, buffer, 0, kept);
                if (kept == buffer.length) {
                    buffer = Arrays.copyOf(buffer, 2 * buffer.length);
                }
            }
        }
        if (kept > 0) {
            judge(Arrays.copyOf(buffer, kept));
        }
    }

    private void judge(byte[] line) {
        lines++;
        Outcome outcome = filter.apply(state, line, StandardCharsets.UTF_8, clock);
        if (outcome instanceof Outcome.Matched) {
            matched++;
        } else if (outcome instanceof Outcome.Pending) {
            pending++;
        }
    }
}
