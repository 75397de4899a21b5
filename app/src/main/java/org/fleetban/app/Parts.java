package org.fleetban.app;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.apache.kafka.streams.KafkaStreams;
import org.fleetban.app.settings.Settings;
import org.fleetban.enforcer.Enforcer;
import org.fleetban.enforcer.EnforcerListener;
import org.fleetban.enforcer.firewall.Firewall;
import org.fleetban.engine.config.Configuration;
import org.fleetban.engine.config.JailDefinition;
import org.fleetban.engine.config.JailDefinition.LogPath;
import org.fleetban.processor.Jail;
import org.fleetban.processor.JailRegistry;
import org.fleetban.processor.Processor;
import org.fleetban.processor.ProcessorSettings;
import org.fleetban.protocol.Topics;
import org.fleetban.shipper.Shipper;
import org.fleetban.shipper.ShipperException;
import org.fleetban.shipper.ShipperSettings;
import org.fleetban.shipper.Source;

/** Builds the parts of a process from its settings, starts them, and says what they do. */
final class Parts {

    private static final long READY_POLL_MS = 50;

    private final Environment environment;
    private final Settings settings;
    private final String bootstrapServers;
    private final Path data;
    private final Lifecycle lifecycle;
    private final List<BooleanSupplier> ready = new ArrayList<>();

    /**
     * @param environment for messages
     * @param settings of the service
     * @param bootstrapServers where Kafka is
     * @param data where the parts keep their state, each in a directory of its own
     * @param lifecycle stops what is started here
     */
    Parts(Environment environment, Settings settings, String bootstrapServers, Path data, Lifecycle lifecycle) {
        this.environment = environment;
        this.settings = settings;
        this.bootstrapServers = bootstrapServers;
        this.data = data;
        this.lifecycle = lifecycle;
    }

    /** Starts a processor for these jails. */
    void processor(List<Jail> jails) {
        Topics topics = settings.get(Settings.TOPICS_PREFIX);
        ProcessorSettings processorSettings = new ProcessorSettings(
                settings.get(Settings.PROCESSOR_APPLICATION_ID),
                topics,
                strings(settings.kafka("streams", bootstrapServers)),
                data.resolve("processor"),
                settings.get(Settings.PROCESSOR_THREADS),
                settings.get(Settings.PROCESSOR_STORE));
        environment.say(
                "jails: " + String.join(", ", jails.stream().map(Jail::name).toList()));
        Processor processor = new Processor(processorSettings, new JailRegistry(jails));
        lifecycle.add("processor", processor);
        processor.start();
        ready.add(() -> processor.state() == KafkaStreams.State.RUNNING);
    }

    /** Starts a shipper for the log files of the jails. */
    void shipper(Configuration configuration) {
        Set<Source> sources = new LinkedHashSet<>();
        for (JailDefinition jail : configuration.jails()) {
            List<String> patterns = new ArrayList<>();
            for (LogPath path : jail.logPaths()) {
                try {
                    sources.add(new Source(path.pattern(), path.fromEnd()));
                    patterns.add(path.pattern());
                } catch (IllegalArgumentException e) {
                    environment.say("[" + jail.name() + "] " + e.getMessage());
                }
            }
            environment.say("[" + jail.name() + "] reads " + String.join(", ", patterns));
        }
        String host = settings.get(Settings.HOST_NAME);
        ShipperSettings defaults = ShipperSettings.defaults(host, data.resolve("shipper"));
        ShipperSettings shipperSettings = new ShipperSettings(
                host,
                defaults.dataDirectory(),
                settings.get(Settings.TOPICS_PREFIX),
                settings.get(Settings.SHIPPER_MAX_LINE_BYTES),
                defaults.maxInFlightBytes(),
                defaults.scanInterval(),
                defaults.checkpointInterval(),
                defaults.rotatedGrace());
        try {
            Shipper shipper = new Shipper(
                    shipperSettings,
                    List.copyOf(sources),
                    settings.kafka("producer", bootstrapServers),
                    environment.clock());
            lifecycle.add("shipper", shipper);
            shipper.start();
            ready.add(() -> !shipper.report().files().isEmpty() || sources.isEmpty());
        } catch (ShipperException e) {
            throw new UserException(String.valueOf(e.getMessage()), e);
        }
    }

    /**
     * Starts an enforcer.
     *
     * @param firewall that it drives
     * @param listener hears what it does
     */
    void enforcer(Firewall firewall, EnforcerListener listener) {
        environment.say("firewall: " + firewall.description());
        Enforcer enforcer = new Enforcer(
                settings.enforcer(data.resolve("enforcer")),
                firewall,
                settings.kafka("consumer", bootstrapServers),
                environment.clock(),
                listener);
        lifecycle.add("enforcer", enforcer);
        enforcer.start();
        ready.add(() -> enforcer.report().following());
    }

    /** Waits until all parts do their work, then says so. */
    void awaitReady() throws InterruptedException {
        for (BooleanSupplier part : ready) {
            while (!part.getAsBoolean() && !lifecycle.hasEnded()) {
                Thread.sleep(READY_POLL_MS);
            }
        }
        if (!lifecycle.hasEnded()) {
            environment.say("ready");
        }
    }

    private static Map<String, String> strings(Map<String, Object> config) {
        Map<String, String> strings = new LinkedHashMap<>();
        config.forEach((name, value) -> strings.put(name, value.toString()));
        return strings;
    }
}
