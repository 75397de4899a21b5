package org.fleetban.engine.filter;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.fleetban.engine.regex.Text;
import org.fleetban.engine.time.DateDetector;
import org.fleetban.engine.time.DateRanking;
import org.jspecify.annotations.Nullable;

/** What a filter remembers of one source: sessions, the buffer of multi-line filters, the last date. Not thread-safe. */
public final class FilterState {

    final DateRanking ranking;
    final Sessions sessions;
    List<BufferedLine> buffer = new ArrayList<>(0);

    /** The last log time that was read, and the clock of its line. */
    @Nullable
    Instant lastTime;

    Instant lastClock = Instant.EPOCH;

    FilterState(DateRanking ranking) {
        this(ranking, new Sessions());
    }

    private FilterState(DateRanking ranking, Sessions sessions) {
        this.ranking = ranking;
        this.sessions = sessions;
    }

    /** The state in its versioned binary form; {@link Filter#readState(byte[])} reads it. */
    public byte[] toBytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(StateFormat.VERSION);
            ranking.write(out);
            out.writeBoolean(lastTime != null);
            if (lastTime != null) {
                StateFormat.writeInstant(out, lastTime);
                StateFormat.writeInstant(out, lastClock);
            }
            sessions.write(out);
            out.writeInt(buffer.size());
            for (BufferedLine line : buffer) {
                StateFormat.writeText(out, line.whole().toString());
                StateFormat.writeText(out, line.rest().toString());
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    static FilterState read(byte[] bytes, DateDetector dates) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            int version = in.readUnsignedByte();
            if (version != StateFormat.VERSION) {
                throw new IllegalArgumentException(
                        "filter state of version " + version + ": expected " + StateFormat.VERSION);
            }
            DateRanking ranking = dates.readRanking(in);
            Instant lastTime = null;
            Instant lastClock = Instant.EPOCH;
            if (in.readBoolean()) {
                lastTime = StateFormat.readInstant(in);
                lastClock = StateFormat.readInstant(in);
            }
            FilterState state = new FilterState(ranking, Sessions.read(in));
            state.lastTime = lastTime;
            state.lastClock = lastClock;
            int lines = in.readInt();
            for (int i = 0; i < lines; i++) {
                state.buffer.add(
                        new BufferedLine(Text.of(StateFormat.readText(in)), Text.of(StateFormat.readText(in))));
            }
            return state;
        } catch (IOException cutShort) {
            throw new IllegalArgumentException(
                    "filter state of " + bytes.length + " bytes is cut short or no filter state", cutShort);
        }
    }
}
