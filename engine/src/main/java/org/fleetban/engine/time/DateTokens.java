package org.fleetban.engine.time;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The {@code %} tokens of {@code datepattern}: what each matches, and how a report names it.
 *
 * <p>Every token is a group named by the letter that tells its meaning, so {@code %k} and {@code %H} both fill the hour.
 */
final class DateTokens {

    private static final String WEEKDAYS = "monday|tuesday|wednesday|thursday|friday|saturday|sunday";
    private static final String MONTHS =
            "september|february|november|december|january|october|august|march|april|june|july|may";
    private static final String SHORT_WEEKDAYS = "mon|tue|wed|thu|fri|sat|sun";
    private static final String SHORT_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec";
    private static final String WEEK = "5[0-3]|[0-4]\\d|\\d";
    private static final String ABBREVIATION = "[A-Z](?:[A-Z]{2,4})?";
    private static final String OFFSET = "[+-][01]\\d(?::?\\d{2})?";
    private static final String PLAIN_DAY = "(?P<d>3[0-1]|[1-2]\\d|0[1-9]|[1-9]| [1-9])";
    private static final String PLAIN_MONTH = "(?P<m>1[0-2]|0[1-9]|[1-9])";
    private static final String PLAIN_TIME =
            "(?P<H>2[0-3]|[0-1]\\d|\\d):(?P<M>[0-5]\\d|\\d):(?P<S>6[0-1]|[0-5]\\d|\\d)";

    private static final Map<String, String> LABELS = Map.ofEntries(
            Map.entry("a", "DAY"),
            Map.entry("A", "DAYNAME"),
            Map.entry("b", "MON"),
            Map.entry("B", "MONTH"),
            Map.entry("d", "Day"),
            Map.entry("f", "Microseconds"),
            Map.entry("H", "24hour"),
            Map.entry("I", "12hour"),
            Map.entry("j", "Yearday"),
            Map.entry("m", "Month"),
            Map.entry("M", "Minute"),
            Map.entry("p", "AMPM"),
            Map.entry("S", "Second"),
            Map.entry("U", "Yearweek"),
            Map.entry("w", "Weekday"),
            Map.entry("W", "Yearweek"),
            Map.entry("y", "Year2"),
            Map.entry("Y", "Year"),
            Map.entry("z", "Zone offset"),
            Map.entry("Z", "Zone name"),
            Map.entry("%", "%"));

    private final Map<String, String> expressions = new HashMap<>();

    DateTokens(Years years) {
        group("a", "a", SHORT_WEEKDAYS);
        group("A", "A", WEEKDAYS);
        group("b", "b", SHORT_MONTHS);
        group("B", "B", MONTHS);
        group("d", "d", "[1-2]\\d|[0 ]?[1-9]|3[0-1]");
        group("Exd", "d", "[1-2]\\d|0[1-9]|3[0-1]");
        group("f", "f", "[0-9]{1,6}");
        group("G", "G", "\\d\\d\\d\\d");
        group("H", "H", "[0-1]?\\d|2[0-3]");
        group("ExH", "H", "[0-1]\\d|2[0-3]");
        group("I", "I", "1[0-2]|0[1-9]|[1-9]");
        group("j", "j", "36[0-6]|3[0-5]\\d|[1-2]\\d\\d|0[1-9]\\d|00[1-9]|[1-9]\\d|0[1-9]|[1-9]");
        group("m", "m", "0?[1-9]|1[0-2]");
        group("Exm", "m", "0[1-9]|1[0-2]");
        group("M", "M", "[0-5]?\\d");
        group("ExM", "M", "[0-5]\\d");
        group("p", "p", "am|pm");
        group("S", "S", "[0-5]?\\d|6[0-1]");
        group("ExS", "S", "[0-5]\\d|6[0-1]");
        group("u", "u", "[1-7]");
        group("U", "U", WEEK);
        group("V", "V", "5[0-3]|0[1-9]|[1-4]\\d|\\d");
        group("w", "w", "[0-6]");
        group("W", "W", WEEK);
        group("y", "y", "\\d\\d");
        group("Exy", "y", "\\d{2}");
        group("Y", "Y", "\\d{4}");
        group("z", "z", "Z|UTC|GMT|" + OFFSET);
        group("Exz", "z", "(?:" + ABBREVIATION + ")?" + OFFSET + "|" + ABBREVIATION);
        group("Z", "Z", "Z|[A-Z]{3,5}");
        group("ExZ", "Z", ABBREVIATION);
        expressions.put("ExY", years.expression());
        expressions.put("k", " ?(?P<H>[0-2]?\\d)");
        expressions.put("Exk", " ?(?P<H>[0-1]?\\d|2[0-3])");
        expressions.put("l", " ?(?P<I>1?\\d)");
        expressions.put("Exl", " ?(?P<I>1[0-2]|\\d)");
        expressions.put("x", PLAIN_MONTH + "/" + PLAIN_DAY + "/(?P<y>\\d\\d)");
        expressions.put("X", PLAIN_TIME);
        expressions.put(
                "c",
                "(?P<a>" + SHORT_WEEKDAYS + ")\\s+(?P<b>" + SHORT_MONTHS + ")\\s+" + PLAIN_DAY + "\\s+" + PLAIN_TIME
                        + "\\s+(?P<Y>\\d\\d\\d\\d)");
        expressions.put("%", "%");
    }

    private void group(String token, String name, String expression) {
        expressions.put(token, "(?P<" + name + ">" + expression + ")");
    }

    /** The expression of a token (without its {@code %}); null if there is no such token. */
    @Nullable
    String expression(String token) {
        return expressions.get(token);
    }

    /** How a report names the token. */
    static String label(String token) {
        String label = LABELS.get(token);
        if (label != null) {
            return label;
        }
        String plain = token.startsWith("Ex") ? LABELS.get(token.substring(2)) : null;
        return plain != null ? "Ex" + plain : "%" + token;
    }

    /** The token that begins after the percent sign at {@code percent}; null if none does. */
    @Nullable
    String tokenAt(String pattern, int percent) {
        if (pattern.startsWith("Ex", percent + 1) && percent + 4 <= pattern.length()) {
            String extended = pattern.substring(percent + 1, percent + 4);
            if (expressions.containsKey(extended)) {
                return extended;
            }
        }
        if (percent + 2 > pattern.length()) {
            return null;
        }
        String plain = pattern.substring(percent + 1, percent + 2);
        return expressions.containsKey(plain) ? plain : null;
    }
}
