package org.fleetban.app;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.streams.KafkaStreams;
import org.fleetban.app.settings.Settings;
import org.fleetban.enforcer.Enforcer;
import org.fleetban.enforcer.EnforcerListener;
import org.fleetban.enforcer.action.ActionRunner;
import org.fleetban.enforcer.firewall.Firewall;
import org.fleetban.engine.config.Configuration;
import org.fleetban.processor.Jail;
import org.fleetban.processor.JailRegistry;
import org.fleetban.processor.JailReloader;
import org.fleetban.processor.Processor;
import org.fleetban.processor.ProcessorSettings;
import org.fleetban.protocol.Topics;
import org.fleetban.shipper.Shipper;
import org.fleetban.shipper.ShipperException;
import org.fleetban.shipper.ShipperSettings;

/** Builds the parts of a process from its settings, starts them, and says what they do. */
final class Parts {

    private static final long READY_POLL_MS = 50;
    private static final long FAILURE_POLL_MS = 500;

    private final Environment environment;
    private final Settings settings;
    private final String bootstrapServers;
    private final Path data;
    private final Lifecycle lifecycle;
    private final String host;
    private final String version = Version.current();
    private final List<BooleanSupplier> ready = new ArrayList<>();
    private final List<HostReporter.Part> reports = new ArrayList<>();
    private final List<Supplier<Optional<String>>> failures = new ArrayList<>();

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
        this.host = settings.get(Settings.HOST_NAME);
    }

    /**
     * Starts a processor. Returns what takes changed jails.
     *
     * @param compiled the jails to begin with
     */
    Consumer<Configuration> processor(List<Jail> compiled) {
        Topics topics = settings.get(Settings.TOPICS_PREFIX);
        ProcessorSettings processorSettings = new ProcessorSettings(
                settings.get(Settings.PROCESSOR_APPLICATION_ID),
                topics,
                strings(settings.kafka("streams", bootstrapServers)),
                data.resolve("processor"),
                settings.get(Settings.PROCESSOR_THREADS),
                settings.get(Settings.PROCESSOR_STORE));
        environment.say(
                "jails: " + String.join(", ", compiled.stream().map(Jail::name).toList()));
        JailRegistry registry = new JailRegistry(compiled);
        Processor processor = new Processor(processorSettings, registry);
        lifecycle.add("processor", processor);
        processor.start();
        // Several may share a host, each with a directory of its own.
        reports.add(new HostReporter.Part(
                () -> processor.toHostRecord(host, version, environment.clock().instant()),
                data.toAbsolutePath().normalize().toString()));
        failures.add(() -> processor.state() == KafkaStreams.State.ERROR
                ? Optional.of("the processor has ended; what it said before tells why")
                : Optional.empty());
        ready.add(() -> processor.state() == KafkaStreams.State.RUNNING);
        return new JailReloader(registry, environment::say)::apply;
    }

    /** Starts a shipper for the log files and journals of the jails, as this host reads them. Returns what takes changed ones. */
    Consumer<Configuration> shipper(Configuration configuration) {
        int maxLineBytes = settings.get(Settings.SHIPPER_MAX_LINE_BYTES);
        ShipperSettings defaults = ShipperSettings.defaults(host, data.resolve("shipper"));
        ShipperSettings shipperSettings = new ShipperSettings(
                host,
                defaults.dataDirectory(),
                settings.get(Settings.TOPICS_PREFIX),
                maxLineBytes,
                Math.max(defaults.maxInFlightBytes(), 2L * maxLineBytes),
                defaults.scanInterval(),
                defaults.checkpointInterval(),
                defaults.rotatedGrace());
        try {
            ShippedLogs logs = new ShippedLogs(configuration, environment);
            Shipper shipper = new Shipper(
                    shipperSettings,
                    logs.sources().files(),
                    logs.sources().journals(),
                    settings.kafka("producer", bootstrapServers),
                    environment.clock());
            lifecycle.add("shipper", shipper);
            shipper.start();
            ready.add(() -> shipper.report().looked());
            reports.add(new HostReporter.Part(
                    () -> shipper.report()
                            .toHostRecord(host, version, environment.clock().instant()),
                    ""));
            return next -> logs.changeTo(next, shipper);
        } catch (ShipperException e) {
            throw new UserException(String.valueOf(e.getMessage()), e);
        }
    }

    /**
     * Starts an enforcer. Returns what takes changed jails.
     *
     * @param firewall that it drives
     * @param listener hears what it does
     * @param actions commands beside the firewall
     */
    Consumer<Configuration> enforcer(Firewall firewall, EnforcerListener listener, HostActions actions) {
        environment.say("firewall: " + firewall.description());
        Path folder = enforcerFolder(data);
        Enforcer enforcer = new Enforcer(
                settings.enforcer(folder),
                firewall,
                settings.kafka("consumer", bootstrapServers),
                environment.clock(),
                listener,
                new ActionRunner(actions.actions(), folder, host, List.of(), environment.clock()));
        lifecycle.add("enforcer", enforcer);
        enforcer.start();
        failures.add(() -> Optional.ofNullable(enforcer.failure())
                .map(failure -> "the enforcer has ended, the firewall stays as it is: " + failure));
        ready.add(() -> enforcer.report().following());
        reports.add(new HostReporter.Part(
                () -> enforcer.report()
                        .toHostRecord(host, version, environment.clock().instant()),
                ""));
        return next -> actions.changeTo(next).ifPresent(enforcer::configure);
    }

    /** Where an enforcer keeps its state. */
    static Path enforcerFolder(Path data) {
        return data.resolve("enforcer");
    }

    /** Begins to report the parts on {@code hosts}, waits until all of them do their work, then says so. */
    void awaitReady() throws InterruptedException {
        HostReporter reporter = new HostReporter(
                settings.get(Settings.TOPICS_PREFIX), settings.kafka("producer", bootstrapServers), environment::say);
        lifecycle.add("host reporter", reporter);
        reports.forEach(reporter::add);
        reporter.start();
        for (BooleanSupplier part : ready) {
            while (!part.getAsBoolean() && failure().isEmpty() && !lifecycle.isClosed()) {
                Thread.sleep(READY_POLL_MS);
            }
        }
        if (failure().isEmpty() && !lifecycle.isClosed()) {
            environment.say("ready");
        }
    }

    /** Waits until a part fails, so that the process can end and be started again; returns the exit code. */
    int awaitFailure() throws InterruptedException {
        Optional<String> failure = failure();
        while (failure.isEmpty()) {
            Thread.sleep(FAILURE_POLL_MS);
            failure = failure();
        }
        environment.say(failure.get());
        return ExitCode.FAILURE;
    }

    private Optional<String> failure() {
        return failures.stream().map(Supplier::get).flatMap(Optional::stream).findFirst();
    }

    private static Map<String, String> strings(Map<String, Object> config) {
        Map<String, String> strings = new LinkedHashMap<>();
        config.forEach((name, value) -> strings.put(name, value.toString()));
        return strings;
    }
}
