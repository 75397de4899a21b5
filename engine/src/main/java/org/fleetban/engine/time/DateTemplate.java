package org.fleetban.engine.time;

import java.util.List;
import org.fleetban.engine.regex.Regex;
import org.jspecify.annotations.Nullable;

/** One way to write a time: an expression whose group 1 is cut out of the line, and what its groups mean. */
final class DateTemplate {

    /** How the value is read. */
    enum Kind {
        /** From the named groups. */
        FIELDS,
        /** Seconds since 1970, with a fraction. */
        EPOCH,
        /** The same, or milliseconds or microseconds, by the number of digits. */
        LONG_EPOCH,
        /** A TAI64N label; leap seconds are not taken off. */
        TAI64N
    }

    private final String name;
    private final @Nullable String pattern;
    private final Kind kind;
    private final Regex regex;
    private final boolean lineBegin;
    private final boolean anchored;
    private final double weight;
    private final int valueGroup;
    private final char[] fields;
    private final int[] fieldGroups;
    private final @Nullable StampReader reader;
    private final List<String> literals;

    DateTemplate(
            String name,
            @Nullable String pattern,
            Kind kind,
            Regex regex,
            BoundedExpression bounds,
            double weight,
            int valueGroup) {
        this.name = name;
        this.pattern = pattern;
        this.kind = kind;
        this.regex = regex;
        this.lineBegin = bounds.lineBegin();
        this.anchored = bounds.lineBegin() || bounds.lineEnd();
        this.weight = weight;
        this.valueGroup = valueGroup;
        StringBuilder letters = new StringBuilder();
        regex.groupNames().keySet().stream()
                .filter(group -> group.length() == 1)
                .forEach(letters::append);
        this.fields = letters.toString().toCharArray();
        this.fieldGroups = letters.chars()
                .map(letter -> regex.groupNames().getOrDefault(Character.toString(letter), 0))
                .toArray();
        this.reader = pattern == null ? null : StampReader.of(pattern, regex);
        this.literals = regex.isAtTextStart()
                ? List.of()
                : regex.allRequiredLiterals().stream()
                        .filter(any -> any.size() == 1 && !any.get(0).ignoreCase())
                        .map(any -> any.get(0).text())
                        .toList();
    }

    /** What identifies it among the templates of a detector, and names it in a report. */
    String name() {
        return name;
    }

    /** The pattern as configured; null for the epoch and TAI64N words. */
    @Nullable
    String pattern() {
        return pattern;
    }

    Kind kind() {
        return kind;
    }

    Regex regex() {
        return regex;
    }

    /** Reads its plain forms; null if there is no such reader. */
    @Nullable
    StampReader reader() {
        return reader;
    }

    /** What occurs in every line that it matches; not told where an expression sees it as fast. */
    List<String> literals() {
        return literals;
    }

    /** Whether it matches only at the begin of a line. */
    boolean lineBegin() {
        return lineBegin;
    }

    /** Whether it matches only at the begin or the end of a line. */
    boolean anchored() {
        return anchored;
    }

    /** What a hit counts for in the ranking. */
    double weight() {
        return weight;
    }

    /** The group that holds the number, for the kinds that are one. */
    int valueGroup() {
        return valueGroup;
    }

    /** The letters of the named fields, in the order of the expression. */
    char[] fields() {
        return fields;
    }

    /** The group of each of {@link #fields()}. */
    int[] fieldGroups() {
        return fieldGroups;
    }
}
