package org.fleetban.engine.filter;

import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.Locale;
import org.fleetban.engine.config.JailDefinition;
import org.fleetban.engine.time.LogTimeZone;
import org.jspecify.annotations.Nullable;

/**
 * A jail's filter, with what the jail says of its log.
 *
 * @param filter compiled, with the zone of {@code logtimezone}
 * @param charset of {@code logencoding}; UTF-8 for {@code auto}
 */
public record JailFilter(Filter filter, Charset charset) {

    /**
     * Compiles a jail's filter.
     *
     * @throws FilterException if an expression or date pattern is wrong, or {@code logencoding} or {@code logtimezone}
     *     name nothing known
     */
    public static JailFilter compile(JailDefinition jail) throws FilterException {
        return new JailFilter(
                Filter.compile(jail.filter(), jail.useDns(), zone(jail.logTimeZone())), charset(jail.logEncoding()));
    }

    private static Charset charset(String encoding) throws FilterException {
        if (encoding.isEmpty() || encoding.toLowerCase(Locale.ROOT).equals("auto")) {
            return StandardCharsets.UTF_8;
        }
        try {
            return Charset.forName(encoding);
        } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
            throw new FilterException(
                    "logencoding = " + encoding + ": expected 'auto' or the name of a character encoding", e);
        }
    }

    private static ZoneId zone(@Nullable String zone) throws FilterException {
        if (zone == null || zone.isEmpty()) {
            return ZoneId.systemDefault();
        }
        try {
            return LogTimeZone.parse(zone);
        } catch (DateTimeException e) {
            throw new FilterException("logtimezone: " + e.getMessage(), e);
        }
    }
}
