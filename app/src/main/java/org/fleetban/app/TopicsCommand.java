package org.fleetban.app;

import java.util.List;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.Admin;
import org.fleetban.app.settings.Settings;
import org.fleetban.protocol.Topics;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code fleetban topics}: creates the topics that are missing and checks the others. */
@Command(name = "topics", description = "Create the topics on an existing Kafka, or check them.")
final class TopicsCommand implements Callable<Integer> {

    private static final long TIMEOUT_MS = 20_000;

    private final Environment environment;

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Option(names = "--check", description = "Create nothing; tell what is missing or wrong (exit code 1).")
    private boolean checkOnly;

    TopicsCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() throws InterruptedException {
        Settings settings = common.settings(environment);
        String servers = settings.get(Settings.BOOTSTRAP_SERVERS);
        Topics topics = settings.get(Settings.TOPICS_PREFIX);
        try (Admin admin = new KafkaConnection(environment, settings, servers).admin()) {
            TopicSetup setup = new TopicSetup(admin, TIMEOUT_MS);
            List<String> missing = setup.missing(topics);
            if (checkOnly) {
                missing.forEach(name -> environment.out().println(name + ": missing"));
            }
            TopicSetup.Report report =
                    setup.ensure(topics
                            .definitions(
                                    settings.get(Settings.TOPICS_PARTITIONS), settings.get(Settings.TOPICS_REPLICATION))
                            .stream()
                            .filter(topic -> !checkOnly || !missing.contains(topic.name()))
                            .toList());
            report.created().forEach(name -> environment.out().println(name + ": created"));
            report.present().forEach(name -> environment.out().println(name + ": there"));
            report.problems().forEach(environment::say);
            boolean good = report.problems().isEmpty() && (!checkOnly || missing.isEmpty());
            return good ? ExitCode.OK : ExitCode.FAILURE;
        } catch (TopicSetup.UnreachableException e) {
            throw new TopicSetup.UnreachableException(servers, e);
        }
    }
}
