package org.fleetban.app.logging;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.fleetban.app.fleet.Terminal;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;

/** Writes lines like {@code 2026-01-01 00:00:00,000 WARN  Shipper: message} to the error stream, each in one piece. */
final class PlainLogger extends LegacyAbstractLogger {

    private static final long serialVersionUID = 1;

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss,SSS", Locale.ROOT);

    private final String shortName;
    private final Level lowest;

    /** @param lowest level that is written */
    PlainLogger(String name, Level lowest) {
        this.name = name;
        this.shortName = name.substring(name.lastIndexOf('.') + 1);
        this.lowest = lowest;
    }

    private boolean writes(Level level) {
        return level.toInt() >= lowest.toInt();
    }

    @Override
    public boolean isTraceEnabled() {
        return writes(Level.TRACE);
    }

    @Override
    public boolean isDebugEnabled() {
        return writes(Level.DEBUG);
    }

    @Override
    public boolean isInfoEnabled() {
        return writes(Level.INFO);
    }

    @Override
    public boolean isWarnEnabled() {
        return writes(Level.WARN);
    }

    @Override
    public boolean isErrorEnabled() {
        return writes(Level.ERROR);
    }

    @Override
    protected @Nullable String getFullyQualifiedCallerName() {
        return null; // the form names no caller
    }

    @Override
    protected void handleNormalizedLoggingCall(
            Level level,
            @Nullable Marker marker,
            String message,
            Object @Nullable [] arguments,
            @Nullable Throwable problem) {
        StringWriter text = new StringWriter();
        text.append(TIME.format(LocalDateTime.now()));
        text.append(' ').append(String.format(Locale.ROOT, "%-5s", level)).append(' ');
        text.append(shortName).append(": ");
        text.append(Terminal.escape(MessageFormatter.basicArrayFormat(message, arguments)))
                .append('\n');
        if (problem != null) {
            problem.printStackTrace(new PrintWriter(text));
        }
        System.err.print(text);
    }
}
