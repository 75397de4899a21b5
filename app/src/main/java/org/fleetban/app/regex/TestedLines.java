package org.fleetban.app.regex;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** How many lines were matched, ignored and missed, and as many of them as are shown. */
final class TestedLines {

    /** Of so many lines or more, fail2ban-regex prints only how many there are. */
    static final int TOO_MANY = 20;

    private final Set<Verdict> allOf;
    private final Map<Verdict, Integer> counts = new EnumMap<>(Verdict.class);
    private final Map<Verdict, List<TestLine>> kept = new EnumMap<>(Verdict.class);

    /** What a filter says to a line. */
    enum Verdict {
        MATCHED,
        IGNORED,
        MISSED
    }

    /** @param allOf of which lines all are kept, however many */
    TestedLines(Set<Verdict> allOf) {
        this.allOf = allOf.isEmpty() ? EnumSet.noneOf(Verdict.class) : EnumSet.copyOf(allOf);
        for (Verdict verdict : Verdict.values()) {
            counts.put(verdict, 0);
            kept.put(verdict, new ArrayList<>());
        }
    }

    void add(Verdict verdict, TestLine line) {
        counts.merge(verdict, 1, Integer::sum);
        if (allOf.contains(verdict) || of(verdict).size() < TOO_MANY) {
            of(verdict).add(line);
        }
    }

    /** A line that was missed turns out to be part of a match. */
    void missedNoMore(String text) {
        counts.merge(Verdict.MISSED, -1, Integer::sum);
        of(Verdict.MISSED).removeIf(line -> line.text().equals(text));
        add(Verdict.MATCHED, new TestLine(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8, null));
    }

    int count(Verdict verdict) {
        return counts.getOrDefault(verdict, 0);
    }

    int count() {
        return counts.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** Whether there are more than are printed unasked. */
    boolean tooMany(Verdict verdict) {
        return !allOf.contains(verdict) && count(verdict) >= TOO_MANY;
    }

    /** The first of them, or all. */
    List<TestLine> of(Verdict verdict) {
        return kept.getOrDefault(verdict, List.of());
    }
}
