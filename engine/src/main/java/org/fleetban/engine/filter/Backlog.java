package org.fleetban.engine.filter;

/**
 * The last lines of a source, as date patterns cut them. A filter whose buffer holds nothing that an expression could match has
 * nothing to do but to remember; it is left alone, and takes from here what it has missed once a line concerns it. Not thread-safe.
 */
final class Backlog {

    /** By pattern, the lines in a ring; empty where no filter wants them. */
    private final DatedLine[][] rings;

    private long lines;

    /** @param sizes by pattern, how many lines are kept */
    Backlog(int[] sizes) {
        rings = new DatedLine[sizes.length][];
        for (int i = 0; i < sizes.length; i++) {
            rings[i] = new DatedLine[sizes[i]];
        }
    }

    /** How many lines there were. */
    long lines() {
        return lines;
    }

    /** Takes the next line, as each of some patterns has cut it. */
    void add(int[] patterns, LineDates dates, FilterSetState state) {
        for (int pattern : patterns) {
            DatedLine[] ring = rings[pattern];
            ring[(int) (lines % ring.length)] = dates.line(state, pattern);
        }
        lines++;
    }

    /** Gives a filter the lines that it has missed, none of which concerned it. */
    void catchUp(FilterState state, int pattern, int maxLines) {
        long missed = lines - state.seenLines;
        DatedLine[] ring = rings[pattern];
        for (long line = lines - Math.min(missed, maxLines); line < lines; line++) {
            DatedLine dated = ring[(int) (line % ring.length)];
            state.buffer.add(new BufferedLine(dated.whole(), dated.rest()));
        }
        while (state.buffer.size() > maxLines) {
            state.buffer.removeFirst();
        }
        state.silentLines = (int) Math.min(Integer.MAX_VALUE / 2, state.silentLines + missed);
        state.seenLines = lines;
    }
}
