package org.fleetban.engine.filter;

import java.time.Instant;
import org.fleetban.engine.regex.Text;
import org.fleetban.engine.time.DateSearch;
import org.jspecify.annotations.Nullable;

/** Finds the log time of lines and cuts it out of them, with fail2ban's rules for lines that have none. For one thread. */
final class LineDater {

    final DateSearch dates;

    LineDater(DateSearch dates) {
        this.dates = dates;
    }

    /**
     * Dates a line.
     *
     * @param track of the line's source; changed
     * @param known the time, where the source knows it: then the text stays as it is
     */
    DatedLine date(DateTrack track, Text whole, @Nullable Instant known, Instant clock, LogTime logTime) {
        if (known != null) {
            return new DatedLine(whole, whole, 0, remember(track, known, clock, logTime), null);
        }
        boolean found = dates.find(whole, track.ranking, clock.getEpochSecond());
        String exhausted = dates.exhausted();
        int start = found ? dates.start() : 0;
        int end = found ? dates.end() : 0;
        if (end <= start) {
            return new DatedLine(whole, whole, 0, withoutDate(track, clock, logTime), exhausted);
        }
        Instant time = dates.time(whole, clock);
        if (time != null) {
            return cut(whole, start, end, remember(track, time, clock, logTime), exhausted);
        }
        return lastTimeHolds(track, clock, logTime)
                ? new DatedLine(whole, whole, 0, withoutDate(track, clock, logTime), exhausted)
                : cut(whole, start, end, clock, exhausted);
    }

    static DatedLine cut(Text whole, int start, int end, Instant time) {
        return cut(whole, start, end, time, null);
    }

    private static DatedLine cut(Text whole, int start, int end, Instant time, @Nullable String exhausted) {
        return new DatedLine(whole, whole.without(start, end), start, time, exhausted);
    }

    private static Instant remember(DateTrack track, Instant time, Instant clock, LogTime logTime) {
        Instant counted = counted(time, clock, logTime);
        track.lastTime = counted;
        track.lastClock = clock;
        return counted;
    }

    static Instant counted(Instant time, Instant clock, LogTime logTime) {
        return logTime == LogTime.BOUNDED ? LogTimeBound.bounded(time, clock) : time;
    }

    private static Instant withoutDate(DateTrack track, Instant clock, LogTime logTime) {
        return track.lastTime != null && lastTimeHolds(track, clock, logTime) ? track.lastTime : clock;
    }

    private static boolean lastTimeHolds(DateTrack track, Instant clock, LogTime logTime) {
        return track.lastTime != null && LogTimeBound.lastTimeHolds(track.lastTime, track.lastClock, clock, logTime);
    }
}
