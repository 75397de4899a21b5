package org.fleetban.engine.time;

import java.util.Arrays;
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

    /** Makes all groups those that took no part. */
    void clear() {
        Arrays.fill(starts, -1);
        Arrays.fill(ends, -1);
    }

    void set(int group, int from, int to) {
        starts[group] = from;
        ends[group] = to;
    }
}
