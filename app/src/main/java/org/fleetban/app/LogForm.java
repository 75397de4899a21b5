package org.fleetban.app;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * Lines in the form of {@code fail2ban.log}, so that what reads that file reads these:
 * {@code 2026-01-01 00:00:00,000 fail2ban.actions        [123]: NOTICE  [sshd] Ban 192.0.2.1}.
 */
final class LogForm {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss,SSS", Locale.ROOT);

    private static final String ACTIONS = "fail2ban.actions";

    private final long pid;
    private final ZoneId zone;

    /**
     * @param pid the process id that the lines name
     * @param zone the zone of the lines' time
     */
    LogForm(long pid, ZoneId zone) {
        this.pid = pid;
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
        WARNING
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
        return String.format(
                Locale.ROOT,
                "%s %-24s[%d]: %-7s [%s] %s",
                TIME.format(at.atZone(zone)),
                ACTIONS,
                pid,
                level,
                oneLine(jail),
                oneLine(message));
    }

    /** An offender can be any text of a log line: control characters never reach the terminal. */
    static String oneLine(String text) {
        if (text.codePoints().noneMatch(LogForm::isControl)) {
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
