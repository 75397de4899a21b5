package org.fleetban.engine.filter;

import java.time.Instant;
import org.fleetban.engine.regex.Text;
import org.jspecify.annotations.Nullable;

/**
 * A line whose date was looked for.
 *
 * @param whole the line
 * @param rest the line without its date
 * @param cut where in {@code rest} the date was cut out; 0 where it was at the begin, or there is none
 * @param time the time that counts for the line
 * @param exhausted the date pattern whose step budget ran out, or null
 */
record DatedLine(
        Text whole,
        Text rest,
        int cut,
        Instant time,
        @Nullable String exhausted) {}
