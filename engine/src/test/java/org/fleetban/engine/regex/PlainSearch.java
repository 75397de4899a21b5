package org.fleetban.engine.regex;

import org.fleetban.engine.regex.Matcher.Result;

/** A search without any shortcut, for the tests of other rooms. */
public final class PlainSearch {

    private static final long BUDGET = 2_000_000;

    private PlainSearch() {}

    /**
     * How a search of an expression ends, and where the groups are.
     *
     * @param matcher kept for the next search
     */
    public static String plainly(Matcher matcher, Regex regex, Text text) {
        return outcome(matcher.searchPlainly(text, 0, text.length(), BUDGET), matcher, regex);
    }

    /** The same, as it is done in operation. */
    public static String fast(Matcher matcher, Regex regex, Text text) {
        return outcome(matcher.search(text), matcher, regex);
    }

    private static String outcome(Result result, Matcher matcher, Regex regex) {
        if (result != Result.MATCH) {
            return result.name();
        }
        StringBuilder spans = new StringBuilder();
        for (int group = 0; group <= regex.groupCount(); group++) {
            spans.append(matcher.start(group))
                    .append('-')
                    .append(matcher.end(group))
                    .append(' ');
        }
        return spans.toString();
    }
}
