package org.fleetban.engine.filter;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.fleetban.engine.regex.Matcher;
import org.fleetban.engine.regex.Regex;
import org.fleetban.engine.regex.RegexSyntaxException;
import org.jspecify.annotations.Nullable;

/** A compiled failregex, ignoreregex or prefregex: its groups by name, and which of them merge into others. */
final class Expression {

    /** Any of these groups can say who failed. */
    private static final Set<String> OFFENDER_GROUPS = Set.of("fid", "ip4", "ip6", "dns", "mlfid");

    private static final Pattern COMPLEX_NAME = Pattern.compile("(alt_|tuple_)(.*?)(?:_\\d+)?");

    private static final int NO_PLACE = -2;

    private final String source;
    private final boolean hostNames;
    private final Regex regex;
    private final String[] names;
    private final int[] numbers;

    /** The places of the groups in {@link Groups}. */
    private final int[] places;

    private final List<Merge> alternatives = new ArrayList<>();
    private final List<Merge> tuples = new ArrayList<>();

    /** A group whose value goes into another; both with their places. */
    private record Merge(String from, int fromPlace, String into, int intoPlace) {
        Merge(String from, String into) {
            this(from, Groups.place(from), into, Groups.place(into));
        }

        @Nullable
        String value(Groups groups) {
            return groups.get(fromPlace, from);
        }

        @Nullable
        String valueInto(Groups groups) {
            return groups.get(intoPlace, into);
        }

        void put(Groups groups, String value) {
            groups.set(intoPlace, into, value);
        }

        boolean isFree(Groups groups) {
            return value(groups) == null && valueInto(groups) == null;
        }
    }

    private Expression(String source, boolean hostNames, Regex regex) {
        this.source = source;
        this.hostNames = hostNames;
        this.regex = regex;
        this.names = regex.groupNames().keySet().toArray(String[]::new);
        this.places = Arrays.stream(names).mapToInt(Groups::place).toArray();
        this.numbers =
                regex.groupNames().values().stream().mapToInt(Integer::intValue).toArray();
        for (String name : names) {
            java.util.regex.Matcher complex = COMPLEX_NAME.matcher(name);
            if (complex.matches() && name.length() > "alt_".length()) {
                List<Merge> merges = complex.group(1).equals("alt_") ? alternatives : tuples;
                merges.add(new Merge(name, Tags.groupName(complex.group(2))));
            }
        }
        alternatives.sort(Comparator.comparing(Merge::from));
        tuples.sort(Comparator.comparing(Merge::from));
    }

    /**
     * Expands the tags and compiles.
     *
     * @param option the option it comes from, for the message
     * @param hostNames whether {@code <HOST>} takes names
     * @param multiLine whether {@code ^} and {@code $} match at every line
     */
    static Expression compile(String option, String source, boolean hostNames, boolean multiLine)
            throws FilterException {
        String expanded = Tags.expand(source, hostNames);
        if (expanded.isBlank()) {
            throw new FilterException(option + " is empty: expected a regular expression");
        }
        try {
            return new Expression(
                    source,
                    hostNames,
                    Regex.compile(
                            expanded, multiLine ? EnumSet.of(Regex.Flag.MULTILINE) : EnumSet.noneOf(Regex.Flag.class)));
        } catch (RegexSyntaxException wrong) {
            throw new FilterException(
                    option + " '" + source + "': " + wrong.getMessage() + ", which is near '"
                            + near(expanded, wrong.position()) + "' in its expanded form",
                    wrong);
        }
    }

    private static String near(String expanded, int position) {
        int from = Math.max(0, Math.min(position, expanded.length()) - 10);
        return expanded.substring(from, Math.min(expanded.length(), from + 30));
    }

    /** The expression as configured. */
    String source() {
        return source;
    }

    /**
     * The end of the expression as configured from a place of the compiled one on; within what a tag stands for, from that
     * tag on.
     *
     * @param index the place, in the compiled expression
     */
    String sourceFrom(int index) {
        String compiled = regex.expression();
        for (int at = source.length(); at > 0; at--) {
            String begin = Tags.expand(source.substring(0, at), hostNames);
            if (begin.length() <= index && compiled.startsWith(begin)) {
                return source.substring(at);
            }
        }
        return source;
    }

    Regex regex() {
        return regex;
    }

    boolean namesOffender() {
        return regex.groupNames().keySet().stream().anyMatch(OFFENDER_GROUPS::contains);
    }

    /** The groups of a match, without the one of a place; the caller's to change. */
    Groups groupsBut(int place, Matcher match) {
        Groups groups = new Groups();
        // What goes into another group is needed for that first.
        addMerged(match, groups, alternatives.isEmpty() && tuples.isEmpty() ? place : NO_PLACE);
        groups.remove(place);
        return groups;
    }

    /** The named groups of a match that took part, alternatives and tuples merged. */
    private Groups groups(Matcher match) {
        Groups groups = new Groups();
        addMerged(match, groups, NO_PLACE);
        return groups;
    }

    /** Adds the groups of a match to those of the prefix. */
    void addGroups(Matcher match, Groups groups) {
        if (isFree(alternatives, groups) && isFree(tuples, groups)) {
            addMerged(match, groups, NO_PLACE);
        } else {
            groups.setAll(groups(match));
        }
    }

    private static boolean isFree(List<Merge> merges, Groups groups) {
        for (int i = 0; i < merges.size(); i++) {
            if (!merges.get(i).isFree(groups)) {
                return false;
            }
        }
        return true;
    }

    private void addMerged(Matcher match, Groups groups, int skipped) {
        for (int i = 0; i < names.length; i++) {
            String value = places[i] == skipped ? null : match.group(numbers[i]);
            if (value != null) {
                groups.set(places[i], names[i], value);
            }
        }
        for (int i = 0; i < alternatives.size(); i++) {
            Merge alternative = alternatives.get(i);
            String value = alternative.value(groups);
            if (value != null && !value.isEmpty() && isEmpty(alternative.valueInto(groups))) {
                alternative.put(groups, value);
            }
        }
        for (int i = 0; i < tuples.size(); i++) {
            Merge tuple = tuples.get(i);
            tuple.put(groups, appended(tuple.valueInto(groups), tuple.value(groups)));
        }
    }

    /** A tuple with one more part, as Python shows it. */
    private static String appended(@Nullable String parts, @Nullable String part) {
        return parts != null && parts.startsWith("(") && parts.endsWith(")")
                ? parts.substring(0, parts.length() - 1) + ", " + quoted(part) + ")"
                : "(" + quoted(parts) + ", " + quoted(part) + ")";
    }

    /** The number of a named group; 0 if there is none. */
    int number(String name) {
        return regex.groupNames().getOrDefault(name, 0);
    }

    private static boolean isEmpty(@Nullable String value) {
        return value == null || value.isEmpty();
    }

    private static String quoted(@Nullable String value) {
        return value == null ? "None" : "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }

    /** The lines that {@code <SKIPLINES>} skipped in a match. */
    List<String> skippedLines(Matcher match) {
        StringBuilder skipped = new StringBuilder();
        for (int i = 0; number("skiplines" + i) > 0; i++) {
            String lines = match.group(number("skiplines" + i));
            skipped.append(lines == null ? "" : lines);
        }
        return skipped.isEmpty() ? List.of() : List.of(skipped.toString().split("\n"));
    }
}
