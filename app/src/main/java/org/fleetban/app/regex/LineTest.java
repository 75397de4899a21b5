package org.fleetban.app.regex;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.Charset;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.fleetban.engine.filter.Examination;
import org.fleetban.engine.filter.Examination.Hit;
import org.fleetban.engine.filter.Examination.Kind;
import org.fleetban.engine.filter.Failure;
import org.fleetban.engine.filter.Filter;
import org.fleetban.engine.filter.FilterState;
import org.fleetban.engine.filter.LogLine;
import org.fleetban.engine.filter.LogTime;

/** Feeds lines to a filter and keeps the figures of fail2ban-regex. */
final class LineTest {

    private final Filter filter;
    private final FilterState state;
    private final Charset charset;
    private final Instant clock;
    private final boolean all;
    private final boolean resolve;
    private final Map<String, List<String>> resolved = new HashMap<>();

    final int[] failHits;
    final int[] ignoreHits;
    final List<List<Failure>> failuresOf = new ArrayList<>();
    final List<String> matchedLines = new ArrayList<>();
    final List<String> ignoredLines = new ArrayList<>();
    final List<String> missedLines = new ArrayList<>();
    int prefixHits;
    int tested;
    int exhausted;

    /**
     * A test.
     *
     * @param all whether every failregex is tried on each line
     * @param resolve whether names in the offender's place are looked up
     */
    LineTest(Filter filter, Charset charset, Instant clock, boolean all, boolean resolve) {
        this.filter = filter;
        this.state = filter.newState();
        this.charset = charset;
        this.clock = clock;
        this.all = all;
        this.resolve = resolve;
        this.failHits = new int[filter.definition().failRegex().size()];
        this.ignoreHits = new int[filter.definition().ignoreRegex().size()];
        for (int i = 0; i < failHits.length; i++) {
            failuresOf.add(new ArrayList<>());
        }
    }

    /** Tests one line; returns the failures in it, of which there are several only if every expression is tried. */
    List<Failure> test(byte[] bytes) {
        List<String> before = state.bufferedLines();
        Examination found = filter.examine(state, LogLine.ofFile(bytes, charset, clock), LogTime.AS_WRITTEN, all);
        String line = new String(bytes, charset);
        exhausted += found.exhausted() == null ? 0 : 1;
        prefixHits += found.prefix() == null ? 0 : 1;
        found.ignoredBy().forEach(index -> ignoreHits[index]++);
        List<Failure> failures = new ArrayList<>();
        boolean matched = false;
        boolean ignored = !found.ignoredBy().isEmpty();
        for (Hit hit : found.hits()) {
            List<Failure> addressed = hit.failure() == null ? List.of() : addressed(hit.failure());
            if (hit.failure() != null && addressed.isEmpty()) {
                continue;
            }
            failHits[hit.expression()]++;
            failuresOf.get(hit.expression()).addAll(addressed);
            ignored |= hit.kind() == Kind.NO_FAILURE;
            matched |= hit.kind() == Kind.FAILURE || hit.kind() == Kind.PENDING && all;
            if (hit.kind() == Kind.FAILURE) {
                failures.addAll(addressed);
            }
        }
        count(line, before, matched, ignored);
        return ignored ? List.of() : failures;
    }

    private void count(String line, List<String> before, boolean matched, boolean ignored) {
        tested++;
        if (filter.definition().maxLines() > 1) {
            // A line that was missed becomes a matched one when a later line completes it.
            List<String> after = state.bufferedLines();
            boolean full = before.size() >= filter.definition().maxLines();
            for (String buffered : before.subList(full ? 1 : 0, before.size())) {
                if (!after.contains(buffered) && missedLines.remove(buffered)) {
                    matchedLines.add(buffered);
                }
            }
        }
        (ignored ? ignoredLines : matched ? matchedLines : missedLines).add(line);
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
}
