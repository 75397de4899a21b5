package org.fleetban.shipper;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Which entries of a journal are wanted, in journalctl's language as fail2ban's {@code journalmatch} takes it:
 * {@code FIELD=value} terms, quoted like a shell's words where they hold blanks. Terms of different fields must all hold,
 * one of those of the same field, and one of the groups that stand between {@code +}. Nothing at all wants every entry.
 */
final class JournalMatch {

    private static final int MAX_BYTES = 4_096;
    private static final Pattern FIELD = Pattern.compile("(?!__)[A-Z0-9_]{1,64}");

    private final String text;

    /** By field, the values with one character for each byte, as entries have them. */
    private final List<Map<String, Set<String>>> groups;

    private JournalMatch(String text, List<Map<String, Set<String>>> groups) {
        this.text = text;
        this.groups = groups;
    }

    /** @throws IllegalArgumentException with what is wrong; the text may be anything */
    static JournalMatch parse(String text) {
        if (text.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES || text.indexOf('\0') >= 0) {
            throw wrong(text, "it is longer than " + MAX_BYTES + " bytes or holds a NUL character");
        }
        List<Map<String, Set<String>>> groups = new ArrayList<>();
        Map<String, Set<String>> group = new LinkedHashMap<>();
        for (String word : ShellWords.split(text)) {
            if (word.equals("+")) {
                group = new LinkedHashMap<>();
                continue;
            }
            int equals = word.indexOf('=');
            if (equals < 0 || !FIELD.matcher(word.substring(0, equals)).matches()) {
                throw wrong(text, "expected FIELD=value or '+', read '" + word + "'");
            }
            if (group.isEmpty()) {
                groups.add(group);
            }
            group.computeIfAbsent(word.substring(0, equals), field -> new LinkedHashSet<>())
                    .add(JournalEntry.bytes(word.substring(equals + 1)));
        }
        return new JournalMatch(text, groups);
    }

    private static IllegalArgumentException wrong(String text, String what) {
        String start = text.length() > 100 ? text.substring(0, 100) + "…" : text;
        return new IllegalArgumentException("journalmatch '" + start.replace('\n', ' ') + "': " + what);
    }

    /** As configured. */
    String text() {
        return text;
    }

    boolean matchesEverything() {
        return groups.isEmpty();
    }

    /** The fields that it looks at. */
    Set<String> fields() {
        Set<String> fields = new HashSet<>();
        groups.forEach(group -> fields.addAll(group.keySet()));
        return fields;
    }

    /** The match as arguments of journalctl, to be used behind {@code --}. */
    List<String> arguments() {
        List<String> arguments = new ArrayList<>();
        for (Map<String, Set<String>> group : groups) {
            if (!arguments.isEmpty()) {
                arguments.add("+");
            }
            group.forEach(
                    (field, values) -> values.forEach(value -> arguments.add(field + '=' + JournalEntry.utf8(value))));
        }
        return arguments;
    }

    /** Whether an entry is wanted. */
    boolean matches(JournalEntry entry) {
        if (groups.isEmpty()) {
            return true;
        }
        for (Map<String, Set<String>> group : groups) {
            if (group.entrySet().stream().allMatch(term -> holds(entry, term.getKey(), term.getValue()))) {
                return true;
            }
        }
        return false;
    }

    private static boolean holds(JournalEntry entry, String field, Set<String> values) {
        for (String value : entry.values(field)) {
            if (values.contains(value)) {
                return true;
            }
        }
        return false;
    }
}
