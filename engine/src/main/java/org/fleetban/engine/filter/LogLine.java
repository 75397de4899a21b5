package org.fleetban.engine.filter;

import java.nio.charset.Charset;
import java.time.Instant;
import org.fleetban.engine.regex.Text;
import org.jspecify.annotations.Nullable;

/**
 * A line to be judged.
 *
 * @param text the bytes as read; a newline at the end is left out
 * @param charset the log's encoding
 * @param clock when the line was read: guesses the year, bounds the time, ages the sessions
 * @param time the log time where the source knows it, as the journal does; null: it is looked for in the text
 */
public record LogLine(
        @SuppressWarnings("ArrayRecordComponent") byte[] text,
        Charset charset,
        Instant clock,
        @Nullable Instant time) {

    /** A line of a file. */
    public static LogLine ofFile(byte[] text, Charset charset, Instant clock) {
        return new LogLine(text, charset, clock, null);
    }

    /** The characters of a line, without the newline at its end. */
    static Text decode(byte[] bytes, Charset charset) {
        Text text = Text.decode(bytes, 0, bytes.length, charset);
        int end = text.length();
        while (end > 0 && (text.at(end - 1) == '\n' || text.at(end - 1) == '\r')) {
            end--;
        }
        return text.slice(0, end);
    }
}
