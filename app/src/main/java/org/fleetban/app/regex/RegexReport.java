package org.fleetban.app.regex;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintStream;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.fleetban.app.regex.LineTest.Found;
import org.fleetban.app.regex.TestedLines.Verdict;
import org.fleetban.engine.config.FilterDefinition;
import org.fleetban.engine.filter.ClosestExpression;
import org.fleetban.engine.filter.Failure;
import org.fleetban.engine.filter.Filter;
import org.fleetban.engine.time.DateDetector;
import org.jspecify.annotations.Nullable;

/** The report of {@code fleetban regex}, in fail2ban-regex's layout. */
final class RegexReport {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("EEE MMM dd HH:mm:ss yyyy", Locale.ROOT).withZone(ZoneId.systemDefault());

    private final PrintStream out;
    private final Screen screen;
    private final Filter filter;
    private final LineTest test;
    private final RegexOptions options;

    RegexReport(PrintStream out, Screen screen, Filter filter, LineTest test, RegexOptions options) {
        this.out = out;
        this.screen = screen;
        this.filter = filter;
        this.test = test;
        this.options = options;
    }

    /** What is tested, and on what. */
    void head(TestedFilter tested, String log) {
        out.println("\n" + screen.heading("Running tests") + "\n=============\n");
        out.println(tested.description());
        if (!tested.options().isEmpty()) {
            out.println("Use   filter options : " + shown(tested.options()));
        }
        if (options.level() > 1) {
            out.println("Real  filter options : " + shown(tested.realOptions()));
        }
        if (options.ignoreRegex != null) {
            out.println("Use ignoreregex line : " + TestedFilter.shortened(options.ignoreRegex));
        }
        out.println("Use         maxlines : " + tested.definition().maxLines());
        String pattern = tested.definition().datePattern();
        if (pattern != null) {
            out.println("Use      datepattern : " + pattern.replace("\n", " | "));
        }
        out.println(screen.printable(log));
    }

    void print(double seconds, Instant clock, @Nullable String unfinished) {
        FilterDefinition definition = filter.definition();
        out.println("\n" + screen.heading("Results") + "\n=======");
        String prefix = filter.expandedPrefRegex();
        if (prefix != null) {
            out.printf("%n%s: %d total%n", screen.heading("Prefregex"), test.prefixHits);
            list("", prefixRows(prefix));
        }
        expressions("Failregex", definition.failRegex(), test.failHits, true);
        expressions("Ignoreregex", definition.ignoreRegex(), test.ignoreHits, false);
        out.println("\n" + screen.heading("Date template hits") + ":");
        list("[# of hits] date format", dateRows());
        TestedLines lines = test.lines();
        out.printf(
                "%n%s: %d lines, %d ignored, %s, %s%n",
                screen.heading("Lines"),
                lines.count(),
                lines.count(Verdict.IGNORED),
                screen.good(lines.count(Verdict.MATCHED) + " matched"),
                lines.count(Verdict.MISSED) == 0 ? "0 missed" : screen.bad(lines.count(Verdict.MISSED) + " missed"));
        out.printf(Locale.ROOT, "[processed in %.2f sec]%n%n", seconds);
        if (unfinished != null) {
            out.println(unfinished(unfinished, screen) + "\n");
        }
        if (test.exhausted > 0) {
            out.printf("%d line(s) without an answer within the budget of steps%n%n", test.exhausted);
        }
        if (options.allMatched) {
            lines(Verdict.MATCHED, clock);
        }
        if (!options.noIgnored) {
            lines(Verdict.IGNORED, clock);
        }
        if (!options.noMissed) {
            lines(Verdict.MISSED, clock);
        }
    }

    /** A half written line is nothing to judge, and nothing to be silent about. */
    static String unfinished(String line, Screen screen) {
        return "The last line has no newline and is left out, as it may be half written: "
                + screen.printable(TestedFilter.shortened(line));
    }

    private List<String> prefixRows(String prefix) {
        List<String> rows = new ArrayList<>();
        rows.add(prefix);
        if (options.level() > 0) {
            test.prefixes.forEach(groups -> rows.add("    " + screen.printable(shown(groups))));
            if (test.prefixHits > test.prefixes.size()) {
                rows.add("    ...");
            }
        }
        return rows;
    }

    private List<String> dateRows() {
        List<String> rows = new ArrayList<>();
        for (DateDetector.Standing standing : filter.dateStandings(test.state())) {
            if (standing.hits() > 0 || options.level() > 0) {
                rows.add("[" + standing.hits() + "] " + standing.name());
                if (options.verboseDates) {
                    rows.add("    # weight: %.3f (%.3f), pattern: %s"
                            .formatted(standing.rank(), standing.weight(), standing.pattern()));
                    rows.add("    # regex:   " + standing.expression());
                }
            }
        }
        return rows;
    }

    private void expressions(String title, List<String> expressions, int[] hits, boolean failures) {
        int total = 0;
        List<String> rows = new ArrayList<>();
        for (int i = 0; i < hits.length; i++) {
            total += hits[i];
            if (hits[i] == 0 && options.level() == 0) {
                continue;
            }
            String count = "[" + hits[i] + "]";
            rows.add("%2d) %s %s"
                    .formatted(i + 1, hits[i] == 0 ? screen.quiet(count) : screen.good(count), expressions.get(i)));
            if (options.level() > 0 && failures) {
                for (Found found : test.found.get(i)) {
                    rows.add("    " + screen.printable(found.failure().id()) + "  "
                            + TIME.format(found.failure().time())
                            + (found.alone() ? "" : " (multiple regex matched)"));
                }
            }
        }
        out.printf("%n%s: %d total%n", screen.heading(title), total);
        list(" #) [# of hits] regular expression", rows);
    }

    private void list(String header, List<String> rows) {
        if (!rows.isEmpty()) {
            if (!header.isEmpty()) {
                out.println("|- " + header);
            }
            rows.forEach(row -> out.println("|  " + row));
            out.println("`-");
        }
    }

    private void lines(Verdict verdict, Instant clock) {
        TestedLines lines = test.lines();
        String title = verdict.name().charAt(0) + verdict.name().substring(1).toLowerCase(Locale.ROOT);
        if (lines.tooMany(verdict)) {
            out.printf(
                    "%s line(s): too many to print.  Use --print-all-%s to print all %d lines%n",
                    title, title.toLowerCase(Locale.ROOT), lines.count(verdict));
            return;
        }
        boolean hints = verdict == Verdict.MISSED && filter.definition().maxLines() == 1;
        List<String> rows = new ArrayList<>();
        for (TestLine line : lines.of(verdict)) {
            String text = line.text().stripTrailing();
            if (options.debuggex) {
                links(verdict, text, rows);
                continue;
            }
            rows.add(screen.printable(text));
            if (hints) {
                filter.closest(line.at(clock)).map(this::hint).ifPresent(rows::add);
            }
        }
        list(title + " line(s):", rows);
    }

    private void links(Verdict verdict, String text, List<String> rows) {
        boolean ignores = verdict == Verdict.IGNORED;
        List<String> expressions = ignores
                ? filter.definition().ignoreRegex()
                : filter.definition().failRegex();
        List<String> expanded = ignores ? filter.expandedIgnoreRegex() : filter.expandedFailRegex();
        boolean multiLine = filter.definition().maxLines() > 1;
        for (int i = 0; i < expanded.size(); i++) {
            rows.add(screen.printable(text) + " | " + expressions.get(i) + " |  "
                    + DebuggexLink.of(text, expanded.get(i), multiLine));
        }
    }

    /** Which expression came closest to a missed line. */
    private String hint(ClosestExpression closest) {
        return screen.hint("     closest: %s %d, at '%s', expected '%s'"
                .formatted(
                        closest.option(),
                        closest.index() + 1,
                        screen.printable(TestedFilter.shortened(closest.found())),
                        TestedFilter.shortened(closest.expected())));
    }

    private static String shown(Map<String, String> values) {
        return new TreeMap<>(values)
                .entrySet().stream()
                        .map(entry -> "'" + entry.getKey() + "': '" + entry.getValue() + "'")
                        .collect(Collectors.joining(", ", "{", "}"));
    }

    /** The figures as one JSON object. */
    void printJson(@Nullable String unfinished) {
        ObjectNode report = new ObjectMapper().createObjectNode();
        report.put("lines", test.lines().count());
        report.put("ignored", test.lines().count(Verdict.IGNORED));
        report.put("matched", test.lines().count(Verdict.MATCHED));
        report.put("missed", test.lines().count(Verdict.MISSED));
        report.put("exhausted", test.exhausted);
        report.put("unfinished", unfinished);
        FilterDefinition definition = filter.definition();
        expressions(report.putArray("failregex"), definition.failRegex(), test.failHits);
        expressions(report.putArray("ignoreregex"), definition.ignoreRegex(), test.ignoreHits);
        ArrayNode failures = report.putArray("failures");
        for (List<Found> ofOne : test.found) {
            for (Found found : ofOne) {
                Failure failure = found.failure();
                ObjectNode row = failures.addObject();
                row.put("id", failure.id());
                row.put("ip", failure.ip());
                row.put("time", failure.time().toString());
                row.put("expression", failure.expression());
                ObjectNode groups = row.putObject("groups");
                failure.groups().forEach(groups::put);
            }
        }
        out.println(report);
    }

    private static void expressions(ArrayNode array, List<String> expressions, int[] hits) {
        for (int i = 0; i < hits.length; i++) {
            array.addObject().put("expression", expressions.get(i)).put("hits", hits[i]);
        }
    }
}
