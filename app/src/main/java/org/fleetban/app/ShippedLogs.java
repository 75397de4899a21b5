package org.fleetban.app;

import java.util.Set;
import org.fleetban.engine.config.Configuration;
import org.fleetban.shipper.Shipper;
import org.fleetban.shipper.ShipperException;

/** Which logs this host's shipper reads, as its jails say it, and what is said of that. */
final class ShippedLogs {

    private final Environment environment;
    private Configuration jails;
    private LogSources sources;

    /**
     * Says what is read.
     *
     * @param configuration the jails to begin with, as this host reads their logs
     */
    ShippedLogs(Configuration configuration, Environment environment) {
        this.environment = environment;
        this.jails = configuration;
        this.sources = LogSources.of(configuration);
        say(sources, new LogSources());
    }

    LogSources sources() {
        return sources;
    }

    /**
     * Lets the shipper read what changed jails name; of one whose new definition is broken, what it named before.
     *
     * @param configuration as this host reads their logs
     */
    void changeTo(Configuration configuration, Shipper shipper) {
        Configuration next = configuration.keeping(jails);
        LogSources named = LogSources.of(next);
        if (!named.readsAs(sources)) {
            try {
                shipper.follow(named.files(), named.journals());
            } catch (ShipperException e) {
                environment.say(
                        "the logs of the changed jails are refused, those from before are read: " + e.getMessage());
                return;
            }
        }
        say(named, sources);
        jails = next;
        sources = named;
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
}
