package org.fleetban.shipper;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.slf4j.Logger;

/** Says each problem once, and once that it is over; what may happen to every line is said at most once a minute. */
final class Notices {

    private static final long REPEAT_NANOS = TimeUnit.MINUTES.toNanos(1);

    /** What the subject of something that may well come later begins with. */
    static final String EXPECTED = "pattern ";

    /** A directory full of unreadable files shall not fill the memory. */
    private static final int MAX_PROBLEMS = 1_000;

    private final Logger log;
    private final LongSupplier ticker;
    private final Map<String, String> problems = new ConcurrentHashMap<>();
    private final Map<String, Long> lastSaid = new ConcurrentHashMap<>();

    Notices(Logger log, LongSupplier ticker) {
        this.log = log;
        this.ticker = ticker;
    }

    /** Something is wrong with a path, or a part of the shipper, from now on. */
    void problem(String subject, String message) {
        if (!problems.containsKey(subject) && problems.size() >= MAX_PROBLEMS) {
            rarely("too many problems", "more than " + MAX_PROBLEMS + " problems at a time, the latest: " + message);
            return;
        }
        String before = problems.put(subject, message);
        if (before == null) {
            log.warn("{}", message);
        } else if (!message.equals(before)) {
            rarely(subject, message);
        }
    }

    void problem(Path path, String message) {
        problem(path.toString(), message);
    }

    /** Something is not there that may well come later: kept like a problem, but nothing to warn of. */
    void expected(String subject, String message) {
        if (problems.size() < MAX_PROBLEMS && !message.equals(problems.put(subject, message))) {
            log.debug("{}", message);
        }
    }

    /** What was wrong is right again, or gone. */
    void solved(String subject, String message) {
        if (problems.remove(subject) != null) {
            log.info("{}", message);
        }
    }

    /** Forgets a problem with a path that is no longer of interest. */
    void solved(Path path) {
        if (!problems.isEmpty()) {
            solved(path.toString(), path + " is followed now");
        }
    }

    /** Forgets the problems with these subjects: nobody asks for them any more, or they are looked for anew. */
    void forget(Predicate<String> subjects) {
        problems.keySet().removeIf(subjects);
    }

    void warn(String message) {
        log.warn("{}", message);
    }

    void info(String message) {
        log.info("{}", message);
    }

    void refused(Line line, Exception reason) {
        rarely(
                "refused",
                "a line of " + line.length() + " bytes at offset " + line.offset() + " of " + line.origin()
                        + " is larger than the broker takes and was left out: lower shipper.max-line-bytes or raise"
                        + " the topic's max.message.bytes (" + reason.getMessage() + ")");
    }

    void cut(FollowedFile file, long offset, int limit) {
        rarely("cut", "the line at offset " + offset + " of " + file.path() + " was cut after " + limit + " bytes");
    }

    private void rarely(String kind, String message) {
        long now = ticker.getAsLong();
        Long last = lastSaid.get(kind);
        if (last == null || now - last >= REPEAT_NANOS) {
            lastSaid.put(kind, now);
            log.warn("{}", message);
        }
    }

    /** The standing problems, by subject. */
    Map<String, String> problems() {
        return new TreeMap<>(problems);
    }
}
