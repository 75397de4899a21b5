package org.fleetban.engine.filter;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.fleetban.engine.config.JailDefinition.UseDns;
import org.fleetban.engine.filter.BufferedLine.Division;
import org.fleetban.engine.filter.Examination.Hit;
import org.fleetban.engine.filter.Examination.Kind;
import org.fleetban.engine.regex.Matcher;
import org.fleetban.engine.regex.Matcher.Result;
import org.fleetban.engine.regex.Text;
import org.jspecify.annotations.Nullable;

/** Runs a filter over lines, one at a time, in fail2ban's order. Holds the matchers of one thread. */
final class FilterRun {

    private static final int NONE = -1;

    /** Characters below this one are looked up in tables. */
    private static final int NARROW = 256;

    private final Filter.Rules rules;
    private final @Nullable Matcher prefix;
    private final Matcher[] failMatchers;
    private final Matcher[] ignoreMatchers;
    private final int maxLines;
    private final boolean multiLine;
    private final boolean ignoresFirst;
    private final boolean looksAtEveryLine;

    /** Whether lines that no expression can match do nothing but fill the buffer. */
    private final boolean remembersOnly;

    private final int contentGroup;

    /** The characters that a line can begin with to be matched; null where nothing is known. */
    private final boolean @Nullable [] begins;

    private final List<Hit> hits = new ArrayList<>();
    private final List<Integer> ignoredBy = new ArrayList<>();
    private @Nullable String exhausted;
    private boolean prefixMatched;

    /** Whether somebody wants to know of lines that are no failure. */
    private boolean examined;

    FilterRun(Filter.Rules rules) {
        this.rules = rules;
        this.prefix = rules.prefix() == null ? null : rules.prefix().regex().matcher();
        this.failMatchers = matchers(rules.fails());
        this.ignoreMatchers = matchers(rules.ignores());
        this.maxLines = rules.maxLines();
        this.multiLine = maxLines > 1;
        this.contentGroup = rules.prefix() == null ? 0 : rules.prefix().number("content");
        this.ignoresFirst = rules.asksIgnoresFirst();
        this.looksAtEveryLine = rules.looksAtEveryLine();
        this.remembersOnly = rules.onlyRemembers();
        this.begins = begins(rules);
    }

    private static boolean @Nullable [] begins(Filter.Rules rules) {
        if (rules.prefix() != null
                || !rules.fails().stream().allMatch(each -> each.regex().isAtTextStart())) {
            return null;
        }
        boolean[] begins = new boolean[NARROW];
        for (Expression expression : rules.fails()) {
            for (int c = 0; c < NARROW; c++) {
                begins[c] |= expression.regex().canStartWith(c);
            }
        }
        return begins;
    }

    private static Matcher[] matchers(List<Expression> expressions) {
        return expressions.stream()
                .map(expression -> expression.regex().matcher())
                .toArray(Matcher[]::new);
    }

    /**
     * Judges a line at the first expression that matches.
     *
     * @param choice the expressions that can match
     * @param from where the filter's {@link Filter.Rules#searched()} begin in it
     */
    Outcome judge(FilterState state, DatedLine line, Instant clock, Candidates.Choice choice, int from) {
        boolean told = looksAtEveryLine
                ? !remembersOnly || remember(state, line, choice, from)
                : canMatch(line.rest(), choice, from);
        if (!told) {
            return line.exhausted() == null ? Outcome.NO_MATCH : new Outcome.Exhausted(line.exhausted());
        }
        examined = false;
        find(state, line, clock, false, choice, from);
        if (!ignoredBy.isEmpty()) {
            return new Outcome.Ignored(ignoredBy.get(0));
        }
        if (hits.isEmpty()) {
            return exhausted == null ? Outcome.NO_MATCH : new Outcome.Exhausted(exhausted);
        }
        Hit hit = hits.get(0);
        return hit.kind() == Kind.FAILURE && hit.failure() != null
                ? new Outcome.Matched(List.of(hit.failure()))
                : new Outcome.Pending(hit.expression());
    }

    private boolean canMatch(Text rest, Candidates.Choice choice, int from) {
        int end = from + failMatchers.length;
        boolean begun = begins == null || rest.length() == 0 || rest.at(0) >= NARROW || begins[rest.at(0)];
        return begun && choice.hasAny(from, end) && (prefix == null || choice.has(end));
    }

    /**
     * Tells all that there is to a line, with every expression or up to the first one that matches.
     *
     * @param choice the expressions that can match, of this filter alone; null: all are tried, as they are where lines are buffered
     */
    Examination examine(
            FilterState state, DatedLine line, Instant clock, boolean all, Candidates.@Nullable Choice choice) {
        examined = true;
        find(state, line, clock, all, multiLine ? null : choice, 0);
        return new Examination(prefixMatched ? prefixGroups() : null, hits, ignoredBy, exhausted, line.time());
    }

    private void find(
            FilterState state,
            DatedLine line,
            Instant clock,
            boolean all,
            Candidates.@Nullable Choice choice,
            int from) {
        hits.clear();
        ignoredBy.clear();
        exhausted = line.exhausted();
        prefixMatched = false;
        if (!multiLine) {
            searchLine(state, line, clock, all, choice, from);
            return;
        }
        boolean told = choice != null && remembersOnly || remember(state, line, choice, from);
        if (told) {
            searchBuffer(state, line.time(), clock, all);
        }
    }

    /** Puts a line into the buffer; returns whether that is to be searched. */
    private boolean remember(FilterState state, DatedLine line, Candidates.@Nullable Choice choice, int from) {
        boolean telling = choice == null || choice.hasAny(from, from + failMatchers.length);
        state.buffer.add(new BufferedLine(line.whole(), line.rest()));
        state.silentLines = telling ? 0 : state.silentLines + 1;
        while (state.buffer.size() > maxLines) {
            state.buffer.removeFirst();
        }
        // A prefregex may put its content in the place of the buffer, whatever the failregexes make of it.
        return prefix != null || ignoresFirst || state.silentLines < state.buffer.size();
    }

    private void searchLine(
            FilterState state,
            DatedLine line,
            Instant clock,
            boolean all,
            Candidates.@Nullable Choice choice,
            int from) {
        Text text = line.rest().withNewline();
        if (ignoresFirst && ignored(text, all)) {
            return;
        }
        boolean scanned = choice != null && !choice.isOpen();
        if (prefix != null && scanned && !examined && next(choice, from, 0, text) == failMatchers.length) {
            return;
        }
        Text content = content(text);
        if (content == null) {
            return;
        }
        if (choice != null) {
            choice.behindPrefix(content);
        }
        for (int i = next(choice, from, 0, text); i < failMatchers.length; i = next(choice, from, i + 1, text)) {
            if (matches(failMatchers[i], rules.fails().get(i), content)) {
                if (ignoreMatchers.length == 0 || !ignored(content, all)) {
                    addHit(state, i, new SingleLine(line.whole()), line.time(), clock, all);
                }
                if (!all) {
                    return;
                }
            }
        }
    }

    /** The next expression to try. */
    private int next(Candidates.@Nullable Choice choice, int from, int i, Text rest) {
        return choice == null ? i : choice.next(from + i, from + failMatchers.length, rest) - from;
    }

    private void searchBuffer(FilterState state, Instant time, Instant clock, boolean all) {
        List<BufferedLine> lines = List.copyOf(state.buffer);
        Text text = BufferedLine.join(lines);
        if (ignoresFirst && ignored(text, all)) {
            return;
        }
        Text content = content(text);
        if (content == null) {
            return;
        }
        if (content != text) {
            Text line = content.slice(0, content.length() - 1);
            state.buffer.clear();
            state.buffer.add(new BufferedLine(line, line));
            state.silentLines = 0;
        }
        @Nullable Text searched = content;
        for (int i = 0; i < failMatchers.length; i++) {
            if (searched == null) {
                searched = BufferedLine.join(state.buffer);
            }
            Expression expression = rules.fails().get(i);
            if (!matches(failMatchers[i], expression, searched)) {
                continue;
            }
            Division division = Division.of(lines, expression, failMatchers[i], searched);
            boolean ignored = ignoreMatchers.length > 0 && ignored(BufferedLine.join(division.matched()), all);
            state.buffer.clear();
            state.buffer.addAll(division.unmatched());
            state.silentLines = 0;
            searched = null;
            if (!ignored) {
                addHit(state, i, BufferedLine.wholes(division.matched()), time, clock, all);
            }
            if (!all) {
                return;
            }
        }
    }

    /** The text that prefregex leaves for the failregexes, newline included; null if it does not match. */
    private @Nullable Text content(Text text) {
        Expression expression = rules.prefix();
        if (prefix == null || expression == null) {
            return text;
        }
        if (!matches(prefix, expression, text)) {
            return null;
        }
        prefixMatched = true;
        int group = contentGroup;
        int start = group == 0 ? NONE : prefix.start(group);
        int end = group == 0 ? NONE : prefix.end(group);
        if (end <= start) {
            return text;
        }
        boolean upToNewline = end + 1 == text.length() && text.at(end) == '\n';
        return upToNewline ? text.slice(start, end + 1) : text.slice(start, end).withNewline();
    }

    private Groups prefixGroups() {
        Expression expression = rules.prefix();
        if (prefix == null || expression == null || !prefixMatched) {
            return new Groups();
        }
        return expression.groupsBut(Groups.CONTENT, prefix);
    }

    private void addHit(
            FilterState state, int expression, List<String> lines, Instant time, Instant clock, boolean all) {
        Groups groups = prefixGroups();
        rules.fails().get(expression).addGroups(failMatchers[expression], groups);
        Hit hit = hit(state, expression, groups, lines, time, clock, all);
        if (hit != null) {
            hits.add(hit);
        }
    }

    private boolean matches(Matcher matcher, Expression expression, Text text) {
        Result result = matcher.search(text);
        if (result == Result.BUDGET_EXHAUSTED) {
            exhausted = expression.source();
        }
        return result == Result.MATCH;
    }

    private boolean ignored(Text text, boolean all) {
        int before = ignoredBy.size();
        for (int i = 0; i < ignoreMatchers.length && (all || ignoredBy.size() == before); i++) {
            if (matches(ignoreMatchers[i], rules.ignores().get(i), text)) {
                ignoredBy.add(i);
            }
        }
        return ignoredBy.size() > before;
    }

    /** What a matching failregex makes of the line; null where it names nobody. */
    private @Nullable Hit hit(
            FilterState state,
            int expression,
            Groups groups,
            List<String> lines,
            Instant time,
            Instant clock,
            boolean all) {
        UseDns useDns = rules.useDns();
        String sessionId = groups.at(Groups.SESSION);
        if (sessionId == null) {
            Offender offender = Offender.of(groups, useDns);
            if (offender == null || offender.isNobody()) {
                return null;
            }
            boolean noFail = groups.isSet(Groups.NO_FAIL);
            return new Hit(
                    expression,
                    noFail ? Kind.NO_FAILURE : Kind.FAILURE,
                    failure(offender, time, expression, groups, List.of(), lines));
        }
        Session session = SessionMerge.merge(state.sessions, sessionId, groups, lines, clock.getEpochSecond());
        boolean noFail = session.groups.isSet(Groups.NO_FAIL);
        if (noFail && !examined && Offender.isAddress(session.groups)) {
            return new Hit(expression, Kind.NO_FAILURE, null);
        }
        Offender offender = Offender.of(session.groups, useDns);
        if (offender == null) {
            // fail2ban's mode for tests of filters does not stop at a line that is no failure, and marks its session
            // too.
            session.pending |= !noFail || all;
            return new Hit(expression, noFail ? Kind.NO_FAILURE : Kind.PENDING, null);
        }
        if (offender.isNobody()) {
            return null;
        }
        return new Hit(
                expression,
                noFail ? Kind.NO_FAILURE : Kind.FAILURE,
                failure(
                        offender,
                        time,
                        expression,
                        session.groups,
                        List.copyOf(session.users),
                        List.copyOf(session.matches)));
    }

    private static Failure failure(
            Offender offender, Instant time, int expression, Groups groups, List<String> users, List<String> lines) {
        return new Failure(
                offender.id(), offender.ip(), offender.dns(), time, expression, groups.frozen(), users, lines);
    }
}
