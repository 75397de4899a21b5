package org.fleetban.engine.filter;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.fleetban.engine.regex.Text;
import org.fleetban.engine.time.DateDetector;

/** What a filter remembers of one source: sessions, the buffer of multi-line filters, the last date. Not thread-safe. */
public final class FilterState {

    /** Shared with the other filters of a set that look for the same dates. */
    final DateTrack dates;

    final Sessions sessions;
    final Deque<BufferedLine> buffer = new ArrayDeque<>(1);

    /** So many of the last lines are known to let no failregex match; perhaps more than are buffered. */
    int silentLines;

    /** So many lines of the source the filter has seen, in a set of filters that counts them in a {@link Backlog}. */
    long seenLines;

    FilterState(DateTrack dates) {
        this(dates, new Sessions());
    }

    private FilterState(DateTrack dates, Sessions sessions) {
        this.dates = dates;
        this.sessions = sessions;
    }

    /** The lines that a multi-line filter keeps, oldest first. */
    public List<String> bufferedLines() {
        return BufferedLine.wholes(buffer);
    }

    /** Forgets what matters least: evidence, then old sessions, then buffered lines; returns whether there was any. */
    boolean shorten() {
        if (sessions.shorten()) {
            return true;
        }
        boolean any = !buffer.isEmpty();
        for (int left = (buffer.size() + 1) / 2; left > 0; left--) {
            buffer.removeFirst();
        }
        return any;
    }

    /** The state in its versioned binary form; {@link Filter#readState(byte[])} reads it. */
    public byte[] toBytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(StateFormat.VERSION);
            dates.write(out);
            writeLines(out);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    /** In bytes, without the dates. */
    int length() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            writeLines(new DataOutputStream(bytes));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.size();
    }

    /** Writes all but the dates. */
    void writeLines(DataOutput out) throws IOException {
        sessions.write(out);
        out.writeInt(buffer.size());
        for (BufferedLine line : buffer) {
            StateFormat.writeText(out, line.whole().toString());
            StateFormat.writeText(out, line.rest().toString());
        }
    }

    static FilterState read(byte[] bytes, DateDetector dates) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            StateFormat.readVersion(in);
            return readLines(in, DateTrack.read(in, dates));
        } catch (IOException cutShort) {
            throw StateFormat.unreadable(bytes, cutShort);
        }
    }

    /** Reads what {@link #writeLines} wrote. */
    static FilterState readLines(DataInput in, DateTrack dates) throws IOException {
        FilterState state = new FilterState(dates, Sessions.read(in));
        int lines = in.readInt();
        for (int i = 0; i < lines; i++) {
            state.buffer.add(new BufferedLine(Text.of(StateFormat.readText(in)), Text.of(StateFormat.readText(in))));
        }
        return state;
    }
}
