package org.fleetban.app;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Lines in the form of {@code fail2ban.log}, so that what reads that file reads these:
 * {@code 2026-01-01 00:00:00,000 fail2ban.actions        [123]: NOTICE  [sshd] Ban 192.0.2.1}.
 */
final class LogForm {

    private static final DateTimeFormatter SECOND = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT);
    private static final String SOURCE = padded("fail2ban.actions", 24);

    private final String process;
    private final ZoneId zone;
    private volatile @Nullable Second last;

    /** How a second is written, by its number since the epoch. */
    private record Second(long number, String text) {}

    /**
     * @param pid the process id that the lines name
     * @param zone the zone of the lines' time
     */
    LogForm(long pid, ZoneId zone) {
        this.process = "[" + pid + "]: ";
        this.zone = zone;
    }

    /** Lines of this process, in the system's zone. */
    static LogForm ofThisProcess() {
        return new LogForm(ProcessHandle.current().pid(), ZoneId.systemDefault());
    }

    /** Severity, in fail2ban's words. */
    enum Level {
        INFO,
        NOTICE,
        WARNING;

        private final String padded = padded(name(), 8);
    }

    private static String padded(String word, int length) {
        return word + " ".repeat(length - word.length());
    }

    /**
     * A line about an offender in a jail.
     *
     * @param at when it happened
     * @param level its severity
     * @param jail the jail
     * @param message what happened; characters that would break the line or the terminal are replaced
     */
    String action(Instant at, Level level, String jail, String message) {
        return time(at) + ' ' + SOURCE + process + level.padded + '[' + oneLine(jail) + "] " + oneLine(message);
    }

    /** Lines come in crowds, and dates take longer than all the rest of them. */
    private String time(Instant at) {
        long millis = at.toEpochMilli();
        Second second = last;
        if (second == null || second.number != Math.floorDiv(millis, 1000)) {
            second = new Second(Math.floorDiv(millis, 1000), SECOND.format(at.atZone(zone)));
            last = second;
        }
        int rest = 1000 + (int) Math.floorMod(millis, 1000);
        return second.text + ',' + Integer.toString(rest).substring(1);
    }

    /** An offender can be any text of a log line: control characters never reach the terminal. */
    static String oneLine(String text) {
        int i = 0;
        while (i < text.length() && text.charAt(i) >= ' ' && text.charAt(i) <= '~') {
            i++;
        }
        if (i == text.length()) {
            return text;
        }
        StringBuilder clean = new StringBuilder(text.length());
        text.codePoints().forEach(c -> clean.appendCodePoint(isControl(c) ? '?' : c));
        return clean.toString();
    }

    private static boolean isControl(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> true;
            default -> false;
        };
    }
}
