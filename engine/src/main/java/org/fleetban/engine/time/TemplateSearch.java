package org.fleetban.engine.time;

import java.time.Instant;
import org.fleetban.engine.regex.Matcher;
import org.fleetban.engine.regex.Matcher.Result;
import org.fleetban.engine.regex.Text;
import org.jspecify.annotations.Nullable;

/**
 * Looks for the date of one template in whole lines, once in each: many detectors have the same templates. For one thread.
 */
public final class TemplateSearch {

    /** The digits that every epoch has in a row. */
    private static final int EPOCH_DIGITS = 10;

    private final DateTemplate template;
    private final DateValue value;
    private final @Nullable StampReader reader;
    private final String[] literals;
    private final boolean epoch;
    private final DateHit hit;
    private @Nullable Matcher matcher;

    /** The last line with a stamp that was read, and where that ended; -1 where another search came between. */
    private Text before = Text.empty();

    private int stampEnd = -1;

    private Text searched = Text.empty();
    private Result result = Result.NO_MATCH;

    /** The time of the last hit, and the clock that it was found by; null where it is not known. */
    private @Nullable Instant clock;

    private @Nullable Instant time;

    /** @param shortcuts whether common stamps are read, and what can't match is seen, without the expression */
    TemplateSearch(DateTemplate template, DateValue value, boolean shortcuts) {
        this.template = template;
        this.value = value;
        this.reader = shortcuts ? template.reader() : null;
        this.literals = shortcuts ? template.literals().toArray(String[]::new) : new String[0];
        this.hit = new DateHit(template.regex().groupCount());
        this.epoch = shortcuts
                && (template.kind() == DateTemplate.Kind.EPOCH || template.kind() == DateTemplate.Kind.LONG_EPOCH);
    }

    /** Searches a line, unless it was the last one. */
    @SuppressWarnings("ReferenceEquality")
    Result search(Text line) {
        if (line != searched) {
            searched = line;
            result = searchWhole(line);
        }
        return result;
    }

    private Result searchWhole(Text line) {
        if (epoch && !line.hasDigits(EPOCH_DIGITS)) {
            return Result.NO_MATCH;
        }
        for (String literal : literals) {
            if (!line.contains(literal)) {
                return Result.NO_MATCH;
            }
        }
        // Templates with a reader are anchored, so they are always searched from the begin to the end of the line.
        if (reader != null) {
            if (stampEnd > 0 && line.startsAs(before, stampEnd + StampReader.LOOKED_AT_BEHIND)) {
                before = line;
                return Result.MATCH;
            }
            hit.clear();
            stampEnd = -1;
            clock = null;
            if (reader.read(line, hit)) {
                stampEnd = hit.end;
                before = line;
                return Result.MATCH;
            }
        }
        clock = null;
        return search(line, 0, line.length(), hit);
    }

    /** Searches a part of a line. */
    Result search(Text line, int from, int to, DateHit into) {
        Matcher own = matcher;
        if (own == null) {
            own = template.regex().matcher();
            matcher = own;
        }
        int length = line.length();
        Result found = own.search(line, Math.min(from, length), Math.min(to, length));
        if (found == Result.MATCH) {
            into.take(own, template.regex().groupCount());
        }
        return found;
    }

    /** Searches a line, unless it was the last one; returns whether it has a date. */
    public boolean find(Text line) {
        return search(line) == Result.MATCH;
    }

    /** Where the match begins in the last line. */
    public int matchStart() {
        return hit.start;
    }

    /** Where the match ends in the last line. */
    public int matchEnd() {
        return hit.end;
    }

    /** Where the date that is cut out of the last line begins. */
    public int start() {
        return hit.start(1);
    }

    /** Where the date that is cut out of the last line ends. */
    public int end() {
        return hit.end(1);
    }

    /** The time that was found; null if there is no such time, such as February 30. */
    public @Nullable Instant time(Text line, Instant lineClock) {
        return time(line, hit, lineClock);
    }

    /** What was found in the last line. */
    DateHit hit() {
        return hit;
    }

    /**
     * The time of a hit.
     *
     * @return null if there is no such time, such as February 30
     */
    @Nullable
    Instant time(Text line, DateHit of, Instant lineClock) {
        if (of != hit) {
            return value.of(line, template, of, lineClock);
        }
        if (clock == null || !(stampEnd > 0 ? isSameSecond(lineClock, clock) : lineClock.equals(clock))) {
            time = value.of(line, template, hit, lineClock);
            clock = lineClock;
        }
        return time;
    }

    /** Stamps that are read have a day: then the clock's second alone decides what is added to them. */
    private static boolean isSameSecond(Instant one, Instant other) {
        return one.getEpochSecond() == other.getEpochSecond();
    }
}
