package org.fleetban.app.fleet;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.fleetban.protocol.FleetView;
import org.fleetban.protocol.HostRecord;
import org.jspecify.annotations.Nullable;

/**
 * A component of a host as it reports itself.
 *
 * @param reports its last reports
 * @param age how long ago the last one was
 */
public record Component(FleetView.Reports reports, Duration age) {

    /** Components report every ten seconds; one that missed three reports is taken as not running. */
    private static final Duration SILENCE = Duration.ofSeconds(35);

    /** The components of a kind, by host. */
    public static List<Component> all(Map<String, FleetView.Reports> hosts, String kind, Instant now) {
        return hosts.values().stream()
                .filter(reports -> reports.latest().component().equals(kind))
                .map(reports ->
                        new Component(reports, Duration.between(reports.latest().at(), now)))
                .toList();
    }

    /** Those that run; where none does, all: what they said last is all that is known. */
    static List<Component> speakingFor(List<Component> all) {
        List<Component> running = all.stream().filter(Component::isRunning).toList();
        return running.isEmpty() ? all : running;
    }

    HostRecord latest() {
        return reports.latest();
    }

    /** Whether it was heard lately. */
    public boolean isRunning() {
        return age.compareTo(SILENCE) < 0;
    }

    /** How much a counter grew a second between the last two reports; null where that is not known. */
    @Nullable
    Double perSecond(String figure) {
        return reports.perSecond(figure);
    }
}
