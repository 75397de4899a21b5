package org.fleetban.protocol;

import java.util.Locale;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** An entry of systemd's journal as the line that fail2ban's filters with {@code logtype=journal} expect. */
public final class JournalText {

    private JournalText() {}

    /**
     * {@code HOST IDENTIFIER[PID]: MESSAGE}. What the entry lacks is left out, a line feed in it becomes {@code \n}, and
     * the kernel's messages carry their monotonic time in brackets, as fail2ban's systemd back-end has it.
     *
     * @param field gives a field of the entry by its name, null where it has none
     */
    public static String of(UnaryOperator<@Nullable String> field) {
        StringBuilder text = new StringBuilder();
        append(text, field.apply("_HOSTNAME"), "");
        String identifier = first(field, "SYSLOG_IDENTIFIER", "_COMM");
        if (identifier != null) {
            append(text, identifier, " ");
            String process = first(field, "SYSLOG_PID", "_PID");
            if (process != null) {
                text.append('[').append(process).append(']');
            }
            text.append(':');
        }
        if ("kernel".equals(identifier)) {
            String micros = first(field, "_SOURCE_MONOTONIC_TIMESTAMP", "__MONOTONIC_TIMESTAMP");
            if (micros != null && micros.matches("\\d{1,18}")) {
                long value = Long.parseLong(micros);
                text.append(String.format(Locale.ROOT, " [%5d.%06d]", value / 1_000_000, value % 1_000_000));
            }
        }
        append(text, field.apply("MESSAGE"), " ");
        return text.toString().replace("\n", "\\n");
    }

    private static void append(StringBuilder text, @Nullable String value, String separator) {
        if (value != null) {
            text.append(text.isEmpty() ? "" : separator).append(value);
        }
    }

    private static @Nullable String first(UnaryOperator<@Nullable String> field, String name, String otherwise) {
        String value = field.apply(name);
        return value != null ? value : field.apply(otherwise);
    }
}
