package org.fleetban.engine.time;

import org.fleetban.engine.regex.Regex;
import org.fleetban.engine.regex.Text;
import org.jspecify.annotations.Nullable;

/**
 * Reads the commonest time stamps at the begin of a line by hand. It knows the plain forms only and leaves everything else
 * to the template's expression; what it does read is what the expression would match.
 */
final class StampReader {

    private static final String LINE_BEGIN = "{^LN-BEG}";
    private static final String SYSLOG = "(?:%a )?%b %d %H:%M:%S(?:\\.%f)?(?: %ExY)?";
    private static final String ISO = "%ExY(?P<_sep>[-/.])%m(?P=_sep)%d(?:T|  ?)%H:%M:%S(?:[.,]%f)?(?:\\s*%z)?";
    private static final String APACHE = "%d(?P<_sep>[-/])%b(?P=_sep)%ExY[ :]?%H:%M:%S(?:\\.%f)?(?: %z)?";

    /** So many characters behind a stamp decide whether it ends there. */
    static final int LOOKED_AT_BEHIND = 2;

    private static final int LONGEST_FRACTION = 6;
    private static final int MOST_PUNCTUATION = 2;

    private enum Form {
        SYSLOG,
        ISO,
        APACHE
    }

    private final Form form;

    /** Whether punctuation may stand before the stamp. */
    private final boolean punctuated;

    private final int year;
    private final int month;
    private final int monthName;
    private final int day;
    private final int hour;
    private final int minute;
    private final int second;
    private final int fraction;
    private final int zone;

    private StampReader(Form form, boolean punctuated, Regex regex) {
        this.form = form;
        this.punctuated = punctuated;
        this.year = group(regex, "Y");
        this.month = group(regex, "m");
        this.monthName = group(regex, "b");
        this.day = group(regex, "d");
        this.hour = group(regex, "H");
        this.minute = group(regex, "M");
        this.second = group(regex, "S");
        this.fraction = group(regex, "f");
        this.zone = group(regex, "z");
    }

    private static int group(Regex regex, String name) {
        return regex.groupNames().getOrDefault(name, 0);
    }

    /** The reader of a date pattern; null if there is none. */
    static @Nullable StampReader of(String pattern, Regex regex) {
        boolean punctuated = pattern.startsWith(LINE_BEGIN);
        if (!punctuated && !pattern.startsWith("^")) {
            return null;
        }
        // %H and %k differ in forms of the hour that are not read here.
        String stamp = pattern.substring(punctuated ? LINE_BEGIN.length() : 1).replace("%k", "%H");
        return switch (stamp) {
            case SYSLOG -> new StampReader(Form.SYSLOG, punctuated, regex);
            case ISO -> new StampReader(Form.ISO, punctuated, regex);
            case APACHE -> new StampReader(Form.APACHE, punctuated, regex);
            default -> null;
        };
    }

    /**
     * Reads the stamp of a line.
     *
     * @param hit cleared; takes the spans
     * @return false if it is not certain what the expression would match
     */
    boolean read(Text line, DateHit hit) {
        int start = 0;
        while (punctuated && start < MOST_PUNCTUATION && isPunctuation(line, start)) {
            start++;
        }
        int end = switch (form) {
            case SYSLOG -> syslog(line, start, hit);
            case ISO -> iso(line, start, hit);
            case APACHE -> apache(line, start, hit);
        };
        if (end < 0) {
            return false;
        }
        hit.start = 0;
        hit.end = end;
        hit.set(1, start, end);
        return true;
    }

    /** {@code Nov 23 07:21:08} or {@code Nov  3 07:21:08}. */
    private int syslog(Text line, int at, DateHit hit) {
        if (line.length() < at + 15 || !isMonth(line, at) || line.at(at + 3) != ' ' || line.at(at + 6) != ' ') {
            return -1;
        }
        if (!isDay(line, at + 4, ' ') || !isTime(line, at + 7, hit)) {
            return -1;
        }
        hit.set(monthName, at, at + 3);
        hit.set(day, at + 4, at + 6);
        int end = at + 15;
        // A year may follow, or a fraction.
        boolean yearFollows = charAt(line, end) == ' ' && isDigit(charAt(line, end + 1));
        return yearFollows || charAt(line, end) == '.' || !endsWord(line, end) ? -1 : end;
    }

    /** {@code 2026-11-23T07:21:08}, with a space for the T, slashes or dots, a fraction, a zone. */
    private int iso(Text line, int at, DateHit hit) {
        if (line.length() < at + 19 || !isYear(line, at)) {
            return -1;
        }
        int separator = line.at(at + 4);
        int between = line.at(at + 10);
        boolean separated = (separator == '-' || separator == '/' || separator == '.')
                && line.at(at + 7) == separator
                && (between == 'T' || between == ' ');
        if (!separated || !isMonthNumber(line, at + 5) || !isDay(line, at + 8, '0') || !isTime(line, at + 11, hit)) {
            return -1;
        }
        hit.set(year, at, at + 4);
        hit.set(month, at + 5, at + 7);
        hit.set(day, at + 8, at + 10);
        int end = at + 19;
        if (charAt(line, end) == '.' || charAt(line, end) == ',') {
            int digits = 0;
            while (isDigit(charAt(line, end + 1 + digits))) {
                digits++;
            }
            if (digits == 0 || digits > LONGEST_FRACTION) {
                return -1;
            }
            hit.set(fraction, end + 1, end + 1 + digits);
            end += 1 + digits;
        }
        int next = charAt(line, end);
        if (next == 'Z' || next == '+' || next == '-') {
            return zone(line, end, hit);
        }
        if (next == ' ') {
            return mayBeginZone(charAt(line, end + 1)) ? -1 : end;
        }
        return endsWord(line, end) ? end : -1;
    }

    /** {@code 23/Nov/2026:07:21:08 +0100}. */
    private int apache(Text line, int at, DateHit hit) {
        if (line.length() < at + 20 || !isDay(line, at, '0') || !isMonth(line, at + 3) || !isYear(line, at + 7)) {
            return -1;
        }
        int separator = line.at(at + 2);
        boolean separated = (separator == '/' || separator == '-')
                && line.at(at + 6) == separator
                && (line.at(at + 11) == ':' || line.at(at + 11) == ' ');
        if (!separated || !isTime(line, at + 12, hit)) {
            return -1;
        }
        hit.set(day, at, at + 2);
        hit.set(monthName, at + 3, at + 6);
        hit.set(year, at + 7, at + 11);
        int end = at + 20;
        if (charAt(line, end) == ' ') {
            int next = charAt(line, end + 1);
            if (next == '+' || next == '-') {
                return zone(line, end + 1, hit);
            }
            return mayBeginZone(next) ? -1 : end;
        }
        return charAt(line, end) == '.' || !endsWord(line, end) ? -1 : end;
    }

    /** {@code Z}, {@code +01}, {@code +0100} or {@code +01:00} at a place where one begins. */
    private int zone(Text line, int at, DateHit hit) {
        int end = at + 1;
        if (line.at(at) != 'Z') {
            boolean hours =
                    (charAt(line, at + 1) == '0' || charAt(line, at + 1) == '1') && isDigit(charAt(line, at + 2));
            if (!hours) {
                return -1;
            }
            end = at + 3;
            int minutes = charAt(line, end) == ':' ? end + 1 : end;
            if (isDigit(charAt(line, minutes)) && isDigit(charAt(line, minutes + 1))) {
                end = minutes + 2;
            } else if (minutes > end || isDigit(charAt(line, end))) {
                return -1;
            }
        }
        hit.set(zone, at, end);
        return endsWord(line, end) ? end : -1;
    }

    /** {@code 07:21:08}, in range as the expressions are. */
    private boolean isTime(Text line, int at, DateHit hit) {
        int tens = line.at(at);
        boolean hours = tens == '0' || tens == '1' || tens == '2' && line.at(at + 1) <= '3';
        if (!hours
                || !isDigit(line.at(at + 1))
                || line.at(at + 2) != ':'
                || !isSixty(line, at + 3)
                || line.at(at + 5) != ':'
                || !isSixty(line, at + 6)) {
            return false;
        }
        hit.set(hour, at, at + 2);
        hit.set(minute, at + 3, at + 5);
        hit.set(second, at + 6, at + 8);
        return true;
    }

    private static boolean isSixty(Text line, int at) {
        return line.at(at) >= '0' && line.at(at) <= '5' && isDigit(line.at(at + 1));
    }

    private static boolean isYear(Text line, int at) {
        return line.at(at) == '2' && line.at(at + 1) == '0' && isDigit(line.at(at + 2)) && isDigit(line.at(at + 3));
    }

    private static boolean isMonthNumber(Text line, int at) {
        int ones = line.at(at + 1);
        return line.at(at) == '0' ? ones >= '1' && ones <= '9' : line.at(at) == '1' && ones >= '0' && ones <= '2';
    }

    /** @param filler what may stand for the ten where there is none */
    private static boolean isDay(Text line, int at, int filler) {
        int tens = line.at(at);
        int ones = line.at(at + 1);
        return switch (tens) {
            case '1', '2' -> isDigit(ones);
            case '3' -> ones == '0' || ones == '1';
            default -> (tens == '0' || tens == filler) && ones >= '1' && ones <= '9';
        };
    }

    private static boolean isMonth(Text line, int at) {
        return DateValue.month(line, at) > 0;
    }

    private static boolean mayBeginZone(int c) {
        return c == '+' || c == '-' || isLetter(c) || c > 127 || c >= 0 && c <= ' ';
    }

    /** Whether no word goes on at a place; false where that is a question of Unicode. */
    private static boolean endsWord(Text line, int at) {
        return at == line.length() || isPunctuation(line, at);
    }

    /** ASCII that is no part of a word. */
    private static boolean isPunctuation(Text line, int at) {
        int c = charAt(line, at);
        return c >= 0 && c < 128 && !isLetter(c) && !isDigit(c) && c != '_';
    }

    private static boolean isLetter(int c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
    }

    private static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    private static int charAt(Text line, int index) {
        return index < line.length() ? line.at(index) : -1;
    }
}
