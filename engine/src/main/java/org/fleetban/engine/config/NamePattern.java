package org.fleetban.engine.config;

import java.util.ArrayList;
import java.util.List;

/** One name of a {@link PathPattern}, by the rules of Python's {@code fnmatch}. */
final class NamePattern {

    private sealed interface Step {}

    private record AnyNumber() implements Step {}

    /** One character: within one of the ranges, or (with {@code not}) in none. */
    private record One(boolean not, List<Range> ranges) implements Step {
        boolean accepts(int c) {
            return not != ranges.stream().anyMatch(range -> range.first() <= c && c <= range.last());
        }
    }

    private record Range(int first, int last) {}

    private final List<Step> steps = new ArrayList<>();
    private final boolean magic;
    private final boolean hidden;

    NamePattern(String name) {
        int[] pattern = name.codePoints().toArray();
        magic = name.codePoints().anyMatch(c -> c == '*' || c == '?' || c == '[');
        hidden = name.startsWith(".");
        int at = 0;
        while (at < pattern.length) {
            at = step(pattern, at);
        }
    }

    private int step(int[] pattern, int at) {
        int c = pattern[at];
        int close = c == '[' ? close(pattern, at + 1) : -1;
        if (close > 0) {
            steps.add(set(pattern, at + 1, close));
            return close + 1;
        }
        if (c == '*') {
            steps.add(new AnyNumber());
        } else {
            steps.add(c == '?' ? new One(true, List.of()) : new One(false, List.of(new Range(c, c))));
        }
        return at + 1;
    }

    /** A {@code ]} right behind the bracket (or the {@code !}) is a member of the set. */
    private static int close(int[] pattern, int start) {
        int at = start;
        if (at < pattern.length && pattern[at] == '!') {
            at++;
        }
        if (at < pattern.length && pattern[at] == ']') {
            at++;
        }
        while (at < pattern.length && pattern[at] != ']') {
            at++;
        }
        return at < pattern.length ? at : -1;
    }

    private static One set(int[] pattern, int start, int end) {
        boolean not = pattern[start] == '!';
        List<Range> ranges = new ArrayList<>();
        int at = not ? start + 1 : start;
        while (at < end) {
            boolean range = at + 2 < end && pattern[at + 1] == '-';
            ranges.add(new Range(pattern[at], range ? pattern[at + 2] : pattern[at]));
            at += range ? 3 : 1;
        }
        return new One(not, ranges);
    }

    boolean matches(String name) {
        if (magic && !hidden && name.startsWith(".")) {
            return false;
        }
        int[] text = name.codePoints().toArray();
        int at = 0;
        int step = 0;
        int star = -1;
        int retry = 0;
        while (at < text.length) {
            if (isAnyNumber(step)) {
                star = step++;
                retry = at;
            } else if (step < steps.size() && steps.get(step) instanceof One one && one.accepts(text[at])) {
                step++;
                at++;
            } else if (star >= 0) {
                step = star + 1;
                at = ++retry;
            } else {
                return false;
            }
        }
        while (isAnyNumber(step)) {
            step++;
        }
        return step == steps.size();
    }

    private boolean isAnyNumber(int step) {
        return step < steps.size() && steps.get(step) instanceof AnyNumber;
    }
}
