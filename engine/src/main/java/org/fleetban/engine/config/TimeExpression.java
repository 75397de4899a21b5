package org.fleetban.engine.config;

import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/**
 * fail2ban's times: {@code 10m}, {@code 1d 12h}, {@code 1 hour - 5 min}, {@code -1}, {@code 60*60}. Units are replaced by
 * a multiplication, numbers that stand side by side are added, and what results is arithmetic; nothing else is evaluated.
 */
public final class TimeExpression {

    /** About 30,000 years: beyond any use, and within what milliseconds can count. */
    private static final double MAX_SECONDS = 1e12;

    private static final int MAX_LENGTH = 1_000;

    private static final Pattern UNIT_THEN_NUMBER = Pattern.compile("(?<=[A-Za-z])(\\d)");

    private static final Pattern NUMBERS_SIDE_BY_SIDE = Pattern.compile("(\\d)\\s+(\\d)");

    private static final int MINUTE = 60;
    private static final int HOUR = 60 * MINUTE;
    private static final int DAY = 24 * HOUR;

    /** A year is 365.25 days, a month its twelfth. */
    private static final List<Unit> UNITS = List.of(
            new Unit("days?|da|dd?", DAY),
            new Unit("weeks?|wee?|ww?", 7 * DAY),
            new Unit("months?|mon?", 1461 * DAY / 48.0),
            new Unit("years?|yea?|yy?", 1461 * DAY / 4.0),
            new Unit("seconds?|sec?|ss?", 1),
            new Unit("minutes?|min?|mm?", MINUTE),
            new Unit("hours?|hou?|hh?", HOUR));

    private record Unit(Pattern pattern, String replacement) {
        Unit(String names, double seconds) {
            this(Pattern.compile("(?i)(?<=[\\d\\s])(?:" + names + ")\\b"), "*" + seconds);
        }
    }

    private TimeExpression() {}

    /**
     * The time that the text gives, to the millisecond; negative where the text says so.
     *
     * @throws IllegalArgumentException with what is wrong in the text
     */
    public static Duration parse(String text) {
        if (text.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("a time of " + text.length() + " characters");
        }
        String expression = UNIT_THEN_NUMBER.matcher(text).replaceAll(" $1");
        for (Unit unit : UNITS) {
            expression = unit.pattern().matcher(expression).replaceAll(unit.replacement());
        }
        expression = NUMBERS_SIDE_BY_SIDE.matcher(expression).replaceAll("$1+$2");
        double seconds;
        try {
            seconds = new Arithmetic(expression).evaluate();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "not a time: " + Quoted.start(text) + " (" + e.getMessage()
                            + "); expected seconds, or a number with s, m, h, d, w, mo or y, such as 10m or 1d 12h",
                    e);
        }
        if (!(Math.abs(seconds) <= MAX_SECONDS)) {
            throw new IllegalArgumentException("a time out of range: " + Quoted.start(text));
        }
        return Duration.ofMillis(Math.round(seconds * 1000));
    }
}
