package org.fleetban.app.regex;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.fleetban.app.regex.TestedLines.Verdict;
import org.fleetban.engine.filter.Examination;
import org.fleetban.engine.filter.Examination.Hit;
import org.fleetban.engine.filter.Examination.Kind;
import org.fleetban.engine.filter.Failure;
import org.fleetban.engine.filter.Filter;
import org.fleetban.engine.filter.FilterState;
import org.fleetban.engine.filter.LogTime;

/** Feeds lines to a filter and keeps the figures of fail2ban-regex. */
final class LineTest {

    /** Of how many lines the groups of prefregex are kept. */
    private static final int MOST_PREFIXES = 20;

    private final Filter filter;
    private final FilterState state;
    private final Instant clock;
    private final boolean all;
    private final boolean pendingCounts;
    private final boolean resolve;
    private final boolean keep;
    private final TestedLines lines;
    private final Map<String, List<String>> resolved = new HashMap<>();

    final int[] failHits;
    final int[] ignoreHits;
    final List<List<Found>> found = new ArrayList<>();
    final List<Map<String, String>> prefixes = new ArrayList<>();
    int prefixHits;
    int exhausted;

    /**
     * What an expression found.
     *
     * @param alone whether no other expression found anything in the line
     */
    record Found(Failure failure, boolean alone) {}

    /**
     * What came of a line.
     *
     * @param failures in it, of which there are several only if every expression is tried; none in an ignored line
     * @param time that its failures have or would have
     */
    record Result(Verdict verdict, List<Failure> failures, Instant time) {}

    /**
     * A test.
     *
     * @param all whether every failregex is tried on each line
     * @param pendingCounts whether a line is matched that belongs to a session without an offender so far
     * @param resolve whether names in the offender's place are looked up
     * @param keep whether what is found is kept; of a long log that is much
     * @param lines takes the lines
     */
    LineTest(
            Filter filter,
            Instant clock,
            boolean all,
            boolean pendingCounts,
            boolean resolve,
            boolean keep,
            TestedLines lines) {
        this.filter = filter;
        this.state = filter.newState();
        this.clock = clock;
        this.all = all;
        this.pendingCounts = pendingCounts;
        this.resolve = resolve;
        this.keep = keep;
        this.lines = lines;
        this.failHits = new int[filter.definition().failRegex().size()];
        this.ignoreHits = new int[filter.definition().ignoreRegex().size()];
        for (int i = 0; i < failHits.length; i++) {
            found.add(new ArrayList<>());
        }
    }

    /** Tests one line. */
    Result test(TestLine line) {
        List<String> before = state.bufferedLines();
        Examination examined = filter.examine(state, line.at(clock), LogTime.AS_WRITTEN, all);
        exhausted += examined.exhausted() == null ? 0 : 1;
        if (examined.prefix() != null && prefixHits++ < MOST_PREFIXES) {
            prefixes.add(examined.prefix());
        }
        examined.ignoredBy().forEach(index -> ignoreHits[index]++);
        List<Failure> failures = new ArrayList<>();
        boolean matched = false;
        boolean ignored = !examined.ignoredBy().isEmpty();
        for (Hit hit : examined.hits()) {
            List<Failure> addressed = hit.failure() == null ? List.of() : addressed(hit.failure());
            if (hit.failure() != null && addressed.isEmpty() || !all && isSilent(hit)) {
                continue;
            }
            failHits[hit.expression()]++;
            if (keep) {
                boolean alone = examined.hits().size() == 1;
                addressed.forEach(failure -> found.get(hit.expression()).add(new Found(failure, alone)));
            }
            ignored |= hit.kind() == Kind.NO_FAILURE;
            matched |= hit.kind() == Kind.FAILURE || hit.kind() == Kind.PENDING && pendingCounts;
            if (hit.kind() == Kind.FAILURE) {
                failures.addAll(addressed);
            }
        }
        if (filter.definition().maxLines() > 1) {
            completed(before);
        }
        Verdict verdict = ignored ? Verdict.IGNORED : matched ? Verdict.MATCHED : Verdict.MISSED;
        lines.add(verdict, line);
        return new Result(verdict, ignored ? List.of() : failures, examined.time());
    }

    /** In operation, fail2ban has nothing to say of a line that tells its session to be no failure. */
    private static boolean isSilent(Hit hit) {
        return hit.kind() == Kind.NO_FAILURE
                && (hit.failure() == null || hit.failure().groups().containsKey("mlfid"));
    }

    /** Lines that were missed become matched ones when a later line completes them. */
    private void completed(List<String> before) {
        List<String> after = state.bufferedLines();
        boolean full = before.size() >= filter.definition().maxLines();
        for (String buffered : before.subList(full ? 1 : 0, before.size())) {
            if (!after.contains(buffered)) {
                lines.missedNoMore(buffered);
            }
        }
    }

    /** The failure for each address of the name in the offender's place. */
    private List<Failure> addressed(Failure failure) {
        if (failure.dns() == null) {
            return List.of(failure);
        }
        if (!resolve) {
            return List.of();
        }
        return resolved.computeIfAbsent(failure.dns(), LineTest::lookUp).stream()
                .map(address -> new Failure(
                        address,
                        address,
                        null,
                        failure.time(),
                        failure.expression(),
                        failure.groups(),
                        failure.users(),
                        failure.matches()))
                .toList();
    }

    private static List<String> lookUp(String name) {
        try {
            List<String> addresses = new ArrayList<>();
            for (InetAddress address : InetAddress.getAllByName(name)) {
                addresses.add(address.getHostAddress());
            }
            return addresses;
        } catch (UnknownHostException e) {
            return List.of();
        }
    }

    FilterState state() {
        return state;
    }

    TestedLines lines() {
        return lines;
    }
}
