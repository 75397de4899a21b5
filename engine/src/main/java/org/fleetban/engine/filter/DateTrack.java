package org.fleetban.engine.filter;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Instant;
import org.fleetban.engine.time.DateDetector;
import org.fleetban.engine.time.DateRanking;
import org.jspecify.annotations.Nullable;

/** What is remembered of the dates of one source: which templates found them, and the last one. */
final class DateTrack {

    final DateRanking ranking;

    /** The last log time that was read, and the clock of its line. */
    @Nullable
    Instant lastTime;

    Instant lastClock = Instant.EPOCH;

    private SteadyDates.@Nullable Run run;
    private int runFrom;

    DateTrack(DateRanking ranking) {
        this.ranking = ranking;
    }

    /** The run that it takes part in: then what it remembers is not up to date. */
    SteadyDates.@Nullable Run run() {
        return run;
    }

    void enterRun(SteadyDates.Run entered) {
        run = entered;
        runFrom = entered.lines();
    }

    void leaveRun() {
        if (run != null) {
            run.settle(this, runFrom);
            run = null;
        }
    }

    void write(DataOutput out) throws IOException {
        ranking.write(out);
        out.writeBoolean(lastTime != null);
        if (lastTime != null) {
            StateFormat.writeInstant(out, lastTime);
            StateFormat.writeInstant(out, lastClock);
        }
    }

    static DateTrack read(DataInput in, DateDetector dates) throws IOException {
        DateTrack track = new DateTrack(dates.readRanking(in));
        if (in.readBoolean()) {
            track.lastTime = StateFormat.readInstant(in);
            track.lastClock = StateFormat.readInstant(in);
        }
        return track;
    }
}
