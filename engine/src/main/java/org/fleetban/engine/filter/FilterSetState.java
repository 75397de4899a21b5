package org.fleetban.engine.filter;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.fleetban.engine.time.DateDetector;
import org.jspecify.annotations.Nullable;

/** What the filters of a {@link FilterSet} remember of one source. Not thread-safe. */
public final class FilterSetState {

    private final List<String> names;
    private final List<DateTrack> tracks;
    private final List<FilterState> states;
    private final int[] trackOf;
    private final SteadyDates steady = new SteadyDates();
    private Loners loners = new Loners(0);
    private int lonersAt = -1;
    private final Buffers buffers;
    private final Backlog backlog;

    /** A bit for each filter that only remembers lines until one concerns it. */
    private final long[] dormant;

    /**
     * Which filters may be left alone while they only remember lines.
     *
     * @param lines by filter, how many lines it keeps; 0 where it keeps none, or is to be asked about every line
     * @param patterns the date patterns of these filters
     * @param sizes by date pattern, how many lines its filters keep at most
     */
    record Buffers(
            @SuppressWarnings("ArrayRecordComponent") int[] lines,
            @SuppressWarnings("ArrayRecordComponent") int[] patterns,
            @SuppressWarnings("ArrayRecordComponent") int[] sizes) {

        static Buffers of(List<Filter> filters, int[] patternOf, int patterns) {
            int[] lines = new int[filters.size()];
            int[] sizes = new int[patterns];
            for (int i = 0; i < lines.length; i++) {
                if (filters.get(i).rules().onlyRemembers()) {
                    lines[i] = filters.get(i).rules().maxLines();
                    sizes[patternOf[i]] = Math.max(sizes[patternOf[i]], lines[i]);
                }
            }
            return new Buffers(
                    lines,
                    IntStream.range(0, patterns).filter(i -> sizes[i] > 0).toArray(),
                    sizes);
        }
    }

    FilterSetState(
            List<String> names, List<DateTrack> tracks, List<FilterState> states, int[] trackOf, Buffers buffers) {
        this.names = names;
        this.tracks = tracks;
        this.states = states;
        this.trackOf = trackOf;
        this.buffers = buffers;
        this.backlog = new Backlog(buffers.sizes());
        this.dormant = new long[(states.size() + 63) >>> 6];
    }

    /**
     * The tracks that go on by themselves.
     *
     * @param bits a bit for each of them
     * @param dated a bit for each that has had a date
     */
    record Loners(
            @SuppressWarnings("ArrayRecordComponent") long[] bits,
            @SuppressWarnings("ArrayRecordComponent") long[] dated) {

        Loners(int tracks) {
            this(new long[(tracks + 63) >>> 6], new long[(tracks + 63) >>> 6]);
        }
    }

    /** The tracks that are in no run, until one enters or leaves. */
    Loners loners() {
        if (steady.changes() != lonersAt) {
            lonersAt = steady.changes();
            loners = new Loners(tracks.size());
            for (int i = 0; i < tracks.size(); i++) {
                if (tracks.get(i).run() == null) {
                    loners.bits()[i >>> 6] |= 1L << i;
                }
                if (tracks.get(i).lastTime != null) {
                    loners.dated()[i >>> 6] |= 1L << i;
                }
            }
        }
        return loners;
    }

    DateTrack track(int index) {
        return tracks.get(index);
    }

    /** The tracks that go on alike. */
    SteadyDates steady() {
        return steady;
    }

    /** A bit for each filter that needs not be asked about lines that do not concern it. */
    long[] dormant() {
        return dormant;
    }

    /** The state of a filter that is to judge the next line. */
    FilterState wake(int filter) {
        FilterState state = states.get(filter);
        if (buffers.lines()[filter] > 0) {
            catchUp(filter, state);
            state.seenLines = backlog.lines() + 1;
        }
        return state;
    }

    /** A filter has judged a line. */
    void rest(int filter) {
        int lines = buffers.lines()[filter];
        if (lines > 0) {
            long bit = 1L << filter;
            boolean silent = states.get(filter).silentLines >= lines;
            dormant[filter >>> 6] = silent ? dormant[filter >>> 6] | bit : dormant[filter >>> 6] & ~bit;
        }
    }

    /** A line was judged by all filters that it concerns. */
    void next(LineDates dates) {
        backlog.add(buffers.patterns(), dates, this);
    }

    /** Gives all filters the lines that they have missed. */
    private void catchUp() {
        for (int i = 0; i < states.size(); i++) {
            if (buffers.lines()[i] > 0) {
                catchUp(i, states.get(i));
            }
        }
    }

    private void catchUp(int filter, FilterState state) {
        if (state.seenLines < backlog.lines()) {
            backlog.catchUp(state, trackOf[filter], buffers.lines()[filter]);
        }
    }

    /**
     * Makes the state shorter, where that of one source has come to be longer than can be stored: the jail that remembers most
     * forgets the older half of its evidence, or where it has none the older half of its sessions, then of its lines.
     *
     * @return whether there was anything to forget
     */
    public boolean shorten() {
        catchUp();
        FilterState longest = null;
        int most = -1;
        for (FilterState state : states) {
            int length = state.length();
            if (length > most) {
                most = length;
                longest = state;
            }
        }
        return longest != null && longest.shorten();
    }

    /** The state in its versioned binary form; {@link FilterSet#readState(byte[])} reads it. */
    public byte[] toBytes() {
        steady.end();
        catchUp();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(StateFormat.VERSION);
            out.writeInt(tracks.size());
            for (DateTrack track : tracks) {
                StateFormat.writeBlock(out, track::write);
            }
            out.writeInt(states.size());
            for (int i = 0; i < states.size(); i++) {
                StateFormat.writeText(out, names.get(i));
                out.writeInt(trackOf[i]);
                StateFormat.writeBlock(out, states.get(i)::writeLines);
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    /** What was written for one jail. */
    private record Written(byte[] track, byte[] lines) {}

    static FilterSetState read(
            byte[] bytes, List<String> names, List<DateDetector> detectors, int[] trackOf, Buffers buffers) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            StateFormat.readVersion(in);
            List<byte[]> trackBlocks = new ArrayList<>();
            int trackCount = in.readInt();
            for (int i = 0; i < trackCount; i++) {
                trackBlocks.add(StateFormat.readBlock(in));
            }
            Map<String, Written> written = new HashMap<>();
            int count = in.readInt();
            for (int i = 0; i < count; i++) {
                String name = StateFormat.readText(in);
                int track = in.readInt();
                if (track < 0 || track >= trackCount) {
                    throw new IOException("track " + track + " of " + trackCount);
                }
                written.put(name, new Written(trackBlocks.get(track), StateFormat.readBlock(in)));
            }
            return assemble(names, detectors, trackOf, written, buffers);
        } catch (IOException cutShort) {
            throw StateFormat.unreadable(bytes, cutShort);
        }
    }

    private static FilterSetState assemble(
            List<String> names,
            List<DateDetector> detectors,
            int[] trackOf,
            Map<String, Written> written,
            Buffers buffers)
            throws IOException {
        @Nullable DateTrack[] tracks = new DateTrack[detectors.size()];
        List<FilterState> states = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            Written own = written.get(names.get(i));
            if (tracks[trackOf[i]] == null && own != null) {
                tracks[trackOf[i]] = DateTrack.read(StateFormat.input(own.track()), detectors.get(trackOf[i]));
            }
        }
        List<DateTrack> complete = new ArrayList<>();
        for (int i = 0; i < tracks.length; i++) {
            DateTrack track = tracks[i];
            complete.add(track != null ? track : new DateTrack(detectors.get(i).newRanking()));
        }
        for (int i = 0; i < names.size(); i++) {
            Written own = written.get(names.get(i));
            DateTrack track = complete.get(trackOf[i]);
            states.add(
                    own == null
                            ? new FilterState(track)
                            : FilterState.readLines(StateFormat.input(own.lines()), track));
        }
        return new FilterSetState(names, complete, states, trackOf, buffers);
    }
}
