package org.fleetban.processor;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;
import org.fleetban.engine.filter.Failure;
import org.fleetban.engine.filter.Outcome;
import org.fleetban.protocol.BanEvent;
import org.fleetban.protocol.BanKey;
import org.fleetban.protocol.FailureCodec;
import org.fleetban.protocol.FailureRecord;

/**
 * Shows every new ban to the jails that watch for offenders that come again ({@code recidive}): those whose
 * {@code logpath} names fail2ban's own log. They see the line that fail2ban would write there, as their filters expect;
 * its identity is the event's, so that a repeated event is a repeated line.
 */
final class Recidivists {

    /** The logs whose readers are shown the bans; the line comes from no file, and from all hosts. */
    static final List<String> LOGS = List.of("/var/log/fail2ban.log", "/var/log/fleetban.log");

    private static final String HOST = "fleet";
    private static final DateTimeFormatter LOG_TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss,SSS", Locale.ROOT);

    private final JailRegistry registry;

    Recidivists(JailRegistry registry) {
        this.registry = registry;
    }

    /** Whether there are such jails. */
    boolean isAnybodyWatching() {
        return registry.jails().all().stream().anyMatch(Recidivists::watches);
    }

    private static boolean watches(Jail jail) {
        return LOGS.stream().anyMatch(jail::reads);
    }

    /**
     * Shows a new ban to the jails.
     *
     * @param send takes key and value of each failure that comes of it
     */
    void show(BanEvent event, BiConsumer<byte[], byte[]> send) {
        String line = LOG_TIME.format(event.since().atZone(ZoneId.systemDefault()))
                + " fail2ban.actions        [1]: NOTICE  [" + event.jail() + "] Ban " + event.id();
        for (Jail jail : registry.jails().all()) {
            if (!jail.name().equals(event.jail()) && watches(jail)) {
                judge(jail, event, line, send);
            }
        }
    }

    private static void judge(Jail jail, BanEvent event, String line, BiConsumer<byte[], byte[]> send) {
        Instant clock = event.since();
        Outcome outcome = jail.filter().newSession().apply(line.getBytes(StandardCharsets.UTF_8), clock, null);
        if (outcome instanceof Outcome.Matched matched) {
            for (Failure failure : matched.failures()) {
                FailureRecord value = new FailureRecord(
                        jail.name(),
                        failure.id(),
                        null,
                        event.since(),
                        event.since(),
                        event.host() == null ? HOST : event.host(),
                        LOGS.get(0),
                        event.event(),
                        0,
                        null,
                        line);
                send.accept(
                        Utf8.bytes(new BanKey(jail.name(), failure.id(), null).toString()), FailureCodec.encode(value));
            }
        }
    }
}
