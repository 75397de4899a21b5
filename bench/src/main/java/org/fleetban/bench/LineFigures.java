package org.fleetban.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.streams.KafkaStreams;
import org.fleetban.enforcer.Enforcer;
import org.fleetban.enforcer.EnforcerSettings;
import org.fleetban.enforcer.firewall.Firewall;
import org.fleetban.enforcer.firewall.FirewallException;
import org.fleetban.enforcer.firewall.FirewallKind;
import org.fleetban.enforcer.firewall.Firewalls;
import org.fleetban.enforcer.firewall.SystemCommands;
import org.fleetban.engine.config.Configuration;
import org.fleetban.engine.config.ConfigurationReader;
import org.fleetban.engine.filter.FilterException;
import org.fleetban.engine.jail.JailException;
import org.fleetban.processor.Jail;
import org.fleetban.processor.JailRegistry;
import org.fleetban.processor.Processor;
import org.fleetban.processor.ProcessorSettings;
import org.fleetban.protocol.Topics;
import org.fleetban.shipper.Shipper;
import org.fleetban.shipper.ShipperException;
import org.fleetban.shipper.ShipperSettings;
import org.fleetban.shipper.Source;

/** From a line in a log to the rule in the kernel: shipper, processor and enforcer on the embedded broker. */
final class LineFigures {

    private static final DateTimeFormatter SYSLOG = DateTimeFormatter.ofPattern("MMM d HH:mm:ss", Locale.ENGLISH);
    private static final int FIRST = 3_000_000;
    private static final int WARM_UP = 200;

    private final Path folder;
    private final String bootstrap;

    LineFigures(Path folder, String bootstrap) {
        this.folder = folder;
        this.bootstrap = bootstrap;
    }

    void measure(FirewallKind kind, int count, int perSecond)
            throws FirewallException, InterruptedException, ExecutionException, IOException, ShipperException,
                    FilterException, JailException {
        Path directory = Files.createDirectories(folder.resolve("lines-" + kind));
        Path log = Files.createFile(directory.resolve("auth.log"));
        Topics topics = new Topics("lines-" + kind + ".");
        Map<String, Object> client = Map.of("bootstrap.servers", bootstrap);
        try (Admin admin = Admin.create(client)) {
            admin.createTopics(topics.definitions(2, Optional.of((short) 1)))
                    .all()
                    .get();
        }
        Configuration configuration = ConfigurationReader.read(
                Path.of("config"), Set.of("sshd"), Map.of("sshd", Map.of("maxretry", "1", "logpath", log.toString())));
        Jail jail = Jail.compile(configuration.jails().stream()
                .filter(definition -> definition.name().equals("sshd"))
                .findFirst()
                .orElseThrow());
        EnforcerSettings settings =
                EnforcerSettings.of(Map.of("enforcer.new-bans-per-minute", "0"), "bench", topics, directory);
        Firewall firewall = new Firewalls(SystemCommands.host(), settings.firewall()).find(kind);
        ShipperSettings defaults = ShipperSettings.defaults("bench", directory.resolve("shipper"));
        ShipperSettings shipping = new ShipperSettings(
                "bench",
                defaults.dataDirectory(),
                topics,
                defaults.maxLineBytes(),
                defaults.maxInFlightBytes(),
                defaults.scanInterval(),
                defaults.checkpointInterval(),
                defaults.rotatedGrace());
        Arrivals arrivals = new Arrivals();
        try (Processor processor = new Processor(
                        new ProcessorSettings(
                                "bench-" + kind,
                                topics,
                                Map.of("bootstrap.servers", bootstrap),
                                directory.resolve("processor"),
                                2,
                                ProcessorSettings.Store.MEMORY),
                        new JailRegistry(List.of(jail)));
                Enforcer enforcer = new Enforcer(settings, firewall, client, Clock.systemUTC(), arrivals);
                Shipper shipper = new Shipper(
                        shipping, List.of(Source.ofFile(log, false)), List.of(), client, Clock.systemUTC())) {
            processor.start();
            enforcer.start();
            shipper.start();
            while (processor.state() != KafkaStreams.State.RUNNING
                    || !enforcer.report().following()) {
                Thread.sleep(50);
            }
            write(log, arrivals, FIRST, WARM_UP, perSecond);
            long[] written = write(log, arrivals, FIRST + WARM_UP, count, perSecond);
            long[] waited = new long[count];
            for (int i = 0; i < count; i++) {
                waited[i] = arrivals.at(EnforcerFigures.address(FIRST + WARM_UP + i)) - written[i];
            }
            EnforcerFigures.say(
                    "%,d lines at %,d a second, each of which bans: line to rule %s",
                    count, perSecond, EnforcerFigures.percentiles(waited));
        }
        firewall.remove();
    }

    private static long[] write(Path log, Arrivals arrivals, int first, int count, int perSecond)
            throws IOException, InterruptedException {
        int before = arrivals.count();
        long[] written = new long[count];
        long start = System.nanoTime();
        for (int i = 0; i < count; i++) {
            while (System.nanoTime() - start < i * 1_000_000_000L / perSecond) {
                LockSupport.parkNanos(100_000);
            }
            String line = SYSLOG.format(LocalDateTime.now()) + " web1 sshd[4711]: Failed password for root from "
                    + EnforcerFigures.address(first + i) + " port 40022 ssh2\n";
            written[i] = System.nanoTime();
            Files.write(log, line.getBytes(StandardCharsets.UTF_8), StandardOpenOption.APPEND);
        }
        arrivals.await(before + count);
        return written;
    }
}
