package org.fleetban.engine.time;

import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.OptionalInt;

/** {@code logtimezone}: the zone of log times that name none. */
public final class LogTimeZone {

    private LogTimeZone() {}

    /**
     * Reads the option. Beyond fail2ban's fixed offsets ({@code UTC+0200}, {@code GMT-01}, {@code CEST}) a region such as
     * {@code Europe/Paris} is taken, with its summer time.
     *
     * @throws DateTimeException if it is neither; the message says what is accepted
     */
    public static ZoneId parse(String text) {
        OptionalInt seconds = ZoneNames.offsetSeconds(text);
        if (seconds.isPresent() && Math.abs(seconds.getAsInt()) <= ZoneOffset.MAX.getTotalSeconds()) {
            return ZoneOffset.ofTotalSeconds(seconds.getAsInt());
        }
        try {
            return ZoneId.of(text);
        } catch (DateTimeException unknown) {
            throw new DateTimeException(
                    "unknown time zone '" + text
                            + "': expected an offset such as UTC+0200, an abbreviation such as CEST,"
                            + " or a region such as Europe/Paris",
                    unknown);
        }
    }
}
