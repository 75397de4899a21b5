package org.fleetban.engine.filter;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.fleetban.engine.regex.Text;
import org.fleetban.engine.time.DateSearch;
import org.fleetban.engine.time.SharedSearches;
import org.fleetban.engine.time.TemplateSearch;
import org.jspecify.annotations.Nullable;

/**
 * The tracks of a source whose dates are found by the same template in line after line. Such a template is searched once for
 * all of them, and what each track would have remembered of the lines is counted until somebody wants to know. A line in
 * which it finds nothing ends that, and each track is on its own again. Not thread-safe.
 */
final class SteadyDates {

    private final List<Run> runs = new ArrayList<>();

    /** Counts the changes of who is in a run. */
    private int changes;

    /** Lines in which one template found the date of several tracks. */
    static final class Run {
        private final int charset;
        private final int search;
        private final LogTime logTime;
        private final List<DateTrack> tracks = new ArrayList<>();
        private int lines;
        private @Nullable DatedLine latest;
        private Instant latestClock = Instant.EPOCH;
        private int matchStart;
        private int matchEnd;

        private Run(int charset, int search, LogTime logTime) {
            this.charset = charset;
            this.search = search;
            this.logTime = logTime;
        }

        int lines() {
            return lines;
        }

        int charset() {
            return charset;
        }

        /** The line as it was dated for all tracks. */
        DatedLine line() {
            if (latest == null) {
                throw new IllegalStateException("no line was dated in this run");
            }
            return latest;
        }

        /** Lets a track remember the lines since it joined. */
        void settle(DateTrack track, int since) {
            if (lines > since) {
                DatedLine line = line();
                track.ranking.repeat(lines - since, line.whole(), matchStart, matchEnd, latestClock.getEpochSecond());
                track.lastTime = line.time();
                track.lastClock = latestClock;
            }
        }

        private boolean date(TemplateSearch own, Text whole, Instant clock) {
            Instant time = own.find(whole) ? own.time(whole, clock) : null;
            if (time == null || own.end() <= own.start()) {
                return false;
            }
            latest = LineDater.cut(whole, own.start(), own.end(), LineDater.counted(time, clock, logTime));
            latestClock = clock;
            matchStart = own.matchStart();
            matchEnd = own.matchEnd();
            lines++;
            return true;
        }

        private void end() {
            for (DateTrack track : tracks) {
                track.leaveRun();
            }
        }
    }

    List<Run> runs() {
        return runs;
    }

    int changes() {
        return changes;
    }

    /** Dates a line for all tracks that are in a run, or ends it. */
    void date(Text[] texts, SharedSearches searches, Instant clock, LogTime logTime) {
        for (int i = runs.size() - 1; i >= 0; i--) {
            Run run = runs.get(i);
            if (run.logTime != logTime || !run.date(searches.get(run.search), texts[run.charset], clock)) {
                run.end();
                runs.remove(i);
                changes++;
            }
        }
    }

    /** Lets a track that was dated on its own take part in the next lines, if it goes on as others do. */
    void join(DateTrack track, DateSearch search, int charset, LogTime logTime) {
        int number = search.steadySearch(track.ranking);
        if (number < 0) {
            return;
        }
        Run joined = null;
        for (Run run : runs) {
            if (run.search == number && run.charset == charset) {
                joined = run;
            }
        }
        if (joined == null) {
            joined = new Run(charset, number, logTime);
            runs.add(joined);
        }
        changes++;
        joined.tracks.add(track);
        track.enterRun(joined);
    }

    /** Lets all tracks remember their lines, and ends all runs. */
    void end() {
        changes += runs.size();
        runs.forEach(Run::end);
        runs.clear();
    }
}
