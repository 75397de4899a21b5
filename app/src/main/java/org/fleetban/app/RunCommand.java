package org.fleetban.app;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.Admin;
import org.fleetban.app.broker.EmbeddedBroker;
import org.fleetban.app.settings.HostPort;
import org.fleetban.app.settings.Settings;
import org.fleetban.enforcer.firewall.Firewall;
import org.fleetban.engine.config.Configuration;
import org.fleetban.processor.Jail;
import org.fleetban.protocol.Topics;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code fleetban run}: broker, shipper, processor and enforcer in one process. */
@Command(
        name = "run",
        description = "Everything in one process on a Kafka broker of its own: read logs, count, ban on this host.")
final class RunCommand implements Callable<Integer> {

    private static final long TOPICS_TIMEOUT_MS = 30_000;

    private final Environment environment;

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Mixin
    private final DataOption data = new DataOption();

    @Mixin
    private final LogOptions logs = new LogOptions();

    @Mixin
    private final FirewallOptions firewalls = new FirewallOptions();

    RunCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() throws InterruptedException {
        // What the user can mend comes first: nothing is started before all of it is right.
        Settings settings = common.settings(environment);
        Jails jails = new Jails(common.config(environment), logs.parse());
        ConfigurationWatch watch = jails.watch(environment);
        Configuration configuration = jails.read();
        List<Jail> compiled = jails.compile(configuration, environment);
        Firewall firewall = firewalls.firewall(settings, environment);
        HostPort listen = settings.get(Settings.BROKER_LISTEN);
        HostPort advertised = settings.get(Settings.BROKER_ADVERTISE).orElse(listen);
        Path directory = data.directory(environment);
        try (Lifecycle lifecycle = new Lifecycle(environment)) {
            lifecycle.stopAtShutdown();
            watch.runIn(lifecycle);
            environment.say("starting; state is kept in " + directory);
            EmbeddedBroker broker = lifecycle.add(
                    "broker",
                    EmbeddedBroker.start(directory.resolve("broker"), listen, advertised, settings.brokerProperties()));
            environment.say("broker: Kafka at " + broker.bootstrapServers());
            createTopics(settings, broker.bootstrapServers());
            LogForm form = LogForm.ofThisProcess();
            BanLog banLog = lifecycle.add(
                    "ban log",
                    new BanLog(
                            settings.get(Settings.TOPICS_PREFIX),
                            settings.kafka("consumer", broker.bootstrapServers()),
                            form,
                            environment.clock(),
                            environment.out()::println));
            banLog.start();
            Parts parts = new Parts(environment, settings, broker.bootstrapServers(), directory, lifecycle);
            watch.add(parts.enforcer(
                    firewall,
                    new EnforcerLog(form, environment.clock(), environment.out()::println, false),
                    firewalls.actions(configuration, environment)));
            watch.add(parts.processor(compiled));
            jails.shipTo(parts, configuration, watch);
            parts.awaitReady();
            return parts.awaitFailure();
        }
    }

    private void createTopics(Settings settings, String servers) throws InterruptedException {
        Topics topics = settings.get(Settings.TOPICS_PREFIX);
        try (Admin admin = new KafkaConnection(environment, settings, servers).admin()) {
            TopicSetup.Report report = new TopicSetup(admin, TOPICS_TIMEOUT_MS)
                    .ensure(topics.definitions(
                            settings.get(Settings.TOPICS_PARTITIONS), settings.get(Settings.TOPICS_REPLICATION)));
            report.problems().forEach(environment::say);
        }
    }
}
