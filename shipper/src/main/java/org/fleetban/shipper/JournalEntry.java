package org.fleetban.shipper;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.fleetban.protocol.JournalText;
import org.jspecify.annotations.Nullable;

/**
 * An entry of a journal.
 *
 * @param cursor its place, in journald's own form
 * @param fields their values, with one character for each byte, whatever encoding it is in
 */
record JournalEntry(String cursor, Map<String, List<String>> fields) {

    /** What a line is made of; other fields need not be read. */
    static final List<String> FIELDS = List.of(
            "MESSAGE",
            "_HOSTNAME",
            "SYSLOG_IDENTIFIER",
            "_COMM",
            "SYSLOG_PID",
            "_PID",
            "_SOURCE_REALTIME_TIMESTAMP",
            "_SOURCE_MONOTONIC_TIMESTAMP");

    List<String> values(String field) {
        return fields.getOrDefault(field, List.of());
    }

    /** Characters as a value in UTF-8. */
    static String bytes(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    /** A value in UTF-8 as characters. */
    static String utf8(String value) {
        return new String(value.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    /** The entry as a line of a log, its bytes as they came. */
    byte[] line() {
        return JournalText.of(this::text).getBytes(StandardCharsets.ISO_8859_1);
    }

    private @Nullable String text(String field) {
        List<String> values = values(field);
        if (field.equals("MESSAGE")) {
            return String.join(" ", values);
        }
        return values.isEmpty() || values.get(0).isEmpty() ? null : values.get(0);
    }

    /** When it was logged, in microseconds since 1970. */
    long time() {
        for (String field : List.of("_SOURCE_REALTIME_TIMESTAMP", "__REALTIME_TIMESTAMP")) {
            String value = text(field);
            if (value != null && value.matches("\\d{1,18}")) {
                return Long.parseLong(value);
            }
        }
        return Line.TIME_IN_TEXT;
    }

    /**
     * What tells the entry from every other: journald numbers entries, and gives each row of numbers an identity.
     *
     * @param number of the entry; 0 where the cursor is of an unknown form and is itself the identity
     */
    record Identity(String numbering, long number) {}

    Identity identity() {
        Map<String, String> parts = new HashMap<>();
        for (String part : cursor.split(";", -1)) {
            int equals = part.indexOf('=');
            parts.put(part.substring(0, Math.max(0, equals)), part.substring(equals + 1));
        }
        String numbering = parts.getOrDefault("s", "");
        String number = parts.getOrDefault("i", "");
        return numbering.matches("[0-9a-f]{32}") && number.matches("[0-9a-f]{1,15}")
                ? new Identity(numbering, Long.parseLong(number, 16))
                : new Identity(cursor, 0);
    }

    /** About how much memory it takes, in bytes. */
    int weight() {
        int weight = 512;
        for (List<String> values : fields.values()) {
            for (String value : values) {
                weight += value.length() + 64;
            }
        }
        return weight;
    }
}
