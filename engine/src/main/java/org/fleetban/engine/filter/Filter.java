package org.fleetban.engine.filter;

import java.nio.charset.Charset;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.fleetban.engine.config.FilterDefinition;
import org.fleetban.engine.config.JailDefinition.UseDns;
import org.fleetban.engine.regex.Text;
import org.fleetban.engine.time.DateDetector;
import org.fleetban.engine.time.DatePatternException;
import org.fleetban.engine.time.Years;
import org.jspecify.annotations.Nullable;

/** A compiled filter: immutable, thread-safe, one per jail. What changes from line to line is in {@link FilterState}. */
public final class Filter {

    private final FilterDefinition definition;
    private final DateDetector dates;
    private final Rules rules;
    private final ThreadLocal<Worker> worker = ThreadLocal.withInitial(() -> new Worker(this));

    /** What a thread needs to apply the filter; it does not hold the filter, which ends with the last who uses it. */
    private record Worker(LineDater dater, LineDater plainDater, FilterRun run, Candidates.Choice choice) {
        Worker(Filter filter) {
            this(
                    new LineDater(filter.dates.newSearch()),
                    new LineDater(filter.dates.newPlainSearch()),
                    new FilterRun(filter.rules),
                    Candidates.of(filter.rules).newChoice());
        }
    }

    private Filter(
            FilterDefinition definition,
            UseDns useDns,
            DateDetector dates,
            @Nullable Expression prefix,
            List<Expression> failExpressions,
            List<Expression> ignoreExpressions) {
        this.definition = definition;
        this.dates = dates;
        this.rules = new Rules(
                useDns, definition.maxLines(), prefix, List.copyOf(failExpressions), List.copyOf(ignoreExpressions));
    }

    /** {@link #compile(FilterDefinition, UseDns, ZoneId, Years)} for lines of the current century. */
    public static Filter compile(FilterDefinition definition, UseDns useDns, ZoneId zone) throws FilterException {
        return compile(definition, useDns, zone, Years.CURRENT);
    }

    /**
     * Compiles a filter.
     *
     * @param definition the resolved definition
     * @param useDns what becomes of a name in the offender's place
     * @param zone of log times that name none
     * @param years what {@code %ExY} takes for a year
     * @throws FilterException if an expression or date pattern is wrong
     */
    public static Filter compile(FilterDefinition definition, UseDns useDns, ZoneId zone, Years years)
            throws FilterException {
        boolean names = useDns != UseDns.NO;
        DateDetector dates;
        try {
            dates = DateDetector.compile(definition.datePattern(), zone, years);
        } catch (DatePatternException wrong) {
            throw new FilterException("filter " + definition.name() + ": " + wrong.getMessage(), wrong)
                    .at(definition.origins().get("datepattern"));
        }
        Expression prefix = definition.prefRegex() == null
                ? null
                : expression(definition, "prefregex", definition.prefRegex(), names, false);
        List<Expression> fails = new ArrayList<>();
        for (String source : definition.failRegex()) {
            Expression expression = expression(definition, "failregex", source, names, definition.maxLines() > 1);
            if (!expression.namesOffender() && (prefix == null || !prefix.namesOffender())) {
                throw new FilterException("filter " + definition.name() + ": failregex '" + source
                                + "' names no offender: expected one of <HOST>, <ADDR>, <F-ID>, <F-MLFID> in it or in"
                                + " prefregex")
                        .at(definition.origins().get("failregex"));
            }
            fails.add(expression);
        }
        List<Expression> ignores = new ArrayList<>();
        for (String source : definition.ignoreRegex()) {
            ignores.add(expression(definition, "ignoreregex", source, names, false));
        }
        return new Filter(definition, useDns, dates, prefix, fails, ignores);
    }

    private static Expression expression(
            FilterDefinition definition, String option, String source, boolean names, boolean multiLine)
            throws FilterException {
        try {
            return Expression.compile("filter " + definition.name() + ": " + option, source, names, multiLine);
        } catch (FilterException wrong) {
            throw wrong.at(definition.origins().get(option));
        }
    }

    /** The state of one source (one log file of one host) at its beginning. */
    public FilterState newState() {
        return new FilterState(new DateTrack(dates.newRanking()));
    }

    /**
     * Reads a state back. What was written under another date pattern keeps its sessions and forgets the ranking.
     *
     * @param bytes from {@link FilterState#toBytes()}
     * @throws IllegalArgumentException if they are of an unknown version or cut short
     */
    public FilterState readState(byte[] bytes) {
        return FilterState.read(bytes, dates);
    }

    /** {@link #apply(FilterState, LogLine, LogTime)} for a line of a file, with {@link LogTime#BOUNDED}. */
    public Outcome apply(FilterState state, byte[] line, Charset charset, Instant clock) {
        return apply(state, LogLine.ofFile(line, charset, clock), LogTime.BOUNDED);
    }

    /**
     * Judges one line, in the order of fail2ban's filter: the first failregex that matches decides.
     *
     * @param state of the line's source; changed
     * @param line the line
     * @param logTime which time a failure carries
     */
    public Outcome apply(FilterState state, LogLine line, LogTime logTime) {
        Worker own = worker.get();
        Text whole = LogLine.decode(line.text(), line.charset());
        DatedLine dated = own.dater().date(state.dates, whole, line.time(), line.clock(), logTime);
        Candidates.Choice choice = own.choice();
        choice.of(dated.rest());
        return own.run().judge(state, dated, line.clock(), choice, 0);
    }

    /**
     * Tells what a filter finds in a line, for tests of filters.
     *
     * @param state of the line's source; changed
     * @param line the line
     * @param logTime which time a failure carries
     * @param all whether every expression is tried; else it ends at the first one that matches
     */
    public Examination examine(FilterState state, LogLine line, LogTime logTime, boolean all) {
        Worker own = worker.get();
        Text whole = LogLine.decode(line.text(), line.charset());
        DatedLine dated = own.dater().date(state.dates, whole, line.time(), line.clock(), logTime);
        Candidates.Choice choice = own.choice();
        choice.of(dated.rest());
        return own.run().examine(state, dated, line.clock(), all, choice);
    }

    /** {@link #examine} up to the first expression that matches, without any shortcut: what the shortcuts must equal. */
    Examination examinePlainly(FilterState state, LogLine line, LogTime logTime) {
        Worker own = worker.get();
        Text whole = LogLine.decode(line.text(), line.charset());
        DatedLine dated = own.plainDater().date(state.dates, whole, line.time(), line.clock(), logTime);
        return own.run().examine(state, dated, line.clock(), false, null);
    }

    /** How the date templates stand in a state, in the order in which they are tried: for reports. */
    public List<DateDetector.Standing> dateStandings(FilterState state) {
        return dates.standings(state.dates.ranking);
    }

    /**
     * The expression that gets furthest in a line that none matches. Slow: for people who look for what is missing in a
     * filter.
     *
     * @return empty if an expression matches, or none gets beyond the begin
     */
    public Optional<ClosestExpression> closest(LogLine line) {
        Text whole = LogLine.decode(line.text(), line.charset());
        LineDater dater = worker.get().plainDater();
        Text text = dater.date(newState().dates, whole, line.time(), line.clock(), LogTime.AS_WRITTEN)
                .rest()
                .concat(Text.of("\n"));
        Expression prefix = rules.prefix();
        return prefix == null
                ? ClosestExpression.among(rules.fails(), "failregex", text)
                : ClosestExpression.behind(prefix, rules.fails(), text);
    }

    /** {@code prefregex} as it is compiled, its tags replaced; null without one. For reports. */
    public @Nullable String expandedPrefRegex() {
        Expression prefix = rules.prefix();
        return prefix == null ? null : prefix.regex().expression();
    }

    /** Each {@code failregex} as it is compiled, its tags replaced. For reports. */
    public List<String> expandedFailRegex() {
        return rules.fails().stream()
                .map(expression -> expression.regex().expression())
                .toList();
    }

    /** Each {@code ignoreregex} as it is compiled, its tags replaced. For reports. */
    public List<String> expandedIgnoreRegex() {
        return rules.ignores().stream()
                .map(expression -> expression.regex().expression())
                .toList();
    }

    /** What it was compiled from. */
    public FilterDefinition definition() {
        return definition;
    }

    DateDetector dates() {
        return dates;
    }

    Rules rules() {
        return rules;
    }

    /** The expressions, and how they are asked. */
    record Rules(
            UseDns useDns,
            int maxLines,
            @Nullable Expression prefix,
            List<Expression> fails,
            List<Expression> ignores) {

        /** The failregexes, and then prefregex where there is one: what {@link Candidates} is about. */
        List<Expression> searched() {
            List<Expression> searched = new ArrayList<>(fails);
            if (prefix != null) {
                searched.add(prefix);
            }
            return searched;
        }

        /** Whether a line can matter that no failregex matches: it fills a buffer, or an ignoreregex is asked first. */
        boolean looksAtEveryLine() {
            return maxLines > 1 || asksIgnoresFirst();
        }

        /** Whether lines that no failregex can match do nothing but fill the buffer. */
        boolean onlyRemembers() {
            return maxLines > 1 && prefix == null && !asksIgnoresFirst();
        }

        /**
         * Whether ignoreregexes are asked before prefregex; where they are many, only about lines that a failregex matches.
         */
        boolean asksIgnoresFirst() {
            return !ignores.isEmpty() && ignores.size() < fails.size() - 2;
        }
    }
}
