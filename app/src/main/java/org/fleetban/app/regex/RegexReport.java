package org.fleetban.app.regex;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.fleetban.engine.config.FilterDefinition;
import org.fleetban.engine.filter.Failure;
import org.fleetban.engine.filter.Filter;
import org.fleetban.engine.filter.LogLine;
import org.fleetban.engine.time.DateDetector;

/** The report of {@code fleetban regex}, in fail2ban-regex's layout. */
final class RegexReport {

    /** Of more lines than these, fail2ban-regex prints only how many there are. */
    private static final int MOST_LINES = 20;

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("EEE MMM dd HH:mm:ss yyyy", Locale.ROOT).withZone(ZoneId.systemDefault());

    private final PrintStream out;
    private final Filter filter;
    private final LineTest test;
    private final RegexCommand.Shown shown;

    RegexReport(PrintStream out, Filter filter, LineTest test, RegexCommand.Shown shown) {
        this.out = out;
        this.filter = filter;
        this.test = test;
        this.shown = shown;
    }

    void print(double seconds, Charset charset, Instant clock) {
        FilterDefinition definition = filter.definition();
        out.println("\nResults\n=======");
        if (definition.prefRegex() != null) {
            out.printf("%nPrefregex: %d total%n", test.prefixHits);
            list("", List.of(definition.prefRegex()));
        }
        expressions("Failregex", definition.failRegex(), test.failHits, true);
        expressions("Ignoreregex", definition.ignoreRegex(), test.ignoreHits, false);
        out.println("\nDate template hits:");
        List<String> dates = new ArrayList<>();
        for (DateDetector.Standing standing : filter.dateStandings(test.state())) {
            if (standing.hits() > 0 || shown.verbose()) {
                dates.add("[" + standing.hits() + "] " + standing.name());
                if (shown.verboseDates()) {
                    dates.add("    # weight: %.3f (%.3f), pattern: %s"
                            .formatted(standing.rank(), standing.weight(), standing.pattern()));
                    dates.add("    # regex:   " + standing.expression());
                }
            }
        }
        list("[# of hits] date format", dates);
        out.printf(
                "%nLines: %d lines, %d ignored, %d matched, %d missed%n",
                test.tested, test.ignoredLines.size(), test.matchedLines.size(), test.missedLines.size());
        out.printf(Locale.ROOT, "[processed in %.2f sec]%n%n", seconds);
        if (test.exhausted > 0) {
            out.printf("%d line(s) without an answer within the budget of steps%n%n", test.exhausted);
        }
        if (shown.allMatched()) {
            lines("Matched", test.matchedLines, true, List.of());
        }
        if (shown.ignored()) {
            lines("Ignored", test.ignoredLines, shown.allIgnored(), List.of());
        }
        if (shown.missed()) {
            boolean few = shown.allMissed() || test.missedLines.size() < MOST_LINES;
            List<String> hints = !few || definition.maxLines() > 1
                    ? List.of()
                    : test.missedLines.stream()
                            .map(line -> hint(line, charset, clock))
                            .toList();
            lines("Missed", test.missedLines, shown.allMissed(), hints);
        }
    }

    /** Which expression came closest to a missed line; empty where none did. */
    private String hint(String line, Charset charset, Instant clock) {
        return filter.closest(LogLine.ofFile(line.getBytes(charset), charset, clock))
                .map(closest -> "     closest: %s %d, at '%s', expected %s"
                        .formatted(
                                closest.option(),
                                closest.index() + 1,
                                TestedFilter.shortened(closest.found()),
                                TestedFilter.shortened(closest.expected())))
                .orElse("");
    }

    private void expressions(String title, List<String> expressions, int[] hits, boolean failures) {
        int total = 0;
        List<String> rows = new ArrayList<>();
        for (int i = 0; i < hits.length; i++) {
            total += hits[i];
            if (hits[i] == 0 && !shown.verbose()) {
                continue;
            }
            rows.add("%2d) [%d] %s".formatted(i + 1, hits[i], expressions.get(i)));
            if (shown.verbose() && failures) {
                for (Failure failure : test.failuresOf.get(i)) {
                    rows.add("    " + failure.id() + "  " + TIME.format(failure.time()));
                }
            }
        }
        out.printf("%n%s: %d total%n", title, total);
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

    private void lines(String title, List<String> lines, boolean all, List<String> hints) {
        if (lines.isEmpty()) {
            return;
        }
        if (!all && lines.size() >= MOST_LINES) {
            out.printf(
                    "%s line(s): too many to print.  Use --print-all-%s to print all %d lines%n",
                    title, title.toLowerCase(Locale.ROOT), lines.size());
            return;
        }
        List<String> rows = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            rows.add(lines.get(i).stripTrailing());
            if (i < hints.size() && !hints.get(i).isEmpty()) {
                rows.add(hints.get(i));
            }
        }
        list(title + " line(s):", rows);
    }

    /** The figures as one JSON object. */
    void printJson() {
        ObjectNode report = new ObjectMapper().createObjectNode();
        report.put("lines", test.tested);
        report.put("ignored", test.ignoredLines.size());
        report.put("matched", test.matchedLines.size());
        report.put("missed", test.missedLines.size());
        report.put("exhausted", test.exhausted);
        FilterDefinition definition = filter.definition();
        expressions(report.putArray("failregex"), definition.failRegex(), test.failHits);
        expressions(report.putArray("ignoreregex"), definition.ignoreRegex(), test.ignoreHits);
        ArrayNode failures = report.putArray("failures");
        for (List<Failure> ofOne : test.failuresOf) {
            for (Failure failure : ofOne) {
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
