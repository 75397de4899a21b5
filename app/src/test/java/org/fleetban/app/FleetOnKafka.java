package org.fleetban.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.fleetban.app.settings.Settings;
import org.fleetban.enforcer.firewall.Firewalls;
import org.fleetban.engine.config.Configuration;
import org.fleetban.protocol.BanEvent;
import org.fleetban.protocol.BanRecord;
import org.fleetban.protocol.Evidence;
import org.fleetban.protocol.JsonCodec;
import org.fleetban.protocol.Scope;
import org.fleetban.protocol.Topics;

/**
 * The whole path on a Kafka: three hosts with a log, a shipper and an enforcer each, and one processor. An offender fails
 * once on each host, and is banned on all three.
 */
final class FleetOnKafka {

    private static final DateTimeFormatter SYSLOG = DateTimeFormatter.ofPattern("MMM d HH:mm:ss", Locale.ENGLISH);
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final List<String> HOSTS = List.of("web1", "web2", "web3");
    private static final String OFFENDER = "203.0.113.7";

    private final String bootstrapServers;
    private final String prefix;
    private final Path directory;

    FleetOnKafka(String bootstrapServers, String prefix, Path directory) {
        this.bootstrapServers = bootstrapServers;
        this.prefix = prefix;
        this.directory = directory;
    }

    void bansEverywhereWhoFailsOnceOnEachHost() throws Exception {
        Path config = Files.createDirectories(directory.resolve("config"));
        copyShippedConfiguration(config);
        Files.writeString(config.resolve("jail.local"), """
                [DEFAULT]
                maxretry = 3
                bantime = 1h
                [sshd]
                logpath = %s/logs/*/auth.log
                [asterisk]
                enabled = false
                [apache-auth]
                enabled = false
                [apache-botsearch]
                enabled = false
                [apache-noscript]
                enabled = false
                """.formatted(directory));
        CommandRun topics = CommandRun.of(variables("none"), "topics", "--config", config.toString());
        assertThat(topics.code()).as(topics.err()).isZero();

        Map<String, List<String>> enforced = new LinkedHashMap<>();
        try (Lifecycle lifecycle = new Lifecycle(environment("processor"))) {
            startProcessor(config, lifecycle);
            for (String host : HOSTS) {
                List<String> said = new CopyOnWriteArrayList<>();
                enforced.put(host, said);
                startHost(host, config, lifecycle, said);
            }
            for (String host : HOSTS) {
                append(host, OFFENDER);
            }
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(enforced.values())
                            .allSatisfy(said -> assertThat(said)
                                    .anySatisfy(line -> assertThat(line).endsWith("[sshd] Ban " + OFFENDER))));
        }
        assertThatTheTopicsTellIt();
    }

    private void startProcessor(Path config, Lifecycle lifecycle) throws InterruptedException {
        Environment environment = environment("processor");
        Jails jails = new Jails(config, List.of());
        Parts parts = parts(environment, config, "processor", lifecycle);
        parts.processor(jails.compile(jails.read(), environment));
        parts.awaitReady();
    }

    private void startHost(String host, Path config, Lifecycle lifecycle, List<String> said) throws Exception {
        Files.createDirectories(log(host).getParent());
        Environment environment = environment(host);
        Configuration configuration = new Jails(config, List.of()).read();
        Parts parts = parts(environment, config, host, lifecycle);
        parts.enforcer(
                Firewalls.dryRun(environment.clock()),
                new EnforcerLog(
                        LogForm.ofThisProcess(),
                        environment.clock(),
                        text -> text.lines().forEach(said::add),
                        true),
                new HostActions(configuration, true, environment));
        parts.shipper(onlyItsOwn(configuration, host));
        parts.awaitReady();
    }

    /** All hosts are on this machine, so each reads the files of one directory. */
    private Configuration onlyItsOwn(Configuration configuration, String host) {
        return new Configuration(
                configuration.jails().stream()
                        .map(jail -> jail.withLogPaths(jail.logPaths().stream()
                                .map(path -> new org.fleetban.engine.config.JailDefinition.LogPath(
                                        path.pattern().replace("/logs/*/", "/logs/" + host + "/"), false))
                                .toList()))
                        .toList(),
                configuration.problems());
    }

    private Parts parts(Environment environment, Path config, String host, Lifecycle lifecycle) {
        Settings settings = Settings.load(config, variables(host));
        return new Parts(environment, settings, bootstrapServers, directory.resolve("data-" + host), lifecycle);
    }

    private void assertThatTheTopicsTellIt() throws Exception {
        Topics topics = new Topics(prefix);
        BanRecord ban = JsonCodec.of(BanRecord.class)
                .decode(only(topics.bans(), "sshd|" + OFFENDER).value());
        assertThat(ban.scope()).isEqualTo(Scope.FLEET);
        assertThat(ban.count()).isEqualTo(3);
        assertThat(ban.ports()).isEqualTo("ssh");
        assertThat(ban.until()).isEqualTo(ban.since().plus(Duration.ofHours(1)));
        assertThat(ban.evidence()).extracting(Evidence::host).containsExactlyInAnyOrderElementsOf(HOSTS);
        BanEvent event = JsonCodec.of(BanEvent.class)
                .decode(only(topics.events(), "sshd|" + OFFENDER).value());
        assertThat(event.type()).isEqualTo(BanEvent.Type.BAN);
        assertThat(event.event()).isEqualTo(ban.event());
    }

    private ConsumerRecord<String, byte[]> only(String topic, String key) {
        try (KafkaConsumer<String, byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrapServers), new StringDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(200)).forEach(records::add);
            }
            assertThat(records)
                    .singleElement()
                    .satisfies(record -> assertThat(record.key()).isEqualTo(key));
            return records.get(0);
        }
    }

    private void append(String host, String offender) throws Exception {
        String line = "%s %s sshd[4711]: Failed password for root from %s port 40022 ssh2%n"
                .formatted(SYSLOG.format(Instant.now().atZone(ZoneId.systemDefault())), host, offender);
        Files.writeString(log(host), line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private Path log(String host) {
        return directory.resolve("logs").resolve(host).resolve("auth.log");
    }

    private Map<String, String> variables(String host) {
        return Map.of(
                "FLEETBAN_BOOTSTRAP_SERVERS",
                bootstrapServers,
                "FLEETBAN_TOPICS_PREFIX",
                prefix,
                "FLEETBAN_TOPICS_PARTITIONS",
                "3",
                "FLEETBAN_PROCESSOR_APPLICATION_ID",
                prefix + "processor",
                "FLEETBAN_HOST_NAME",
                host);
    }

    private Environment environment(String host) {
        return new Environment(
                new PrintStream(System.out, true, StandardCharsets.UTF_8),
                new PrintStream(PrintStream.nullOutputStream(), true, StandardCharsets.UTF_8),
                variables(host),
                Clock.systemUTC(),
                Path.of(".."));
    }

    static void copyShippedConfiguration(Path to) throws Exception {
        Path from = Path.of("..", "config");
        try (java.util.stream.Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                Files.createDirectories(target.getParent());
                Files.copy(file, target);
            }
        }
    }
}
