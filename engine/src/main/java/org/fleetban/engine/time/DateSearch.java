package org.fleetban.engine.time;

import java.time.Instant;
import org.fleetban.engine.regex.Matcher;
import org.fleetban.engine.regex.Matcher.Result;
import org.fleetban.engine.regex.Text;
import org.jspecify.annotations.Nullable;

/**
 * Looks for the date of a line with the templates of a detector. Keeps the matchers: make one for each thread. What is
 * found stays until the next search.
 */
public final class DateSearch {

    private static final int NONE = -1;

    private final DateTemplate[] templates;
    private final @Nullable Matcher[] matchers;
    private final @Nullable StampReader[] readers;
    private final DateValue value;
    private DateHit current;
    private DateHit reserve;
    private int winner = NONE;
    private @Nullable String exhausted;

    /** @param readStamps whether common stamps are read without their expressions */
    DateSearch(DateTemplate[] templates, DateValue value, boolean readStamps) {
        this.templates = templates;
        this.readers = new StampReader[templates.length];
        for (int i = 0; readStamps && i < templates.length; i++) {
            readers[i] = templates[i].reader();
        }
        this.matchers = new Matcher[templates.length];
        this.value = value;
        int mostGroups = 1;
        for (DateTemplate template : templates) {
            mostGroups = Math.max(mostGroups, template.regex().groupCount());
        }
        this.current = new DateHit(mostGroups);
        this.reserve = new DateHit(mostGroups);
    }

    /**
     * Finds the date of a line.
     *
     * @param ranking of the line's source; changed by a hit
     * @param clock seconds since 1970 by the line's clock
     * @return whether there is one; it may be empty where a pattern says that lines have none
     */
    public boolean find(Text line, DateRanking ranking, long clock) {
        exhausted = null;
        winner = NONE;
        int place = findPlace(line, ranking);
        if (place == NONE) {
            return false;
        }
        winner = ranking.template(place);
        int start = current.start;
        int end = current.end;
        int newPlace = ranking.hit(place, start, clock, templates);
        ranking.last = newPlace;
        ranking.lastStart = start;
        ranking.beforeStart = charAt(line, start - 1);
        ranking.atStart = charAt(line, start);
        ranking.lastEnd = end;
        // Python's line[-1] is the last character.
        ranking.beforeEnd = charAt(line, end == 0 ? line.length() - 1 : end - 1);
        ranking.atEnd = charAt(line, end);
        return true;
    }

    /** Tries the template of the last date where that date stood; then all in their order. */
    private int findPlace(Text line, DateRanking ranking) {
        int skipped = NONE;
        int reserved = NONE;
        int last = ranking.last;
        if (last < templates.length) {
            DateTemplate template = templates[ranking.template(last)];
            boolean matched;
            if (!template.anchored() && sameSurroundings(line, ranking)) {
                matched = search(line, ranking, last, ranking.lastStart, ranking.lastEnd);
            } else {
                matched = search(line, ranking, last, 0, line.length());
                skipped = last;
            }
            if (matched) {
                boolean samePlace = current.start == ranking.lastStart && current.end == ranking.lastEnd;
                if (templates.length == 1 || template.anchored() || samePlace) {
                    return last;
                }
                reserve();
                reserved = last;
            }
        }
        return scan(line, ranking, skipped, reserved);
    }

    /**
     * The first template that matches wins, unless its date is further from the begin of the line than its last one: that
     * may be a date within the message, so it is held back while the others are tried, and the nearest wins.
     */
    private int scan(Text line, DateRanking ranking, int skipped, int reservedBefore) {
        int reserved = reservedBefore;
        for (int place = 0; place < templates.length; place++) {
            if (place == skipped || !search(line, ranking, place, 0, line.length())) {
                continue;
            }
            int template = ranking.template(place);
            boolean further = current.start > ranking.distance(template) || current.start > ranking.lastStart;
            if (place + 1 == templates.length || templates[template].anchored() || !further) {
                return place;
            }
            if (reserved == NONE || current.start < reserve.start) {
                reserve();
                reserved = place;
            }
        }
        if (reserved != NONE) {
            reserve();
        }
        return reserved;
    }

    private void reserve() {
        DateHit hit = current;
        current = reserve;
        reserve = hit;
    }

    private boolean search(Text line, DateRanking ranking, int place, int from, int to) {
        int number = ranking.template(place);
        StampReader reader = readers[number];
        // Templates with a reader are anchored, so they are always searched from the begin to the end of the line.
        if (reader != null) {
            current.clear();
            if (reader.read(line, current)) {
                return true;
            }
        }
        Matcher matcher = matchers[number];
        if (matcher == null) {
            matcher = templates[number].regex().matcher();
            matchers[number] = matcher;
        }
        int length = line.length();
        Result result = matcher.search(line, Math.min(from, length), Math.min(to, length));
        if (result == Result.MATCH) {
            current.take(matcher, templates[number].regex().groupCount());
            return true;
        }
        if (result == Result.BUDGET_EXHAUSTED) {
            exhausted = templates[number].name();
        }
        return false;
    }

    /** Whether the characters around the last date's place are what they were, outside, or inside and no letter or digit. */
    private static boolean sameSurroundings(Text line, DateRanking ranking) {
        int start = ranking.lastStart;
        int end = ranking.lastEnd;
        return (charAt(line, start - 1) == ranking.beforeStart
                        || charAt(line, start) == ranking.atStart && !isLetterOrNumber(ranking.atStart))
                && (charAt(line, end) == ranking.atEnd
                        || charAt(line, end - 1) == ranking.beforeEnd && !isLetterOrNumber(ranking.beforeEnd));
    }

    private static boolean isLetterOrNumber(int c) {
        if (c < 0) {
            return false;
        }
        int type = Character.getType(c);
        return Character.isLetterOrDigit(c) || type == Character.LETTER_NUMBER || type == Character.OTHER_NUMBER;
    }

    /** The code point at an index; -1 outside of the line. */
    private static int charAt(Text line, int index) {
        return index >= 0 && index < line.length() ? line.at(index) : -1;
    }

    /** Where the date that is cut out of the line begins. */
    public int start() {
        return current.start(1);
    }

    /** Where the date that is cut out of the line ends. */
    public int end() {
        return current.end(1);
    }

    /** The name of the template that found the date. */
    public String template() {
        return templates[winner].name();
    }

    /** The pattern whose step budget ran out in the last search; null if none did. */
    public @Nullable String exhausted() {
        return exhausted;
    }

    /**
     * The time that was found.
     *
     * @param clock the line's clock: it fills in the year, or the day
     * @return null if there is no such time, such as February 30
     */
    public @Nullable Instant time(Text line, Instant clock) {
        return value.of(line, templates[winner], current, clock);
    }
}
