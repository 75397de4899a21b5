package org.fleetban.app;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.fleetban.app.settings.Settings;
import org.fleetban.protocol.CommandRecord;
import org.fleetban.protocol.FleetView;
import org.fleetban.protocol.HostRecord;
import org.fleetban.protocol.JsonCodec;
import org.fleetban.protocol.Topics;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fleetban confirm}: lets bans through that enforcers hold back because they are too many or too large. */
@Command(
        name = "confirm",
        description = "Let bans through that hosts hold back: too many new ones within a minute, or large networks.")
final class ConfirmCommand implements Callable<Integer> {

    private static final int TIMEOUT_MS = 10_000;
    private static final String ENFORCER = "enforcer";
    private static final String WAITING = "bans.waiting";

    private final Environment environment;

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Option(names = "--show", description = "Confirm nothing; show what waits, as of the hosts' last reports.")
    private boolean show;

    @Option(names = "--host", paramLabel = "HOST", description = "Only what waits on this host (repeatable).")
    private List<String> hosts = List.of();

    @Option(names = "--jail", paramLabel = "JAIL", description = "Only bans of this jail.")
    private @Nullable String jail;

    @Parameters(arity = "0..1", paramLabel = "ID", description = "Only the ban of this address or network.")
    private @Nullable String id;

    ConfirmCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() throws InterruptedException {
        Settings settings = common.settings(environment);
        String servers = settings.get(Settings.BOOTSTRAP_SERVERS);
        Topics topics = settings.get(Settings.TOPICS_PREFIX);
        try {
            show(reports(settings, servers, topics));
            if (show) {
                return ExitCode.OK;
            }
            Map<String, Object> client = new HashMap<>(settings.kafka("producer", servers));
            client.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, TIMEOUT_MS);
            try (KafkaProducer<byte[], byte[]> producer =
                    new KafkaProducer<>(client, new ByteArraySerializer(), new ByteArraySerializer())) {
                if (hosts.isEmpty()) {
                    order(producer, topics, settings, null);
                }
                for (String host : hosts) {
                    order(producer, topics, settings, host);
                }
            }
        } catch (KafkaException | ExecutionException | TimeoutException e) {
            Throwable cause = e instanceof ExecutionException && e.getCause() != null ? e.getCause() : e;
            environment.say("Kafka at " + servers + ": " + cause.getMessage());
            return ExitCode.FAILURE;
        }
        environment.out().println("confirmed: " + (hosts.isEmpty() ? "all hosts" : String.join(", ", hosts)));
        return ExitCode.OK;
    }

    private static Map<String, HostRecord> reports(Settings settings, String servers, Topics topics) {
        Map<String, String> client = new HashMap<>();
        settings.kafka("consumer", servers).forEach((name, value) -> client.put(name, value.toString()));
        try (FleetView fleet = new FleetView(client, topics)) {
            Map<String, HostRecord> reports = new TreeMap<>();
            fleet.hosts().forEach((key, component) -> reports.put(key, component.latest()));
            return reports;
        }
    }

    private void show(Map<String, HostRecord> reports) {
        boolean any = false;
        for (HostRecord report : reports.values()) {
            long waiting = report.figures().getOrDefault(WAITING, 0L);
            boolean meant = hosts.isEmpty() || hosts.contains(report.host());
            if (!report.component().equals(ENFORCER) || !meant || waiting == 0) {
                continue;
            }
            any = true;
            environment
                    .out()
                    .println(printable(report.host()) + ": " + waiting + (waiting == 1 ? " ban waits" : " bans wait")
                            + ", as of " + report.at());
            report.notes().forEach(note -> environment.out().println("  " + printable(note)));
        }
        if (!any) {
            environment.out().println("nothing waits, as of the hosts' last reports");
        }
    }

    /** What hosts report may be forged: nothing of it steers the terminal. */
    private static String printable(String text) {
        return text.replaceAll("[^\\p{Graph} ]", "?");
    }

    private void order(KafkaProducer<byte[], byte[]> producer, Topics topics, Settings settings, @Nullable String host)
            throws InterruptedException, ExecutionException, TimeoutException {
        CommandRecord order = new CommandRecord(
                UUID.randomUUID().toString(),
                CommandRecord.Type.CONFIRM,
                jail,
                id,
                host,
                null,
                System.getProperty("user.name", "?") + '@' + settings.get(Settings.HOST_NAME),
                null,
                environment.clock().instant());
        producer.send(new ProducerRecord<>(
                        topics.commands(),
                        order.command().getBytes(StandardCharsets.UTF_8),
                        JsonCodec.of(CommandRecord.class).encode(order)))
                .get(TIMEOUT_MS, TimeUnit.MILLISECONDS);
    }
}
