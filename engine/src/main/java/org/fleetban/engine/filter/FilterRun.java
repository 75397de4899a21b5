package org.fleetban.engine.filter;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.fleetban.engine.config.JailDefinition.UseDns;
import org.fleetban.engine.filter.BufferedLine.Division;
import org.fleetban.engine.filter.Examination.Hit;
import org.fleetban.engine.filter.Examination.Kind;
import org.fleetban.engine.regex.Matcher;
import org.fleetban.engine.regex.Matcher.Result;
import org.fleetban.engine.regex.Text;
import org.fleetban.engine.time.DateSearch;
import org.jspecify.annotations.Nullable;

/** Runs a filter over lines, one at a time, in fail2ban's order. Holds the matchers of one thread. */
final class FilterRun {

    private static final Text NEWLINE = Text.of("\n");
    private static final int NONE = -1;

    private final Filter filter;
    private final DateSearch dates;
    private final @Nullable Matcher prefix;
    private final Matcher[] failMatchers;
    private final Matcher[] ignoreMatchers;
    private final boolean multiLine;

    private final List<Hit> hits = new ArrayList<>();
    private final List<Integer> ignoredBy = new ArrayList<>();
    private @Nullable String exhausted;
    private @Nullable Map<String, String> prefixGroups;

    FilterRun(Filter filter) {
        this.filter = filter;
        this.dates = filter.dates().newSearch();
        this.prefix = filter.prefix() == null ? null : filter.prefix().regex().matcher();
        this.failMatchers = matchers(filter.failExpressions());
        this.ignoreMatchers = matchers(filter.ignoreExpressions());
        this.multiLine = filter.maxLines() > 1;
    }

    private static Matcher[] matchers(List<Expression> expressions) {
        return expressions.stream()
                .map(expression -> expression.regex().matcher())
                .toArray(Matcher[]::new);
    }

    /** Judges a line at the first expression that matches. */
    Outcome judge(FilterState state, LogLine line, LogTime logTime) {
        find(state, line, logTime, false);
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

    /** Tries every expression on a line. */
    Examination examine(FilterState state, LogLine line, LogTime logTime, boolean all) {
        find(state, line, logTime, all);
        return new Examination(prefixGroups, hits, ignoredBy, exhausted);
    }

    private void find(FilterState state, LogLine line, LogTime logTime, boolean all) {
        hits.clear();
        ignoredBy.clear();
        exhausted = null;
        prefixGroups = null;
        Text whole = withoutNewline(Text.decode(line.text(), 0, line.text().length, line.charset()));
        BufferedLine dated = date(state, whole, line, logTime);
        Instant time = timeOf(state, line, logTime);
        if (multiLine) {
            state.buffer.add(dated);
            if (state.buffer.size() > filter.maxLines()) {
                state.buffer = new ArrayList<>(
                        state.buffer.subList(state.buffer.size() - filter.maxLines(), state.buffer.size()));
            }
            search(state, List.copyOf(state.buffer), BufferedLine.join(state.buffer), time, line.clock(), all);
        } else {
            search(state, List.of(dated), dated.rest().concat(NEWLINE), time, line.clock(), all);
        }
    }

    private static Text withoutNewline(Text text) {
        int end = text.length();
        while (end > 0 && (text.at(end - 1) == '\n' || text.at(end - 1) == '\r')) {
            end--;
        }
        return end == text.length() ? text : text.slice(0, end);
    }

    private @Nullable Instant found;

    /** Finds the log time and cuts it out of the line. */
    private BufferedLine date(FilterState state, Text whole, LogLine line, LogTime logTime) {
        found = null;
        if (line.time() != null) {
            found = remember(state, line.time(), line, logTime);
            return new BufferedLine(whole, whole);
        }
        boolean hit = dates.find(whole, state.ranking, line.clock().getEpochSecond());
        if (dates.exhausted() != null) {
            exhausted = dates.exhausted();
        }
        if (!hit) {
            return new BufferedLine(whole, whole);
        }
        int start = dates.start();
        int end = dates.end();
        if (end <= start) {
            return new BufferedLine(whole, whole);
        }
        Instant time = dates.time(whole, line.clock());
        if (time != null) {
            found = remember(state, time, line, logTime);
        } else if (lastTimeHolds(state, line, logTime)) {
            return new BufferedLine(whole, whole);
        }
        return new BufferedLine(whole, whole.without(start, end));
    }

    private static Instant remember(FilterState state, Instant time, LogLine line, LogTime logTime) {
        Instant counted = logTime == LogTime.BOUNDED ? LogTimeBound.bounded(time, line.clock()) : time;
        state.lastTime = counted;
        state.lastClock = line.clock();
        return counted;
    }

    private Instant timeOf(FilterState state, LogLine line, LogTime logTime) {
        if (found != null) {
            return found;
        }
        return state.lastTime != null && lastTimeHolds(state, line, logTime) ? state.lastTime : line.clock();
    }

    private static boolean lastTimeHolds(FilterState state, LogLine line, LogTime logTime) {
        return state.lastTime != null
                && LogTimeBound.lastTimeHolds(state.lastTime, state.lastClock, line.clock(), logTime);
    }

    private void search(
            FilterState state, List<BufferedLine> lines, Text text, Instant time, Instant clock, boolean all) {
        List<Expression> ignores = filter.ignoreExpressions();
        List<Expression> fails = filter.failExpressions();
        if (!ignores.isEmpty() && ignores.size() < fails.size() - 2 && ignored(text, all)) {
            return;
        }
        @Nullable Text searched = text;
        Expression prefixExpression = filter.prefix();
        if (prefix != null && prefixExpression != null) {
            if (!matches(prefix, prefixExpression, text)) {
                return;
            }
            prefixGroups = prefixExpression.groups(prefix);
            String content = prefixGroups.remove("content");
            if (content != null && !content.isEmpty()) {
                Text contentText = Text.of(content);
                searched = contentText.concat(NEWLINE);
                if (multiLine) {
                    state.buffer = new ArrayList<>(List.of(new BufferedLine(contentText, contentText)));
                }
            }
        }
        for (int i = 0; i < failMatchers.length; i++) {
            if (searched == null) {
                searched = BufferedLine.join(state.buffer);
            }
            Expression expression = fails.get(i);
            if (!matches(failMatchers[i], expression, searched)) {
                continue;
            }
            Division division = Division.of(lines, expression, failMatchers[i], searched);
            if (!ignores.isEmpty()) {
                Text subject = multiLine ? BufferedLine.join(division.matched()) : searched;
                if (ignored(subject, all)) {
                    if (multiLine) {
                        state.buffer = new ArrayList<>(division.unmatched());
                        searched = null;
                    }
                    if (!all) {
                        return;
                    }
                    continue;
                }
            }
            if (multiLine) {
                state.buffer = new ArrayList<>(division.unmatched());
                searched = null;
            }
            Map<String, String> groups = expression.groups(failMatchers[i]);
            if (prefixGroups != null) {
                Map<String, String> merged = new HashMap<>(prefixGroups);
                merged.putAll(groups);
                groups = merged;
            }
            Hit hit = hit(state, i, groups, BufferedLine.wholes(division.matched()), time, clock, all);
            if (hit != null) {
                hits.add(hit);
            }
            if (!all) {
                return;
            }
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
            if (matches(ignoreMatchers[i], filter.ignoreExpressions().get(i), text)) {
                ignoredBy.add(i);
            }
        }
        return ignoredBy.size() > before;
    }

    /** What a matching failregex makes of the line; null where it names nobody. */
    private @Nullable Hit hit(
            FilterState state,
            int expression,
            Map<String, String> groups,
            List<String> lines,
            Instant time,
            Instant clock,
            boolean all) {
        UseDns useDns = filter.useDns();
        String sessionId = groups.get("mlfid");
        if (sessionId == null) {
            Offender offender = Offender.of(groups, useDns);
            if (offender == null || offender.isNobody()) {
                return null;
            }
            boolean noFail = isSet(groups.get("nofail"));
            return new Hit(
                    expression,
                    noFail ? Kind.NO_FAILURE : Kind.FAILURE,
                    failure(offender, time, expression, groups, List.of(), lines));
        }
        Session session = SessionMerge.merge(state.sessions, sessionId, groups, lines, clock.getEpochSecond());
        boolean noFail = isSet(session.groups.get("nofail"));
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
            Offender offender,
            Instant time,
            int expression,
            Map<String, String> groups,
            List<String> users,
            List<String> lines) {
        return new Failure(offender.id(), offender.ip(), offender.dns(), time, expression, groups, users, lines);
    }

    static boolean isSet(@Nullable String value) {
        return value != null && !value.isEmpty();
    }
}
