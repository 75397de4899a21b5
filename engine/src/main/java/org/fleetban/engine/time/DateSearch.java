package org.fleetban.engine.time;

import java.time.Instant;
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
    private final TemplateSearch[] searches;
    private final int[] numbers;
    private final boolean @Nullable [] begins;

    /** What is found in a part of a line. */
    private final DateHit partial;

    private DateHit current;
    private int winner = NONE;
    private @Nullable String exhausted;

    /**
     * @param numbers of the searches among the shared ones; empty if they are not shared
     * @param begins the characters that a line with a date can begin with; null if nothing is known
     */
    DateSearch(DateTemplate[] templates, TemplateSearch[] searches, int[] numbers, boolean @Nullable [] begins) {
        this.templates = templates;
        this.searches = searches;
        this.numbers = numbers;
        this.begins = begins;
        int mostGroups = 1;
        for (DateTemplate template : templates) {
            mostGroups = Math.max(mostGroups, template.regex().groupCount());
        }
        this.partial = new DateHit(mostGroups);
        this.current = partial;
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
        if (!mayFind(line)) {
            return false;
        }
        int place = findPlace(line, ranking);
        if (place == NONE) {
            return false;
        }
        winner = ranking.template(place);
        ranking.last = ranking.hit(place, current.start, clock, templates);
        ranking.stand(line, current.start, current.end);
        return true;
    }

    /** Whether a line may have a date, by its first character; false where it has none. */
    public boolean mayFind(Text line) {
        return begins == null || line.length() == 0 || line.at(0) >= begins.length || begins[line.at(0)];
    }

    /**
     * The search that alone decides where the next line has its date, as long as it finds one, if there is such: that of the
     * last winner, if dates of its kind stand at the begin or the end of a line. Its number among the shared ones, or -1.
     */
    public int steadySearch(DateRanking ranking) {
        boolean steady = winner != NONE
                && winner == ranking.template(ranking.last)
                && templates[winner].anchored()
                && current == searches[winner].hit();
        return steady && numbers.length > 0 ? numbers[winner] : NONE;
    }

    /** Tries the template of the last date where that date stood; then all in their order. */
    private int findPlace(Text line, DateRanking ranking) {
        int skipped = NONE;
        int reserved = NONE;
        @Nullable DateHit reserve = null;
        int last = ranking.last;
        if (last < templates.length) {
            DateTemplate template = templates[ranking.template(last)];
            boolean matched;
            if (!template.anchored() && sameSurroundings(line, ranking)) {
                matched = searchPart(line, ranking, last);
            } else {
                matched = search(line, ranking, last);
                skipped = last;
            }
            if (matched) {
                boolean samePlace = current.start == ranking.lastStart && current.end == ranking.lastEnd;
                if (templates.length == 1 || template.anchored() || samePlace) {
                    return last;
                }
                reserve = current;
                reserved = last;
            }
        }
        return scan(line, ranking, skipped, reserved, reserve);
    }

    /**
     * The first template that matches wins, unless its date is further from the begin of the line than its last one: that
     * may be a date within the message, so it is held back while the others are tried, and the nearest wins.
     */
    private int scan(Text line, DateRanking ranking, int skipped, int reservedBefore, @Nullable DateHit reserveBefore) {
        int reserved = reservedBefore;
        @Nullable DateHit reserve = reserveBefore;
        for (int place = 0; place < templates.length; place++) {
            if (place == skipped || !search(line, ranking, place)) {
                continue;
            }
            int template = ranking.template(place);
            boolean further = current.start > ranking.distance(template) || current.start > ranking.lastStart;
            if (place + 1 == templates.length || templates[template].anchored() || !further) {
                return place;
            }
            if (reserve == null || current.start < reserve.start) {
                reserve = current;
                reserved = place;
            }
        }
        if (reserve != null) {
            current = reserve;
        }
        return reserved;
    }

    private boolean search(Text line, DateRanking ranking, int place) {
        int number = ranking.template(place);
        TemplateSearch search = searches[number];
        return isFound(search.search(line), number, search.hit());
    }

    /** Searches where the last date stood. */
    private boolean searchPart(Text line, DateRanking ranking, int place) {
        int number = ranking.template(place);
        Result result = searches[number].search(line, ranking.lastStart, ranking.lastEnd, partial);
        return isFound(result, number, partial);
    }

    private boolean isFound(Result result, int number, DateHit hit) {
        if (result == Result.BUDGET_EXHAUSTED) {
            exhausted = templates[number].name();
        } else if (result == Result.MATCH) {
            current = hit;
        }
        return result == Result.MATCH;
    }

    /** Whether the characters around the last date's place are what they were, outside, or inside and no letter or digit. */
    private static boolean sameSurroundings(Text line, DateRanking ranking) {
        int start = ranking.lastStart;
        int end = ranking.lastEnd;
        return (DateRanking.charAt(line, start - 1) == ranking.beforeStart
                        || DateRanking.charAt(line, start) == ranking.atStart && !isLetterOrNumber(ranking.atStart))
                && (DateRanking.charAt(line, end) == ranking.atEnd
                        || DateRanking.charAt(line, end - 1) == ranking.beforeEnd
                                && !isLetterOrNumber(ranking.beforeEnd));
    }

    private static boolean isLetterOrNumber(int c) {
        if (c < 0) {
            return false;
        }
        int type = Character.getType(c);
        return Character.isLetterOrDigit(c) || type == Character.LETTER_NUMBER || type == Character.OTHER_NUMBER;
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
        return searches[winner].time(line, current, clock);
    }
}
