package org.fleetban.engine.filter;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.fleetban.engine.regex.Text;
import org.fleetban.engine.time.DateDetector;
import org.fleetban.engine.time.SharedSearches;
import org.jspecify.annotations.Nullable;

/**
 * Dates a line for all date patterns of a set of filters. Only those are searched for that are in no run of {@link SteadyDates} and
 * may find a date in such a line. For one thread; what is found for a line is overwritten by the next.
 */
final class LineDates {

    private final Shape shape;
    private final SharedSearches shared = new SharedSearches();
    private final LineDater[] daters;

    /** The patterns that were searched for in the line. */
    private final long[] searched;

    /** What they found. */
    private final DatedLine[] lines;

    /** For each encoding the line without a date; null until somebody needs it. */
    private final @Nullable DatedLine[] undated;

    private Text[] texts = new Text[0];
    private Instant clock = Instant.EPOCH;

    /** A date pattern under an encoding: an index into those of the set. */
    record Pattern(DateDetector detector, int charset) {}

    /** The patterns of a set. Immutable, for all threads. */
    static final class Shape {
        /** A character that is none of the first 256, or none at all. */
        private static final int OTHER = 256;

        private final List<Pattern> patterns;
        private final int words;

        /** By the first character of a line, or {@link #OTHER}: a bit for each pattern that may find a date in it. */
        private final long[][] begins;

        Shape(List<Pattern> patterns) {
            this.patterns = List.copyOf(patterns);
            words = (patterns.size() + 63) >>> 6;
            begins = new long[OTHER + 1][words];
            for (int i = 0; i < patterns.size(); i++) {
                boolean[] own = patterns.get(i).detector().begins();
                for (int c = 0; c <= OTHER; c++) {
                    if (own == null || c == OTHER || own[c]) {
                        begins[c][i >>> 6] |= 1L << i;
                    }
                }
            }
        }

        int size() {
            return patterns.size();
        }

        /** The pattern's encoding. */
        int charset(int pattern) {
            return patterns.get(pattern).charset();
        }

        List<DateDetector> detectors() {
            return patterns.stream().map(Pattern::detector).toList();
        }

        /** The patterns, in a word of bits, that may find a date in a line. */
        private long mayFind(Text[] texts, int word) {
            long bits = 0;
            for (Text text : texts) {
                int first = text.length() == 0 ? OTHER : Math.min(OTHER, text.at(0));
                bits |= begins[first][word];
            }
            return bits;
        }
    }

    /** @param charsets how many encodings there are */
    LineDates(Shape shape, int charsets) {
        this.shape = shape;
        daters = shape.patterns.stream()
                .map(each -> new LineDater(each.detector().newSearch(shared)))
                .toArray(LineDater[]::new);
        searched = new long[shape.words];
        lines = new DatedLine[shape.size()];
        undated = new DatedLine[charsets];
    }

    /**
     * Dates a line; returns whether the step budget of a pattern ran out.
     *
     * @param decoded the line in each of the encodings
     * @param time the log time where the source knows it
     */
    boolean date(Text[] decoded, FilterSetState state, @Nullable Instant time, Instant lineClock, LogTime logTime) {
        texts = decoded;
        clock = lineClock;
        Arrays.fill(undated, null);
        SteadyDates steady = state.steady();
        if (time == null) {
            steady.date(texts, shared, clock, logTime);
        } else {
            steady.end();
        }
        FilterSetState.Loners loners = state.loners();
        boolean exhausted = false;
        for (int word = 0; word < searched.length; word++) {
            // Where there never was a date, and there can be none in such a line, nothing is remembered.
            long wanted = time == null ? loners.dated()[word] | shape.mayFind(texts, word) : -1;
            searched[word] = loners.bits()[word] & wanted;
            for (long bits = searched[word]; bits != 0; bits &= bits - 1) {
                int i = word << 6 | Long.numberOfTrailingZeros(bits);
                DateTrack track = state.track(i);
                lines[i] = daters[i].date(track, texts[shape.charset(i)], time, clock, logTime);
                exhausted |= lines[i].exhausted() != null;
                if (track.lastTime != null) {
                    loners.dated()[word] |= 1L << i;
                }
                if (time == null) {
                    steady.join(track, daters[i].dates, shape.charset(i), logTime);
                }
            }
        }
        return exhausted;
    }

    /** The line as dated for a pattern. */
    DatedLine line(FilterSetState state, int pattern) {
        if ((searched[pattern >>> 6] & 1L << pattern) != 0) {
            return lines[pattern];
        }
        SteadyDates.Run run = state.track(pattern).run();
        if (run != null) {
            return run.line();
        }
        int charset = shape.charset(pattern);
        DatedLine line = undated[charset];
        if (line == null) {
            line = new DatedLine(texts[charset], texts[charset], 0, clock, null);
            undated[charset] = line;
        }
        return line;
    }

    /** Lets choices look at the places where dates were cut out of the line. */
    void addJoints(FilterSetState state, Candidates.Choice[] choices) {
        List<SteadyDates.Run> runs = state.steady().runs();
        for (int i = 0; i < runs.size(); i++) {
            SteadyDates.Run run = runs.get(i);
            if (run.lines() > 0) {
                choices[run.charset()].addJoint(run.line());
            }
        }
        for (int word = 0; word < searched.length; word++) {
            for (long bits = searched[word]; bits != 0; bits &= bits - 1) {
                int i = word << 6 | Long.numberOfTrailingZeros(bits);
                choices[shape.charset(i)].addJoint(lines[i]);
            }
        }
    }
}
