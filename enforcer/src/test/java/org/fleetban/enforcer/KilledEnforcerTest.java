package org.fleetban.enforcer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.test.KafkaClusterTestKit;
import org.apache.kafka.common.test.TestKitNodes;
import org.apache.kafka.server.common.MetadataVersion;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.fleetban.enforcer.firewall.Firewall;
import org.fleetban.enforcer.firewall.FirewallException;
import org.fleetban.enforcer.firewall.FirewallKind;
import org.fleetban.enforcer.firewall.FirewallSettings;
import org.fleetban.enforcer.firewall.Firewalls;
import org.fleetban.enforcer.firewall.Group;
import org.fleetban.enforcer.firewall.Listed;
import org.fleetban.enforcer.firewall.Network;
import org.fleetban.enforcer.firewall.Services;
import org.fleetban.protocol.BanRecord;
import org.fleetban.protocol.Family;
import org.fleetban.protocol.JsonCodec;
import org.fleetban.protocol.Scope;
import org.fleetban.protocol.Topics;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * An enforcer as a process, killed with SIGKILL at random moments while bans come and go. The long form:
 * {@code -Dfleetban.crash.kills=100}, of one kind alone {@code -Dfleetban.crash.firewalls=ipset}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KilledEnforcerTest {

    private static final int KILLS = Integer.getInteger("fleetban.crash.kills", 3);
    private static final int CHANGES = 40;
    private static final String OFFENDER = Lab.address(Lab.OFFENDER, false);
    private static final AtomicInteger PREFIXES = new AtomicInteger();
    private static final JsonCodec<BanRecord> CODEC = JsonCodec.of(BanRecord.class);

    private final long seed = Long.getLong("fleetban.crash.seed", System.nanoTime());
    private final Random random = new Random(seed);

    private @TempDir Path directory;
    private @Nullable KafkaClusterTestKit cluster;
    private @Nullable KafkaProducer<byte[], byte[]> producer;
    private @Nullable Lab lab;
    private @Nullable Process enforcer;
    private Topics topics = new Topics("");

    @BeforeAll
    void startBroker() throws Exception {
        cluster = new KafkaClusterTestKit.Builder(new TestKitNodes.Builder()
                        .setBootstrapMetadataVersion(MetadataVersion.latestProduction())
                        .setCombined(true)
                        .setNumBrokerNodes(1)
                        .setNumControllerNodes(1)
                        .build())
                .setConfigProp("auto.create.topics.enable", "false")
                .build();
        cluster.format();
        cluster.startup();
        cluster.waitForReadyBrokers();
        producer = new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap()),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    @BeforeEach
    void openLab() throws Exception {
        topics = new Topics("crash" + PREFIXES.incrementAndGet() + ".");
        try (Admin admin = Admin.create(Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, (Object) bootstrap()))) {
            admin.createTopics(topics.definitions(1, Optional.of((short) 1)))
                    .all()
                    .get(30, TimeUnit.SECONDS);
        }
        lab = Lab.open();
    }

    @AfterEach
    void closeLab() throws Exception {
        kill();
        if (lab != null) {
            lab.close();
        }
    }

    @AfterAll
    void stopBroker() throws Exception {
        if (producer != null) {
            producer.close();
        }
        if (cluster != null) {
            cluster.close();
        }
    }

    static Stream<FirewallKind> firewalls() {
        return Stream.of(System.getProperty("fleetban.crash.firewalls", "ipset,nftables,iptables")
                        .split(","))
                .map(FirewallKind::parse);
    }

    @ParameterizedTest
    @MethodSource("firewalls")
    void howeverOftenItIsKilledNoStandingBanIsOpenAndTheKernelEndsAsTheTable(FirewallKind kind) throws Exception {
        Map<String, Set<String>> table = new HashMap<>();
        List<String> standing = List.of(OFFENDER, "203.0.113.1", "203.0.113.2", "2001:db8::1");
        for (String id : standing) {
            put(table, "sshd", id);
            put(table, "web", id);
        }
        start(kind);
        Firewall kernel = new Firewalls(lab().commands(), FirewallSettings.DEFAULTS).find(kind);
        awaiting().untilAsserted(() -> assertThat(entries(kernel)).isEqualTo(table));

        ConcurrentLinkedQueue<String> open = new ConcurrentLinkedQueue<>();
        AtomicInteger samples = new AtomicInteger();
        AtomicBoolean done = new AtomicBoolean();
        Thread prober = new Thread(() -> {
            while (!done.get()) {
                for (int port : new int[] {22, 80}) {
                    if (!lab().isRefused(Lab.OFFENDER, false, port)) {
                        open.add("port " + port + " at sample " + samples);
                    }
                    samples.incrementAndGet();
                }
            }
        });
        prober.start();
        try {
            for (int i = 0; i < KILLS; i++) {
                change(table, standing);
                Thread.sleep(random.nextInt(3_000));
                kill();
                assertThat(entries(kernel).get("sshd"))
                        .as("seed %d, kill %d", seed, i)
                        .containsAll(standing);
                assertThat(entries(kernel).get("web"))
                        .as("seed %d, kill %d", seed, i)
                        .containsAll(standing);
                change(table, standing);
                start(kind);
            }
            awaiting()
                    .untilAsserted(() -> assertThat(entries(kernel))
                            .as("seed %d; the enforcers said: %s", seed, Files.readString(output()))
                            .isEqualTo(table));
        } finally {
            done.set(true);
            prober.join(TimeUnit.SECONDS.toMillis(30));
        }
        assertThat(open)
                .as("seed %d: standing bans were open, of %d samples", seed, samples.get())
                .isEmpty();
        assertThat(samples.get()).isGreaterThan(KILLS);
        assertThat(lab().connects(Lab.BYSTANDER, false, 22)).isTrue();
    }

    private void change(Map<String, Set<String>> table, List<String> standing) throws Exception {
        for (int i = 0; i < CHANGES; i++) {
            String jail = random.nextBoolean() ? "sshd" : "web";
            String id = random.nextInt(4) == 0
                    ? "2001:db8:7::" + (1 + random.nextInt(30))
                    : "198.51.100." + (1 + random.nextInt(60));
            Set<String> ids = table.computeIfAbsent(jail, name -> new TreeSet<>());
            if (ids.contains(id) && random.nextInt(3) > 0) {
                ids.remove(id);
                publish(jail + '|' + id, null);
            } else {
                put(table, jail, id);
            }
        }
        put(table, "sshd", standing.get(random.nextInt(standing.size())));
    }

    /** A new ban, or one that is extended. */
    private void put(Map<String, Set<String>> table, String jail, String id) throws Exception {
        table.computeIfAbsent(jail, name -> new TreeSet<>()).add(id);
        Instant now = Instant.now();
        publish(
                jail + '|' + id,
                new BanRecord(
                        jail,
                        id,
                        id.indexOf(':') < 0 ? Family.INET : Family.INET6,
                        jail.equals("sshd") ? "22" : "80",
                        "tcp",
                        Scope.FLEET,
                        null,
                        now,
                        now.plusSeconds(3_600 + random.nextInt(3_600)),
                        5,
                        1,
                        "failures",
                        "e",
                        List.of()));
    }

    private void publish(String key, @Nullable BanRecord ban) throws Exception {
        byte[] value = ban == null ? null : CODEC.encode(ban);
        Objects.requireNonNull(producer)
                .send(new ProducerRecord<>(topics.bans(), key.getBytes(StandardCharsets.UTF_8), value))
                .get(30, TimeUnit.SECONDS);
    }

    /** What the kernel holds, by jail. */
    private static Map<String, Set<String>> entries(Firewall kernel) throws FirewallException {
        Services services = Services.system();
        Map<String, Group> groups =
                Map.of("sshd", Group.of("sshd", "22", "tcp", services), "web", Group.of("web", "80", "tcp", services));
        SortedSet<Group> all = new TreeSet<>(groups.values());
        Map<String, Map<Network, Long>> held = Listed.of(kernel, all).groups();
        Map<String, Set<String>> entries = new HashMap<>();
        groups.forEach((jail, group) -> held.getOrDefault(group.name(), Map.of())
                .keySet()
                .forEach(network ->
                        entries.computeIfAbsent(jail, name -> new TreeSet<>()).add(network.toString())));
        return entries;
    }

    private void start(FirewallKind kind) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                System.getProperty("java.home") + "/bin/java",
                "-Xmx64m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                EnforcerProcess.class.getName(),
                bootstrap(),
                topics.prefix(),
                directory.resolve(topics.prefix()).toString(),
                lab().name(),
                kind.toString()));
        enforcer = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(output().toFile()))
                .start();
    }

    private Path output() {
        return directory.resolve("output");
    }

    private void kill() throws InterruptedException {
        if (enforcer != null) {
            enforcer.destroyForcibly().waitFor();
            enforcer = null;
        }
    }

    private Lab lab() {
        return Objects.requireNonNull(lab);
    }

    private String bootstrap() {
        return Objects.requireNonNull(cluster).bootstrapServers();
    }

    private static ConditionFactory awaiting() {
        return Awaitility.await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(200));
    }
}
