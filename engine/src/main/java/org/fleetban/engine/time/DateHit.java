package org.fleetban.engine.time;

import org.fleetban.engine.regex.Matcher;

/** Where a template found a date: the spans of its groups. Reused from line to line. */
final class DateHit {

    int start;
    int end;
    private final int[] starts;
    private final int[] ends;

    DateHit(int mostGroups) {
        starts = new int[mostGroups + 1];
        ends = new int[mostGroups + 1];
    }

    void take(Matcher matcher, int groups) {
        start = matcher.start(0);
        end = matcher.end(0);
        for (int group = 1; group <= groups; group++) {
            starts[group] = matcher.start(group);
            ends[group] = matcher.end(group);
        }
    }

    int start(int group) {
        return starts[group];
    }

    int end(int group) {
        return ends[group];
    }
}
