package org.fleetban.app.regex;

import java.nio.charset.Charset;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import org.fleetban.engine.filter.LogLine;
import org.jspecify.annotations.Nullable;

/**
 * A line to be tested.
 *
 * @param bytes without the newline
 * @param charset their encoding
 * @param time when it was logged, where that is known beside the text
 */
record TestLine(
        @SuppressWarnings("ArrayRecordComponent") byte[] bytes,
        Charset charset,
        @Nullable Instant time) {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS ").withZone(ZoneId.systemDefault());

    LogLine at(Instant clock) {
        return new LogLine(bytes, charset, clock, time);
    }

    /** As it is shown; a time that is not in the text goes before it. */
    String text() {
        String text = new String(bytes, charset);
        return time == null ? text : TIME.format(time) + text;
    }
}
