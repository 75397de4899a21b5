package org.fleetban.protocol;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;

/**
 * Instants as ISO 8601 in UTC with milliseconds. The usual form ({@code 2026-11-23T07:00:00.000Z}) is written and read by hand:
 * every failure carries two, and {@link DateTimeFormatter} takes longer for them than all the rest of the record.
 */
final class InstantText {

    private static final DateTimeFormatter ISO_MILLIS =
            new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

    private static final int LENGTH = 24;
    private static final String PATTERN = "0000-00-00T00:00:00.000Z";
    private static final long DAY_MS = 86_400_000;
    private static final long YEAR_0 = Instant.parse("0000-01-01T00:00:00Z").toEpochMilli();
    private static final long YEAR_10000 =
            Instant.parse("+10000-01-01T00:00:00Z").toEpochMilli();

    private InstantText() {}

    static String format(Instant instant) {
        long seconds = instant.getEpochSecond();
        if (seconds < YEAR_0 / 1000 || seconds >= YEAR_10000 / 1000) {
            return ISO_MILLIS.format(instant);
        }
        long millis = seconds * 1000 + instant.getNano() / 1_000_000;
        LocalDate date = LocalDate.ofEpochDay(Math.floorDiv(millis, DAY_MS));
        int ofDay = (int) Math.floorMod(millis, DAY_MS);
        byte[] text = PATTERN.getBytes(StandardCharsets.ISO_8859_1);
        digits(text, 0, 4, date.getYear());
        digits(text, 5, 2, date.getMonthValue());
        digits(text, 8, 2, date.getDayOfMonth());
        digits(text, 11, 2, ofDay / 3_600_000);
        digits(text, 14, 2, ofDay / 60_000 % 60);
        digits(text, 17, 2, ofDay / 1_000 % 60);
        digits(text, 20, 3, ofDay % 1_000);
        return new String(text, StandardCharsets.ISO_8859_1);
    }

    private static void digits(byte[] text, int at, int count, int value) {
        int rest = value;
        for (int i = at + count - 1; i >= at; i--) {
            text[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
    }

    /**
     * Reads an instant.
     *
     * @throws DateTimeException if it is none
     */
    static Instant parse(String text) {
        if (!isUsual(text)) {
            return Instant.parse(text);
        }
        long day = LocalDate.of(number(text, 0, 4), number(text, 5, 2), number(text, 8, 2))
                .toEpochDay();
        int hour = number(text, 11, 2);
        int minute = number(text, 14, 2);
        int second = number(text, 17, 2);
        if (hour > 23 || minute > 59 || second > 59) {
            return Instant.parse(text);
        }
        return Instant.ofEpochMilli(
                day * DAY_MS + hour * 3_600_000L + minute * 60_000L + second * 1_000L + number(text, 20, 3));
    }

    private static boolean isUsual(String text) {
        if (text.length() != LENGTH) {
            return false;
        }
        for (int i = 0; i < LENGTH; i++) {
            char expected = PATTERN.charAt(i);
            char c = text.charAt(i);
            if (expected == '0' ? c < '0' || c > '9' : c != expected) {
                return false;
            }
        }
        return true;
    }

    private static int number(String text, int at, int count) {
        int value = 0;
        for (int i = at; i < at + count; i++) {
            value = 10 * value + text.charAt(i) - '0';
        }
        return value;
    }
}
