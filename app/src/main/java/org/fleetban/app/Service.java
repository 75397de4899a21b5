package org.fleetban.app;

import java.nio.file.Path;
import org.fleetban.app.settings.Settings;

/** A part of the fleet that runs against an existing Kafka until it is told to stop. */
final class Service {

    private final Environment environment;
    private final Settings settings;
    private final Path data;
    private final ConfigurationWatch watch;

    /**
     * @param environment for messages
     * @param settings of the service
     * @param data where state is kept
     * @param watch tells the parts of changed jails
     */
    Service(Environment environment, Settings settings, Path data, ConfigurationWatch watch) {
        this.environment = environment;
        this.settings = settings;
        this.data = data;
        this.watch = watch;
    }

    /** Starts what the process consists of. */
    @FunctionalInterface
    interface Start {

        /** Nothing. */
        Start NOTHING = parts -> {};

        void with(Parts parts);
    }

    /**
     * Starts the parts and runs until one fails; returns the exit code.
     *
     * @param atOnce what works without Kafka too: an enforcer protects with what it knows
     * @param withKafka what begins as soon as Kafka and all topics are there
     */
    int run(Start atOnce, Start withKafka) throws InterruptedException {
        String servers = settings.get(Settings.BOOTSTRAP_SERVERS);
        try (Lifecycle lifecycle = new Lifecycle(environment)) {
            lifecycle.stopAtShutdown();
            environment.say(
                    "Kafka: " + servers + "; host: " + settings.get(Settings.HOST_NAME) + "; state is kept in " + data);
            watch.runIn(lifecycle);
            Parts parts = new Parts(environment, settings, servers, data, lifecycle);
            atOnce.with(parts);
            new KafkaConnection(environment, settings, servers).awaitTopics(settings.get(Settings.TOPICS_PREFIX));
            withKafka.with(parts);
            parts.awaitReady();
            return parts.awaitFailure();
        }
    }
}
