package org.fleetban.engine.filter;

import java.nio.charset.Charset;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.fleetban.engine.regex.Text;
import org.fleetban.engine.time.DateDetector;
import org.fleetban.engine.time.SharedSearches;
import org.jspecify.annotations.Nullable;

/**
 * The filters of all jails that read a source, over one line at once: the line is decoded once for each encoding, its date
 * looked for once for each date pattern, and one pass over it tells which expressions can match. Each filter finds what it
 * would find alone. Immutable, thread-safe.
 */
public final class FilterSet {

    private final List<String> names;
    private final List<Filter> filters;
    private final List<Dates> dates = new ArrayList<>();
    private final List<Charset> charsets = new ArrayList<>();

    /** For each filter, which of {@link #dates} are its own. */
    private final int[] datesOf;

    /** For each filter, where its {@link Filter.Rules#searched()} begin among those of all. */
    private final int[] firstExpression;

    /** For each expression, the filter whose failregex it is; -1 for a prefregex. */
    private final int[] filterOf;

    /** A bit for each filter that is to be asked about every line. */
    private final long[] always;

    /** A bit for each filter. */
    private final long[] everyone;

    /** For each of {@link #dates}, its encoding. */
    private final int[] charsetOf;

    private final Candidates candidates;
    private final ThreadLocal<Worker> worker = ThreadLocal.withInitial(() -> new Worker(this));

    /** A date pattern under an encoding: an index into {@link #charsets}. */
    private record Dates(DateDetector detector, int charset) {}

    private FilterSet(Map<String, JailFilter> jails) {
        names = List.copyOf(jails.keySet());
        filters = jails.values().stream().map(JailFilter::filter).toList();
        datesOf = new int[filters.size()];
        firstExpression = new int[filters.size()];
        always = new long[(filters.size() + 63) >>> 6];
        everyone = new long[always.length];
        List<Expression> all = new ArrayList<>();
        List<Integer> owners = new ArrayList<>();
        int i = 0;
        for (JailFilter jail : jails.values()) {
            int charset = indexOf(jail.charset(), charsets);
            datesOf[i] = indexOf(new Dates(jail.filter().dates(), charset), dates);
            firstExpression[i] = all.size();
            everyone[i >>> 6] |= 1L << i;
            if (jail.filter().rules().looksAtEveryLine()) {
                always[i >>> 6] |= 1L << i;
            }
            for (Expression expression : jail.filter().rules().searched()) {
                all.add(expression);
                owners.add(expression == jail.filter().rules().prefix() ? -1 : i);
            }
            i++;
        }
        filterOf = owners.stream().mapToInt(Integer::intValue).toArray();
        charsetOf = dates.stream().mapToInt(Dates::charset).toArray();
        candidates = new Candidates(all);
    }

    private static <T> int indexOf(T wanted, List<T> list) {
        if (!list.contains(wanted)) {
            list.add(wanted);
        }
        return list.indexOf(wanted);
    }

    /**
     * A set of filters.
     *
     * @param jails the filters by the name of their jail, in the order in which outcomes are to come
     */
    public static FilterSet of(Map<String, JailFilter> jails) {
        return new FilterSet(jails);
    }

    /** The state of one source (one log file of one host) at its beginning. */
    public FilterSetState newState() {
        List<DateTrack> tracks = dates.stream()
                .map(each -> new DateTrack(each.detector().newRanking()))
                .toList();
        List<FilterState> states = new ArrayList<>();
        for (int i = 0; i < filters.size(); i++) {
            states.add(new FilterState(tracks.get(datesOf[i])));
        }
        return new FilterSetState(names, tracks, states, datesOf);
    }

    /**
     * Reads a state back. It may be of another set: what was written for a jail of the same name is kept.
     *
     * @param bytes from {@link FilterSetState#toBytes()}
     * @throws IllegalArgumentException if they are of an unknown version or cut short
     */
    public FilterSetState readState(byte[] bytes) {
        return FilterSetState.read(
                bytes, names, dates.stream().map(Dates::detector).toList(), datesOf);
    }

    /**
     * Judges one line with every filter.
     *
     * @param state of the line's source; changed
     * @param text the bytes as read; a newline at the end is left out
     * @param time the log time where the source knows it, as the journal does; null: it is looked for in the text
     * @param clock when the line was read: guesses the year, bounds the time, ages the sessions
     * @param logTime which time a failure carries
     * @param outcomes takes the jail's name and the outcome of each filter that does not answer {@link Outcome.NoMatch}
     */
    public void apply(
            FilterSetState state,
            byte[] text,
            @Nullable Instant time,
            Instant clock,
            LogTime logTime,
            BiConsumer<String, Outcome> outcomes) {
        Worker own = worker.get();
        boolean onePattern = own.lines.length == 1;
        for (int i = 0; i < charsets.size(); i++) {
            own.texts[i] = LogLine.decode(text, charsets.get(i));
            if (!onePattern) {
                own.choices[i].of(own.texts[i]);
            }
        }
        boolean exhausted = date(own, state, time, clock, logTime);
        System.arraycopy(exhausted ? everyone : always, 0, own.asked, 0, always.length);
        for (Candidates.Choice choice : own.choices) {
            choice.mark(filterOf, own.asked);
        }
        for (int word = 0; word < own.asked.length; word++) {
            for (long bits = own.asked[word]; bits != 0; bits &= bits - 1) {
                int i = word << 6 | Long.numberOfTrailingZeros(bits);
                Candidates.Choice choice = own.choices[charsetOf[datesOf[i]]];
                Outcome outcome;
                try {
                    outcome =
                            own.run(i).judge(state.state(i), own.lines[datesOf[i]], clock, choice, firstExpression[i]);
                } catch (RuntimeException | StackOverflowError e) {
                    // An error of ours in one filter must not keep the others from their work.
                    outcome = new Outcome.Failed(e);
                }
                if (outcome != Outcome.NO_MATCH) {
                    outcomes.accept(names.get(i), outcome);
                }
            }
        }
    }

    /** Dates a line for every date pattern; returns whether the budget of one ran out. */
    private boolean date(Worker own, FilterSetState state, @Nullable Instant time, Instant clock, LogTime logTime) {
        SteadyDates steady = state.steady();
        if (time == null) {
            steady.date(own.texts, own.shared, clock, logTime);
        } else {
            steady.end();
        }
        boolean exhausted = false;
        @Nullable DatedLine undated = null;
        for (int i = 0; i < own.lines.length; i++) {
            DateTrack track = state.track(i);
            SteadyDates.Run run = track.run();
            int charset = charsetOf[i];
            Text text = own.texts[charset];
            if (run != null) {
                own.lines[i] = run.line();
            } else if (time == null && track.lastTime == null && !own.daters[i].dates.mayFind(text)) {
                // There never was a date, and there is none: as for all such patterns.
                undated = undated != null && undated.whole() == text
                        ? undated
                        : new DatedLine(text, text, 0, clock, null);
                own.lines[i] = undated;
            } else {
                own.lines[i] = own.daters[i].date(track, text, time, clock, logTime);
                exhausted |= own.lines[i].exhausted() != null;
                if (time == null) {
                    steady.join(track, own.daters[i].dates, charset, logTime);
                }
            }
            if (own.lines.length == 1) {
                own.choices[charset].of(own.lines[i].rest());
            } else {
                own.choices[charset].addJoint(own.lines[i]);
            }
        }
        return exhausted;
    }

    /** What a thread needs to apply the set; what is found for a line is overwritten by the next. */
    private static final class Worker {
        private final List<Filter> filters;
        private final Text[] texts;
        private final DatedLine[] lines;
        private final long[] asked;
        private final SharedSearches shared;
        private final LineDater[] daters;
        private final Candidates.Choice[] choices;
        private final @Nullable FilterRun[] runs;

        Worker(FilterSet set) {
            filters = set.filters;
            texts = new Text[set.charsets.size()];
            lines = new DatedLine[set.dates.size()];
            asked = new long[set.always.length];
            shared = new SharedSearches();
            daters = set.dates.stream()
                    .map(each -> new LineDater(each.detector().newSearch(shared)))
                    .toArray(LineDater[]::new);
            choices = set.charsets.stream()
                    .map(charset -> set.candidates.newChoice())
                    .toArray(Candidates.Choice[]::new);
            runs = new FilterRun[set.filters.size()];
        }

        /** Made when first needed: most filters never see a line that could be theirs. */
        FilterRun run(int filter) {
            FilterRun run = runs[filter];
            if (run == null) {
                run = new FilterRun(filters.get(filter).rules());
                runs[filter] = run;
            }
            return run;
        }
    }
}
