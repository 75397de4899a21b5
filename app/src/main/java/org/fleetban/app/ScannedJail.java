package org.fleetban.app;

import java.io.IOException;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.BiConsumer;
import org.fleetban.engine.filter.Failure;
import org.fleetban.engine.jail.Attempt;
import org.fleetban.engine.jail.Decision;
import org.fleetban.engine.jail.JailReplay;
import org.jspecify.annotations.Nullable;

/** One jail over its log files: the failures of all of them in the order of log time. */
final class ScannedJail {

    private final String name;
    private final JailReplay replay;
    private final List<ScannedLog> logs;
    private final String host;
    private final Set<String> offenders = new HashSet<>();
    private long names;

    /**
     * @param name the jail's name
     * @param replay counts and decides
     * @param logs the files, opened; {@link #scan} closes them
     * @param host named in the evidence
     */
    ScannedJail(String name, JailReplay replay, List<ScannedLog> logs, String host) {
        this.name = name;
        this.replay = replay;
        this.logs = List.copyOf(logs);
        this.host = host;
    }

    private record Next(ScannedLog log, Failure failure, long offset) {}

    /**
     * Reads all files to their ends.
     *
     * @param decided takes each offender's id with what was decided about it
     */
    void scan(BiConsumer<String, Decision> decided) throws IOException {
        PriorityQueue<Next> queue = new PriorityQueue<>(
                Comparator.comparing((Next next) -> next.failure().time()));
        for (ScannedLog log : logs) {
            add(queue, log);
        }
        for (Next next = queue.poll(); next != null; next = queue.poll()) {
            count(next, decided);
            add(queue, next.log());
        }
        for (ScannedLog log : logs) {
            log.close();
        }
    }

    private static void add(PriorityQueue<Next> queue, ScannedLog log) {
        @Nullable Failure failure = log.next();
        if (failure != null) {
            queue.add(new Next(log, failure, log.offset()));
        }
    }

    private void count(Next next, BiConsumer<String, Decision> decided) {
        Failure failure = next.failure();
        if (failure.dns() != null) {
            names++;
            return;
        }
        offenders.add(failure.id());
        String file = next.log().file().toString();
        List<String> matches = failure.matches();
        Attempt attempt = new Attempt(
                host,
                file,
                file,
                next.offset(),
                failure.time().toEpochMilli(),
                matches.isEmpty() ? "" : matches.get(matches.size() - 1));
        for (Decision decision : replay.count(failure.id(), failure.id(), attempt)) {
            decided.accept(failure.id(), decision);
        }
    }

    String name() {
        return name;
    }

    long lines() {
        return logs.stream().mapToLong(ScannedLog::lines).sum();
    }

    long failures() {
        return logs.stream().mapToLong(ScannedLog::failures).sum();
    }

    long exhausted() {
        return logs.stream().mapToLong(ScannedLog::exhausted).sum();
    }

    /** Failures that name a host in the offender's place; names are not resolved. */
    long names() {
        return names;
    }

    int offenders() {
        return offenders.size();
    }
}
