package org.fleetban.app.fleet;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.fleetban.protocol.BanEvent;
import org.fleetban.protocol.BanRecord;
import org.fleetban.protocol.Evidence;
import org.fleetban.protocol.FailureRecord;
import org.fleetban.protocol.Scope;
import org.jspecify.annotations.Nullable;

/** {@link Explanation} for people. */
public final class ExplanationText {

    /** A flood of failures is cut to so many lines; {@code --json} has all. */
    private static final int MOST_FAILURES = 20;

    private final Explanation why;
    private final ZoneId zone;

    /** Lines that were shown already, by their identity. */
    private final Set<Evidence> shown = new HashSet<>();

    /**
     * @param why to be printed
     * @param zone of the times
     */
    public ExplanationText(Explanation why, ZoneId zone) {
        this.why = why;
        this.zone = zone;
    }

    /** Prints it. */
    public void print(PrintStream out) {
        Tree tree = new Tree(why.id());
        bans(tree);
        windows(tree);
        if (!why.ignored().isEmpty()) {
            Tree ignored = tree.add("Ignored");
            why.ignored().forEach(rule -> ignored.add(rule.jail(), time(rule.at()) + " by " + rule.rule()));
        }
        history(tree);
        failures(tree);
        tree.print(out);
    }

    private void bans(Tree tree) {
        if (why.bans().isEmpty()) {
            tree.add("Not banned");
            return;
        }
        Tree banned = tree.add("Banned");
        for (Explanation.BanInForce inForce : why.bans()) {
            BanRecord ban = inForce.ban();
            Tree branch = banned.add(
                    ban.jail(),
                    (ban.id().equals(why.id()) ? "" : ban.id() + " ")
                            + (ban.scope() == Scope.FLEET ? "on all hosts" : "on " + ban.host()) + " since "
                            + time(ban.since()) + until(ban.until()) + "; "
                            + Terminal.count(ban.count(), "failure") + "; banned "
                            + Terminal.count(ban.banCount(), "time") + " by this jail; reason: " + ban.reason());
            String holding = inForce.on().stream()
                    .filter(on -> on.state() == Hold.State.HOLDS)
                    .map(Hold::host)
                    .collect(Collectors.joining(", "));
            branch.add("in force on", holding.isEmpty() ? "no host that is known" : holding);
            inForce.on().stream()
                    .filter(on -> on.state() != Hold.State.HOLDS)
                    .forEach(on -> branch.add("not in force on", on.host() + ": " + on.detail()));
        }
    }

    private void windows(Tree tree) {
        Tree counted = tree.add("Counted now");
        if (why.windows().isEmpty()) {
            counted.add("nothing");
        }
        for (Explanation.Window window : why.windows()) {
            counted.add(
                    window.jail(),
                    window.failures() + (window.maxRetry() == null ? "" : " of " + window.maxRetry())
                            + " failures within " + DurationText.of(Duration.ofSeconds(window.findTime())) + " on "
                            + String.join(", ", window.hosts()));
        }
    }

    private void history(Tree tree) {
        if (why.history().isEmpty()) {
            return;
        }
        Tree history = tree.add("History");
        for (BanEvent event : why.history()) {
            Tree branch = history.add(time(event.at()), event.jail() + ": " + words(event));
            event.evidence().forEach(line -> show(branch, line));
        }
    }

    private String words(BanEvent event) {
        String on = event.host() == null ? "" : " on " + event.host();
        String what = switch (event.type()) {
            case BAN -> "ban" + on + until(event.until()) + after(event);
            case EXTEND -> "ban extended" + on + until(event.until()) + after(event);
            case UNBAN -> "unban" + on;
            case EXPIRED ->
                "not banned" + on + ", over" + until(event.until()) + " when its lines were read" + after(event);
            case REFUSED -> "refused" + on;
        };
        return what + ", by " + event.by() + (event.reason() == null ? "" : ": " + event.reason());
    }

    private static String after(BanEvent event) {
        return event.count() == 0 ? "" : " after " + Terminal.count(event.count(), "failure");
    }

    private void failures(Tree tree) {
        List<FailureRecord> others = why.failures().stream()
                .filter(failure -> !shown.contains(identity(failure)))
                .toList();
        if (others.isEmpty()) {
            return;
        }
        Tree branch = tree.add("Other failures since " + time(why.failuresSince()));
        int left = Math.max(0, others.size() - MOST_FAILURES);
        if (left > 0) {
            branch.add(left + " earlier ones; --json shows all");
        }
        for (FailureRecord failure : others.subList(left, others.size())) {
            branch.add(
                    time(failure.time()) + ' ' + failure.jail() + ": " + failure.host() + ' ' + failure.path(),
                    failure.line());
        }
    }

    private void show(Tree branch, Evidence line) {
        boolean first = shown.add(identity(line));
        if (first) {
            branch.add(time(line.time()) + ' ' + line.host() + ' ' + line.path(), line.line());
        }
    }

    private static Evidence identity(FailureRecord failure) {
        return new Evidence(failure.host(), failure.path(), failure.file(), failure.offset(), Instant.EPOCH, "");
    }

    private static Evidence identity(Evidence line) {
        return new Evidence(line.host(), line.path(), line.file(), line.offset(), Instant.EPOCH, "");
    }

    private String until(@Nullable Instant until) {
        return until == null ? " for ever" : " until " + time(until);
    }

    private String time(Instant at) {
        return Terminal.time(at, zone);
    }
}
