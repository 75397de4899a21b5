package org.fleetban.app;

import java.util.Optional;
import java.util.Set;
import org.fleetban.engine.config.Configuration;
import org.fleetban.shipper.Shipper;
import org.fleetban.shipper.ShipperException;
import org.fleetban.shipper.ShipperReport;

/**
 * The shipper of this host. When changed jails name other logs, one for these takes its place, and goes on where it ended: the
 * files wait meanwhile.
 */
final class HostShipper implements AutoCloseable {

    private final Maker maker;
    private final Environment environment;
    private Configuration jails;
    private LogSources sources;
    private volatile Shipper shipper;
    private volatile Optional<String> failure = Optional.empty();
    private boolean closed;

    /** Makes a shipper, always over the same data. */
    @FunctionalInterface
    interface Maker {

        /** @throws ShipperException if a client setting is wrong */
        Shipper of(LogSources sources) throws ShipperException;
    }

    /**
     * Says what is read.
     *
     * @param configuration the jails to begin with, as this host reads their logs
     * @throws ShipperException if a client setting is wrong
     */
    HostShipper(Maker maker, Configuration configuration, Environment environment) throws ShipperException {
        this.maker = maker;
        this.environment = environment;
        this.jails = configuration;
        this.sources = LogSources.of(configuration);
        this.shipper = maker.of(sources);
        say(sources, new LogSources());
    }

    private void say(LogSources now, LogSources before) {
        now.problems().stream()
                .filter(problem -> !before.problems().contains(problem))
                .forEach(problem -> environment.say(problem.toString()));
        Set<String> read = now.patterns();
        before.patterns().stream()
                .filter(pattern -> !read.contains(pattern))
                .forEach(pattern -> environment.say(pattern + " is read no longer"));
        now.said().stream().filter(said -> !before.said().contains(said)).forEach(environment::say);
    }

    /** @throws ShipperException if the data directory, the checkpoint or a log's name can't be used */
    synchronized void start() throws ShipperException {
        shipper.start();
    }

    /**
     * Reads what changed jails name; of one whose new definition is broken, what it named before.
     *
     * @param configuration as this host reads their logs
     */
    synchronized void changeTo(Configuration configuration) {
        if (closed) {
            return;
        }
        Configuration all = configuration.keeping(jails);
        LogSources next = LogSources.of(all);
        say(next, sources);
        if (!next.readsAs(sources)) {
            shipper.close();
            try {
                replace(next);
            } catch (ShipperException e) {
                environment.say(
                        "the logs of the changed jails are refused, those from before are read: " + e.getMessage());
                goOn();
                return;
            }
        }
        jails = all;
        sources = next;
    }

    private void goOn() {
        try {
            replace(sources);
        } catch (ShipperException e) {
            failure = Optional.of("the shipper has ended: " + e.getMessage());
        }
    }

    private void replace(LogSources by) throws ShipperException {
        Shipper next = maker.of(by);
        next.start();
        shipper = next;
    }

    /** What is followed, how far, and what stands in the way. */
    ShipperReport report() {
        return shipper.report();
    }

    /** Why nothing is read any more. */
    Optional<String> failure() {
        return failure;
    }

    @Override
    public synchronized void close() {
        closed = true;
        shipper.close();
    }
}
