package org.fleetban.app;

import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import org.fleetban.engine.filter.Failure;
import org.fleetban.engine.filter.Filter;
import org.fleetban.engine.filter.FilterState;
import org.fleetban.engine.filter.LogLine;
import org.fleetban.engine.filter.LogTime;
import org.fleetban.engine.filter.Outcome;
import org.jspecify.annotations.Nullable;

/** The failures of one log file, one after the other, at the log's own time. */
final class ScannedLog implements Closeable {

    private final Path file;
    private final Filter filter;
    private final Charset charset;
    private final FilterState state;
    private final LogFileReader reader;
    private final Instant clock;
    private final Deque<Failure> found = new ArrayDeque<>();
    private long lines;
    private long failures;
    private long exhausted;

    /**
     * Opens a file.
     *
     * @param file the log
     * @param filter finds the failures
     * @param charset the log's encoding
     * @param now a file's lines are no younger than its last change, nor than this: the year of dates without one
     * @throws UserException if it can't be read
     */
    ScannedLog(Path file, Filter filter, Charset charset, Clock now) {
        this.file = file;
        this.filter = filter;
        this.charset = charset;
        this.state = filter.newState();
        this.reader = new LogFileReader(file);
        this.clock = lastChange(file, now.instant());
    }

    /** The next failure, null at the end of the file. */
    @Nullable
    Failure next() {
        while (found.isEmpty()) {
            byte[] line = read();
            if (line == null) {
                return null;
            }
            lines++;
            Outcome outcome = filter.apply(state, LogLine.ofFile(line, charset, clock), LogTime.AS_WRITTEN);
            if (outcome instanceof Outcome.Matched matched) {
                found.addAll(matched.failures());
            } else if (outcome instanceof Outcome.Exhausted) {
                exhausted++;
            }
        }
        failures++;
        return found.remove();
    }

    /** The log. */
    Path file() {
        return file;
    }

    /** Offset of the line of the failure that {@link #next} gave. */
    long offset() {
        return reader.lineOffset();
    }

    long lines() {
        return lines;
    }

    long failures() {
        return failures;
    }

    /** Lines for which a step budget ran out before there was an answer. */
    long exhausted() {
        return exhausted;
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }

    private byte @Nullable [] read() {
        try {
            return reader.next();
        } catch (IOException e) {
            throw new UserException(file + ": cannot be read further: " + e.getMessage(), e);
        }
    }

    private static Instant lastChange(Path file, Instant now) {
        try {
            Instant changed = Files.getLastModifiedTime(file).toInstant();
            return changed.isBefore(now) ? changed : now;
        } catch (IOException e) {
            return now;
        }
    }
}
