package org.fleetban.engine.filter;

import java.nio.charset.Charset;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.fleetban.engine.regex.Text;
import org.jspecify.annotations.Nullable;

/**
 * The filters of all jails that read a source, over one line at once: the line is decoded once for each encoding, its date
 * looked for once for each date pattern, and one pass over it tells which expressions can match. Each filter finds what it
 * would find alone. Immutable, thread-safe.
 */
public final class FilterSet {

    private final List<String> names;
    private final List<Filter> filters;
    private final LineDates.Shape dates;
    private final List<Charset> charsets = new ArrayList<>();

    /** For each filter, which of {@link #dates} are its own. */
    private final int[] datesOf;

    /** For each filter, where its {@link Filter.Rules#searched()} begin among those of all. */
    private final int[] firstExpression;

    /** For each expression, the filter whose failregex it is; -1 for a prefregex. */
    private final int[] filterOf;

    /** A bit for each filter that is to be asked about every line, unless it only remembers them. */
    private final long[] always;

    /** A bit for each filter. */
    private final long[] everyone;

    private final FilterSetState.Buffers buffers;
    private final Candidates candidates;
    private final ThreadLocal<Worker> worker = ThreadLocal.withInitial(() -> new Worker(this));

    private FilterSet(Map<String, JailFilter> jails) {
        names = List.copyOf(jails.keySet());
        filters = jails.values().stream().map(JailFilter::filter).toList();
        datesOf = new int[filters.size()];
        firstExpression = new int[filters.size()];
        always = new long[(filters.size() + 63) >>> 6];
        everyone = new long[always.length];
        List<Expression> all = new ArrayList<>();
        List<Integer> owners = new ArrayList<>();
        List<Integer> companions = new ArrayList<>();
        List<Boolean> buffered = new ArrayList<>();
        List<LineDates.Pattern> patterns = new ArrayList<>();
        int i = 0;
        for (JailFilter jail : jails.values()) {
            int charset = indexOf(jail.charset(), charsets);
            datesOf[i] = indexOf(new LineDates.Pattern(jail.filter().dates(), charset), patterns);
            firstExpression[i] = all.size();
            everyone[i >>> 6] |= 1L << i;
            if (jail.filter().rules().looksAtEveryLine()) {
                always[i >>> 6] |= 1L << i;
            }
            List<Expression> searched = jail.filter().rules().searched();
            Filter.Rules rules = jail.filter().rules();
            for (Expression expression : searched) {
                boolean alone = rules.prefix() == null || rules.looksAtEveryLine();
                owners.add(expression == rules.prefix() ? -1 : i);
                companions.add(alone ? all.size() : firstExpression[i] + searched.size() - 1);
                buffered.add(rules.maxLines() > 1);
                all.add(expression);
            }
            i++;
        }
        filterOf = owners.stream().mapToInt(Integer::intValue).toArray();
        dates = new LineDates.Shape(patterns);
        buffers = FilterSetState.Buffers.of(filters, datesOf, patterns.size());
        candidates = filters.size() == 1
                ? Candidates.of(filters.get(0).rules())
                : Candidates.of(
                        all, companions.stream().mapToInt(Integer::intValue).toArray(), booleans(buffered));
    }

    private static boolean[] booleans(List<Boolean> list) {
        boolean[] array = new boolean[list.size()];
        for (int i = 0; i < array.length; i++) {
            array[i] = list.get(i);
        }
        return array;
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
        List<DateTrack> tracks = dates.detectors().stream()
                .map(each -> new DateTrack(each.newRanking()))
                .toList();
        List<FilterState> states = new ArrayList<>();
        for (int i = 0; i < filters.size(); i++) {
            states.add(new FilterState(tracks.get(datesOf[i])));
        }
        return new FilterSetState(names, tracks, states, datesOf, buffers);
    }

    /**
     * Reads a state back. It may be of another set: what was written for a jail of the same name is kept.
     *
     * @param bytes from {@link FilterSetState#toBytes()}
     * @throws IllegalArgumentException if they are of an unknown version or cut short
     */
    public FilterSetState readState(byte[] bytes) {
        return FilterSetState.read(bytes, names, dates.detectors(), datesOf, buffers);
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
        for (int i = 0; i < charsets.size(); i++) {
            own.texts[i] = LogLine.decode(text, charsets.get(i));
        }
        boolean exhausted = own.dates.date(own.texts, state, time, clock, logTime);
        if (dates.size() == 1) {
            own.choices[0].of(own.dates.line(state, 0).rest());
        } else {
            for (int i = 0; i < own.texts.length; i++) {
                own.choices[i].of(own.texts[i]);
            }
            own.dates.addJoints(state, own.choices);
        }
        boolean all = exhausted || candidates.areOpen();
        for (int word = 0; word < own.asked.length; word++) {
            own.asked[word] = all ? everyone[word] : always[word] & ~state.dormant()[word];
        }
        for (int i = 0; i < own.choices.length && !all; i++) {
            own.choices[i].mark(filterOf, own.asked);
        }
        for (int word = 0; word < own.asked.length; word++) {
            for (long bits = own.asked[word]; bits != 0; bits &= bits - 1) {
                int i = word << 6 | Long.numberOfTrailingZeros(bits);
                Candidates.Choice choice = own.choices[dates.charset(datesOf[i])];
                Outcome outcome;
                try {
                    outcome = own.run(i)
                            .judge(state.wake(i), own.dates.line(state, datesOf[i]), clock, choice, firstExpression[i]);
                } catch (RuntimeException | StackOverflowError e) {
                    // An error of ours in one filter must not keep the others from their work.
                    outcome = new Outcome.Failed(e);
                }
                state.rest(i);
                if (outcome != Outcome.NO_MATCH) {
                    outcomes.accept(names.get(i), outcome);
                }
            }
        }
        state.next(own.dates);
    }

    /** What a thread needs to apply the set; what is found for a line is overwritten by the next. */
    private static final class Worker {
        private final List<Filter> filters;
        private final Text[] texts;
        private final LineDates dates;
        private final long[] asked;
        private final Candidates.Choice[] choices;
        private final @Nullable FilterRun[] runs;

        Worker(FilterSet set) {
            filters = set.filters;
            texts = new Text[set.charsets.size()];
            dates = new LineDates(set.dates, texts.length);
            asked = new long[set.always.length];
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
