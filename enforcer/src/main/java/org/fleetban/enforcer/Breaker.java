package org.fleetban.enforcer;

import java.io.IOException;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.fleetban.enforcer.firewall.Network;
import org.fleetban.enforcer.firewall.Target;
import org.fleetban.protocol.Family;

/**
 * Holds back what a mistake or a stranger would ban: more new bans within a minute than the settings allow, and networks
 * larger than they allow. What is held back waits until the operator confirms it, over restarts, or until the ban is gone.
 * Bans within the limit go on meanwhile, so that nobody buys himself freedom by getting throw-away addresses banned.
 */
final class Breaker {

    private static final long WINDOW_MS = 60_000;

    private final EnforcerSettings settings;
    private final Clock clock;
    private final BreakerJournal journal;

    private final Map<String, Waiting> waiting = new LinkedHashMap<>();

    /** The large networks that were confirmed, by the key of their ban. */
    private final Map<String, Network> confirmed = new HashMap<>();

    /** When the new bans of the last minute came. */
    private final Deque<Long> arrivals = new ArrayDeque<>();

    private final List<BreakerJournal.Entry> unsaved = new ArrayList<>();

    /** After a start or a failure nobody knows how the file ends. */
    private boolean rewrite;

    private volatile long waitingSince = Long.MAX_VALUE;

    /**
     * A ban that waits.
     *
     * @param network whom it bans
     * @param reason why it waits
     * @param since milliseconds since the epoch
     */
    record Waiting(Network network, Refusal.Reason reason, long since) {}

    Breaker(EnforcerSettings settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
        this.journal = new BreakerJournal(settings.data());
    }

    /**
     * Remembers what earlier processes held back.
     *
     * @throws IOException if not all of that can be read
     */
    void restore() throws IOException {
        try {
            journal.read(waiting, confirmed);
        } finally {
            rewrite = true;
            noteSince();
        }
    }

    /**
     * Why a ban has to wait; empty: it need not.
     *
     * @param arrives whether the ban is new, or was decided again while it waits; those that a table had when it was read
     *     from its beginning are not
     */
    Optional<Refusal> judge(Ban ban, Target target, boolean arrives) {
        Network network = target.network();
        Waiting known = waiting.get(ban.key());
        if (known != null) {
            boolean same = known.network().equals(network);
            if (same && (!arrives || known.reason() != Refusal.Reason.TOO_MANY || !hasRoom())) {
                return Optional.of(refusal(known));
            }
            // It is another now, or the flood that it came in is over and its offender goes on.
            gone(ban.key());
        }
        if (isLarge(network)) {
            return network.equals(confirmed.get(ban.key()))
                    ? Optional.empty()
                    : Optional.of(hold(ban, network, Refusal.Reason.TOO_LARGE));
        }
        if (arrives && settings.newBansPerMinute() > 0) {
            if (!hasRoom()) {
                return Optional.of(hold(ban, network, Refusal.Reason.TOO_MANY));
            }
            arrivals.add(clock.millis());
        }
        return Optional.empty();
    }

    /** Whether the limit lets a new ban through now. */
    private boolean hasRoom() {
        long now = clock.millis();
        while (!arrivals.isEmpty() && (arrivals.peek() <= now - WINDOW_MS || arrivals.peek() > now)) {
            arrivals.remove();
        }
        return settings.newBansPerMinute() == 0 || arrivals.size() < settings.newBansPerMinute();
    }

    /** A ban is gone: what comes under its key is another. */
    void gone(String key) {
        if (waiting.remove(key) != null | confirmed.remove(key) != null) {
            unsaved.add(BreakerJournal.Entry.gone(key));
            noteSince();
        }
    }

    /** All bans but these are gone. */
    void retain(Set<String> keys) {
        List<String> gone = new ArrayList<>();
        for (Collection<String> known : List.of(waiting.keySet(), confirmed.keySet())) {
            known.stream().filter(key -> !keys.contains(key)).forEach(gone::add);
        }
        gone.forEach(this::gone);
    }

    /**
     * Lets bans through.
     *
     * @param which by key
     * @param until those that wait since then or earlier, in milliseconds since the epoch
     * @return their keys
     */
    List<String> confirm(Predicate<String> which, long until) {
        List<String> through = new ArrayList<>();
        waiting.forEach((key, entry) -> {
            if (entry.since() <= until && which.test(key)) {
                through.add(key);
            }
        });
        for (String key : through) {
            Waiting entry = waiting.remove(key);
            if (entry != null && entry.reason() == Refusal.Reason.TOO_LARGE) {
                confirmed.put(key, entry.network());
                unsaved.add(BreakerJournal.Entry.confirmed(key, entry.network()));
            } else {
                unsaved.add(BreakerJournal.Entry.gone(key));
            }
        }
        if (!through.isEmpty()) {
            arrivals.clear();
            noteSince();
        }
        return through;
    }

    /** What waits, by the key of its ban, the longest first. */
    Map<String, Waiting> waiting() {
        return Collections.unmodifiableMap(waiting);
    }

    /** Since when something waits, in milliseconds since the epoch; {@link Long#MAX_VALUE}: nothing does. Any thread. */
    long waitingSince() {
        return waitingSince;
    }

    /** Writes down what changed; to be called before the firewall is. */
    void save() throws IOException {
        if (rewrite || !unsaved.isEmpty() && journal.isLong(waiting.size() + confirmed.size())) {
            rewrite = true;
            journal.rewrite(waiting, confirmed);
        } else if (!unsaved.isEmpty()) {
            rewrite = true;
            journal.append(unsaved);
        }
        rewrite = false;
        unsaved.clear();
    }

    private Refusal hold(Ban ban, Network network, Refusal.Reason reason) {
        Waiting entry = new Waiting(network, reason, clock.millis());
        waiting.put(ban.key(), entry);
        unsaved.add(BreakerJournal.Entry.waits(ban.key(), entry));
        noteSince();
        return refusal(entry);
    }

    private void noteSince() {
        // In the order of arrival the first waits longest, as long as nobody sets the clock back.
        waitingSince = waiting.isEmpty()
                ? Long.MAX_VALUE
                : waiting.values().iterator().next().since();
    }

    private boolean isLarge(Network network) {
        return network.prefix() < largest(network);
    }

    private int largest(Network network) {
        return network.family() == Family.INET ? settings.largestIpv4() : settings.largestIpv6();
    }

    private Refusal refusal(Waiting entry) {
        String why = entry.reason() == Refusal.Reason.TOO_LARGE
                ? "a network larger than /" + largest(entry.network())
                : "more than " + settings.newBansPerMinute() + " new bans within a minute";
        return new Refusal(entry.reason(), why + "; it waits for 'fleetban confirm'");
    }
}
