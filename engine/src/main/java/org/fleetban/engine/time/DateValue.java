package org.fleetban.engine.time;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.OptionalInt;
import org.fleetban.engine.regex.Text;
import org.jspecify.annotations.Nullable;

/**
 * Turns a found date into an instant, with fail2ban's rules for what is missing: without a year it is this year's unless
 * that lies more than a day ahead, without a day today's unless that lies ahead, without a zone that of the log.
 */
final class DateValue {

    private static final long DAY_SECONDS = 24 * 60 * 60;
    private static final int UNSET = -1;
    private static final String MONTHS = "janfebmaraprmayjunjulaugsepoctnovdec";
    private static final String WEEKDAYS = "montuewedthufrisatsun";
    private static final int MOST_YEAR_DIGITS = 9;

    private final DayCache days;

    DateValue(ZoneId zone) {
        this.days = new DayCache(zone);
    }

    @Nullable
    Instant of(Text line, DateTemplate template, DateHit hit, Instant clock) {
        try {
            return switch (template.kind()) {
                case FIELDS -> fields(line, template, hit, clock);
                case EPOCH, LONG_EPOCH -> epoch(line, template, hit);
                case TAI64N -> tai64n(line, hit);
            };
        } catch (DateTimeException | ArithmeticException impossible) {
            return null;
        }
    }

    private static Instant epoch(Text line, DateTemplate template, DateHit hit) {
        int end = hit.end(template.valueGroup());
        long number = 0;
        int digits = 0;
        int decimals = UNSET;
        for (int i = hit.start(template.valueGroup()); i < end; i++) {
            int c = line.at(i);
            if (c == '.') {
                decimals = 0;
                continue;
            }
            number = Math.addExact(Math.multiplyExact(number, 10), Character.digit(c, 10));
            digits++;
            decimals += decimals == UNSET ? 0 : 1;
        }
        int whole = digits - Math.max(decimals, 0);
        int scale = Math.max(decimals, 0);
        if (template.kind() == DateTemplate.Kind.LONG_EPOCH && whole >= 13) {
            scale += whole >= 16 ? 6 : 3;
        }
        long unit = 1;
        for (int i = 0; i < scale; i++) {
            unit *= 10;
        }
        return Instant.ofEpochSecond(number / unit, number % unit * (1_000_000_000 / unit));
    }

    private static Instant tai64n(Text line, DateHit hit) {
        long seconds = 0;
        // After the @, the first hex digit tells the era; the next fifteen are the seconds.
        for (int i = hit.start(1) + 2; i < hit.start(1) + 17; i++) {
            seconds = (seconds << 4) | Character.digit(line.at(i), 16);
        }
        return Instant.ofEpochSecond(seconds);
    }

    private @Nullable Instant fields(Text line, DateTemplate template, DateHit hit, Instant clock) {
        int year = UNSET;
        int month = UNSET;
        int day = UNSET;
        int hour = 0;
        int minute = 0;
        int second = 0;
        int weekday = UNSET;
        int yearDay = UNSET;
        int week = UNSET;
        boolean weekFromMonday = false;
        Integer offset = null;
        int hour12 = UNSET;
        boolean afternoon = false;
        char[] letters = template.fields();
        int[] groups = template.fieldGroups();
        for (int i = 0; i < letters.length; i++) {
            int from = hit.start(groups[i]);
            int to = hit.end(groups[i]);
            if (from < 0) {
                continue;
            }
            switch (letters[i]) {
                case 'Y' -> year = number(line, from, to);
                case 'y' -> {
                    year = number(line, from, to);
                    year += year <= 2000 ? 2000 : 0;
                }
                case 'm' -> month = number(line, from, to);
                case 'b', 'B' -> month = month(line, from);
                case 'd' -> day = number(line, from, to);
                case 'H' -> hour = number(line, from, to);
                case 'I' -> {
                    hour12 = number(line, from, to);
                    hour = hour12;
                }
                case 'p' ->
                    afternoon =
                            line.substring(from, to).toLowerCase(Locale.ROOT).equals("pm");
                case 'M' -> minute = number(line, from, to);
                case 'S' -> second = number(line, from, to);
                case 'a', 'A' -> weekday = name(line, from, WEEKDAYS);
                case 'w' -> weekday = (number(line, from, to) + 6) % 7;
                case 'j' -> yearDay = number(line, from, to);
                case 'U', 'W' -> {
                    week = number(line, from, to);
                    weekFromMonday = letters[i] == 'W';
                }
                case 'z', 'Z' -> {
                    OptionalInt named = ZoneNames.offsetSeconds(line.substring(from, to));
                    if (named.isEmpty()) {
                        return null;
                    }
                    offset = named.getAsInt();
                }
                default -> {}
            }
        }
        if (hour12 != UNSET && hour == hour12) {
            hour = hour12 % 12 + (afternoon ? 12 : 0);
        }

        LocalDate today = days.today(clock);
        boolean assumedYear = year == UNSET;
        if (assumedYear) {
            year = today.getYear();
        }
        if (month == UNSET || day == UNSET) {
            if (yearDay == UNSET && week != UNSET && weekday != UNSET) {
                yearDay = yearDay(year, week, weekday, weekFromMonday);
            }
            if (yearDay != UNSET) {
                LocalDate date = LocalDate.of(year, 1, 1).plusDays(yearDay - 1L);
                year = date.getYear();
                month = date.getMonthValue();
                day = date.getDayOfMonth();
            }
        }
        boolean assumedDay = month == UNSET && day == UNSET;
        if (assumedDay) {
            month = today.getMonthValue();
            day = today.getDayOfMonth();
        }
        Instant time = instant(year, month, day, hour, minute, second, offset);
        if (assumedDay && time.isAfter(clock)) {
            LocalDate before = LocalDate.of(year, month, day).minusDays(1);
            time = instant(
                    before.getYear(), before.getMonthValue(), before.getDayOfMonth(), hour, minute, second, offset);
        }
        if (assumedYear && time.getEpochSecond() > clock.getEpochSecond() + DAY_SECONDS) {
            time = instant(year - 1, month, day, hour, minute, second, offset);
        }
        return time;
    }

    private Instant instant(int year, int month, int day, int hour, int minute, int second, @Nullable Integer offset) {
        return offset == null
                ? days.instant(year, month, day, hour, minute, second)
                : Instant.ofEpochSecond(
                        LocalDateTime.of(year, month, day, hour, minute, second).toEpochSecond(ZoneOffset.UTC)
                                - offset);
    }

    private static int number(Text line, int from, int to) {
        if (to - from > MOST_YEAR_DIGITS) {
            throw new DateTimeException("number too long for a part of a date");
        }
        int number = 0;
        for (int i = from; i < to; i++) {
            int digit = Character.digit(line.at(i), 10);
            number = digit < 0 ? number : number * 10 + digit;
        }
        return number;
    }

    /** Which of the three-letter names a text begins with; -1 for none. */
    private static int name(Text line, int from, String names) {
        if (line.length() < from + 3) {
            return -1;
        }
        int first = Character.toLowerCase(line.at(from));
        int second = Character.toLowerCase(line.at(from + 1));
        int third = Character.toLowerCase(line.at(from + 2));
        for (int i = 0; i < names.length(); i += 3) {
            if (names.charAt(i) == first && names.charAt(i + 1) == second && names.charAt(i + 2) == third) {
                return i / 3;
            }
        }
        return -1;
    }

    /** The month, from 1, whose name begins at a place; 0 if none does. */
    static int month(Text line, int from) {
        return name(line, from, MONTHS) + 1;
    }

    /** The day of the year, from a week that begins on Sunday ({@code %U}) or Monday ({@code %W}); Monday is day 0. */
    private static int yearDay(int year, int week, int weekday, boolean fromMonday) {
        int firstDay = LocalDate.of(year, 1, 1).getDayOfWeek().getValue() - 1;
        int shift = fromMonday ? 0 : 1;
        int first = (firstDay + shift) % 7;
        int wanted = (weekday + shift) % 7;
        return week == 0 ? 1 + wanted - first : 1 + (7 - first) % 7 + 7 * (week - 1) + wanted;
    }
}
