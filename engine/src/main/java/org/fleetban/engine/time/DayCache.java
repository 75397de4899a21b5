package org.fleetban.engine.time;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;

/** Local times to instants; the lines of a log are mostly of one day, whose beginning is kept. Not thread-safe. */
final class DayCache {

    private static final int HOURS = 24;
    private static final int MINUTES = 60;
    private static final int SECONDS = 60;
    private static final long DAY_SECONDS = 24 * 60 * 60;

    private final ZoneId zone;
    private int year;
    private int month;
    private int day;
    private long beginning;

    /** Whether the kept day has one offset from begin to end. */
    private boolean even;

    private LocalDate today = LocalDate.EPOCH;
    private long todayFrom;
    private long todayTo;

    DayCache(ZoneId zone) {
        this.zone = zone;
    }

    /** The date of an instant. */
    LocalDate today(Instant clock) {
        long second = clock.getEpochSecond();
        if (second < todayFrom || second >= todayTo) {
            today = LocalDate.ofInstant(clock, zone);
            todayFrom = today.atStartOfDay(zone).toEpochSecond();
            todayTo = today.plusDays(1).atStartOfDay(zone).toEpochSecond();
        }
        return today;
    }

    /** @throws java.time.DateTimeException if there is no such day or time */
    Instant instant(int wantedYear, int wantedMonth, int wantedDay, int hour, int minute, int second) {
        boolean inRange = hour < HOURS && minute < MINUTES && second < SECONDS;
        if (inRange && even && wantedDay == day && wantedMonth == month && wantedYear == year) {
            return Instant.ofEpochSecond(beginning + (hour * (long) MINUTES + minute) * SECONDS + second);
        }
        LocalDateTime local = LocalDateTime.of(wantedYear, wantedMonth, wantedDay, hour, minute, second);
        keep(local.toLocalDate());
        return local.atZone(zone).toInstant();
    }

    private void keep(LocalDate date) {
        year = date.getYear();
        month = date.getMonthValue();
        day = date.getDayOfMonth();
        Instant start = date.atStartOfDay(zone).toInstant();
        beginning = start.getEpochSecond();
        ZoneRules rules = zone.getRules();
        ZoneOffsetTransition next = rules.nextTransition(start.minusSeconds(1));
        even = next == null || next.toEpochSecond() > beginning + DAY_SECONDS;
    }
}
