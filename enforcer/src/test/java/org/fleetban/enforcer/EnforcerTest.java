package org.fleetban.enforcer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
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
import org.fleetban.enforcer.action.Action;
import org.fleetban.enforcer.action.ActionRunner;
import org.fleetban.enforcer.firewall.Firewall;
import org.fleetban.enforcer.firewall.FirewallException;
import org.fleetban.enforcer.firewall.FirewallKind;
import org.fleetban.enforcer.firewall.Firewalls;
import org.fleetban.protocol.BanKey;
import org.fleetban.protocol.BanRecord;
import org.fleetban.protocol.CommandRecord;
import org.fleetban.protocol.Family;
import org.fleetban.protocol.HostRecord;
import org.fleetban.protocol.JsonCodec;
import org.fleetban.protocol.Scope;
import org.fleetban.protocol.Topics;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** From the table of bans on a real broker to packets on the real kernel. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EnforcerTest {

    private static final AtomicInteger PREFIXES = new AtomicInteger();
    private static final String OFFENDER = Lab.address(Lab.OFFENDER, false);
    private static final String NOBODY = "127.0.0.1:1";

    private @TempDir Path data;
    private @Nullable KafkaClusterTestKit cluster;
    private @Nullable KafkaProducer<byte[], byte[]> producer;
    private @Nullable Lab lab;
    private Topics topics = new Topics("");
    private RecordingListener heard = new RecordingListener();

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
        topics = new Topics("t" + PREFIXES.incrementAndGet() + ".");
        heard = new RecordingListener();
        try (Admin admin = Admin.create(Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, (Object) bootstrap()))) {
            admin.createTopics(topics.definitions(1, Optional.of((short) 1)))
                    .all()
                    .get(30, TimeUnit.SECONDS);
        }
        lab = Lab.open();
    }

    @AfterEach
    void closeLab() {
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

    @Test
    void aBanOfTheTableRefusesTheOffenderUntilItIsLifted() throws Exception {
        BanRecord ban = ban("sshd", OFFENDER, "ssh", Duration.ofHours(1));
        try (Enforcer enforcer = started(bootstrap())) {
            awaiting().until(() -> enforcer.report().following());
            assertThat(lab().connects(Lab.OFFENDER, false, 22)).isTrue();

            publish(ban);
            awaiting().until(() -> lab().isRefused(Lab.OFFENDER, false, 22));
            assertThat(lab().connects(Lab.OFFENDER, false, 80)).isTrue();
            assertThat(lab().connects(Lab.BYSTANDER, false, 22)).isTrue();
            awaiting().until(() -> heard.banned.contains(OFFENDER));

            lift(ban);
            awaiting().until(() -> lab().connects(Lab.OFFENDER, false, 22));
            assertThat(heard.unbanned).containsExactly(OFFENDER);
        }
    }

    @Test
    void bansThatStoodBeforeTheStartAreRestoredAndThoseOfOtherHostsAreNot() throws Exception {
        publish(ban("sshd", OFFENDER, "ssh", Duration.ofHours(1)));
        publish(hostBan("sshd", Lab.address(Lab.BYSTANDER, false), "elsewhere"));
        publish(hostBan("web", Lab.address(Lab.BYSTANDER, true), "here"));

        try (Enforcer enforcer = started(bootstrap())) {
            awaiting().until(() -> enforcer.report().applied() == 2);

            assertThat(lab().isRefused(Lab.OFFENDER, false, 22)).isTrue();
            assertThat(lab().connects(Lab.BYSTANDER, false, 22)).isTrue();
            assertThat(lab().isRefused(Lab.BYSTANDER, true, 22)).isTrue();
        }
    }

    @Test
    void whatStoodStaysWhileTheEnforcerIsAwayAndIsSetRightWhenItIsBack() throws Exception {
        BanRecord ban = ban("sshd", OFFENDER, "ssh", Duration.ofHours(1));
        BanRecord other = ban("sshd", Lab.address(Lab.BYSTANDER, true), "ssh", Duration.ofHours(1));
        publish(ban);
        publish(other);
        try (Enforcer enforcer = started(bootstrap())) {
            awaiting().until(() -> enforcer.report().applied() == 2);
        }
        assertThat(lab().isRefused(Lab.OFFENDER, false, 22)).isTrue();

        lift(other);
        AtomicBoolean open = new AtomicBoolean();
        AtomicBoolean done = new AtomicBoolean();
        Thread prober = new Thread(() -> {
            while (!done.get()) {
                open.compareAndSet(false, !lab().isRefused(Lab.OFFENDER, false, 22));
            }
        });
        prober.start();
        try (Enforcer enforcer = started(bootstrap())) {
            awaiting()
                    .until(() ->
                            enforcer.report().following() && enforcer.report().applied() == 1);
        }
        done.set(true);
        prober.join();

        assertThat(open).as("a standing ban was open during a restart").isFalse();
        assertThat(lab().connects(Lab.BYSTANDER, true, 22)).isTrue();
    }

    @Test
    void withoutKafkaTheBansOfTheLastRunProtectFromTheStartAndEndOnTime() throws Exception {
        publish(ban("sshd", OFFENDER, "ssh", Duration.ofHours(1)));
        publish(ban("sshd", Lab.address(Lab.BYSTANDER, true), "ssh", Duration.ofSeconds(8)));
        try (Enforcer enforcer = started(bootstrap())) {
            awaiting().until(() -> enforcer.report().applied() == 2);
        }
        firewall().remove();
        assertThat(lab().connects(Lab.OFFENDER, false, 22)).isTrue();

        try (Enforcer enforcer = started(NOBODY)) {
            awaiting().until(() -> lab().isRefused(Lab.OFFENDER, false, 22));
            awaiting().until(() -> lab().connects(Lab.BYSTANDER, true, 22));
            awaiting().until(() -> heard.problems.stream().anyMatch(problem -> problem.contains(NOBODY)));
            assertThat(enforcer.report().following()).isFalse();
            assertThat(lab().isRefused(Lab.OFFENDER, false, 22)).isTrue();
            assertThat(heard.problems).hasSize(1);
        }
    }

    @Test
    void whatTheHostNeedsAndWhatIsNoAddressIsNeverBannedAndEachRefusalIsCounted() throws Exception {
        publish(ban("sshd", "127.0.0.1", null, Duration.ofHours(1)));
        publish(ban("sshd", "10.99.0.0/16", null, Duration.ofHours(1)));
        publish(ban("sshd", "11.0.0.0/8", null, Duration.ofHours(1)));
        publish(ban("sshd", "0.0.0.0/0", null, Duration.ofHours(1)));
        publish(ban("sshd", "1.2.3.4; reboot", null, Duration.ofHours(1)));
        publish(ban("sshd", "203.0.113.8", "$(reboot)", Duration.ofHours(1)));
        publish(ban("sshd", "203.0.113.7", "ssh", Duration.ofHours(1)));
        publish("sshd|broken", "{\"jail\":\"sshd\"}");

        try (Enforcer enforcer = started(bootstrap(), Map.of("enforcer.never-ban", "10.99.7.0/24"))) {
            awaiting().until(() -> enforcer.report().applied() == 1);
            awaiting().until(() -> enforcer.report().unreadable() == 1);

            assertThat(enforcer.report().refused())
                    .isEqualTo(Map.of(
                            Refusal.Reason.NEVER_BAN,
                            3L,
                            Refusal.Reason.TOO_LARGE,
                            1L,
                            Refusal.Reason.NO_ADDRESS,
                            1L,
                            Refusal.Reason.BAD_PORTS,
                            1L));
            awaiting().until(() -> enforcer.report().position() == 8);
            HostRecord report = enforcer.report().toHostRecord("here", "1", Instant.now());
            assertThat(report.refused())
                    .hasSize(6)
                    .extracting(HostRecord.RefusedBan::ban, HostRecord.RefusedBan::reason)
                    .contains(tuple("sshd|127.0.0.1", "never-ban"), tuple("sshd|11.0.0.0/8", "too-large"));
            assertThat(lab().connects(Lab.OFFENDER, false, 22)).isTrue();
        }
    }

    @Test
    void aBanForWhichThereIsNoRoomIsReportedByItsKey() throws Exception {
        publish(ban("sshd", "203.0.113.8", "ssh", Duration.ofHours(1)));
        publish(ban("sshd", "203.0.113.9", "ssh", Duration.ofHours(1)));
        try (Enforcer enforcer = started(bootstrap(), Map.of("enforcer.capacity", "1"))) {
            awaiting().until(() -> enforcer.report().position() == 2);

            assertThat(enforcer.report().applied()).isEqualTo(1);
            assertThat(enforcer.report().refusals().keySet())
                    .singleElement()
                    .isIn("sshd|203.0.113.8", "sshd|203.0.113.9");
        }
    }

    @Test
    void aFlushedFirewallIsHealedAndCounted() throws Exception {
        publish(ban("sshd", OFFENDER, "ssh", Duration.ofHours(1)));
        try (Enforcer enforcer = started(bootstrap())) {
            awaiting().until(() -> lab().isRefused(Lab.OFFENDER, false, 22));
            for (String[] sabotage : new String[][] {
                {"iptables", "-F"}, {"ipset", "flush"}, {"iptables", "-D", "INPUT", "-j", "fb-block"}
            }) {
                long before = enforcer.report().drift();
                lab().onHost(sabotage);
                awaiting().until(() -> enforcer.report().drift() > before);
                awaiting().until(() -> lab().isRefused(Lab.OFFENDER, false, 22));
            }
            assertThat(heard.healed).isNotEmpty();
        }
    }

    @Test
    void whatIsTooMuchAtOnceWaitsForTheOperatorOverARestartAndUnbansPass() throws Exception {
        Map<String, String> three = Map.of("enforcer.new-bans-per-minute", "3");
        BanRecord first = ban("sshd", "203.0.113.1", "ssh", Duration.ofHours(1));
        BanRecord network = ban("web", "11.0.0.0/8", null, Duration.ofHours(1));
        for (int i = 10; i < 20; i++) {
            publish(ban("sshd", "203.0.113." + i, "ssh", Duration.ofHours(1)));
        }
        try (Enforcer enforcer = started(bootstrap(), three)) {
            awaiting().until(() -> enforcer.report().applied() == 10);
            publish(first);
            publish(ban("sshd", "203.0.113.2", "ssh", Duration.ofHours(1)));
            publish(ban("sshd", "203.0.113.3", "ssh", Duration.ofHours(1)));
            publish(ban("sshd", OFFENDER, "ssh", Duration.ofHours(1)));
            publish(network);
            publish(ban("sshd", "203.0.113.5", "ssh", Duration.ofHours(1)));
            lift(first);
            awaiting()
                    .until(() -> enforcer.report().applied() == 12
                            && enforcer.report().bans() == 15);

            assertThat(enforcer.report().waiting()).isEqualTo(Map.of("sshd", 2L, "web", 1L));
            assertThat(enforcer.report()
                            .toHostRecord("here", "1", Instant.EPOCH)
                            .notes())
                    .contains("[web] 11.0.0.0/8 waits: too-large", "[sshd] " + OFFENDER + " waits: too-many");
            assertThat(lab().connects(Lab.OFFENDER, false, 22)).isTrue();
        }
        confirm("elsewhere", null, null);
        try (Enforcer enforcer = started(bootstrap(), three)) {
            awaiting()
                    .until(() ->
                            enforcer.report().following() && enforcer.report().applied() == 12);
            confirm(null, "web", null);
            awaiting().until(() -> enforcer.report().applied() == 13);
            assertThat(enforcer.report().waiting()).isEqualTo(Map.of("sshd", 2L));
            lift(network);
            awaiting().until(() -> enforcer.report().applied() == 12);
            publish(network);
            awaiting().until(() -> enforcer.report().waiting().equals(Map.of("sshd", 2L, "web", 1L)));
        }
        confirm("here", null, null);
        try (Enforcer enforcer = started(bootstrap(), three)) {
            awaiting().until(() -> enforcer.report().applied() == 15);

            assertThat(enforcer.report().waiting()).isEmpty();
            assertThat(lab().isRefused(Lab.OFFENDER, false, 22)).isTrue();
        }
        try (Enforcer enforcer = started(NOBODY, three)) {
            awaiting().until(() -> enforcer.report().applied() == 15);
            assertThat(enforcer.report().waiting()).isEmpty();
        }
    }

    @Test
    void whatWaitedReachesTheActionsWhenItIsConfirmed() throws Exception {
        Path log = data.resolve("actions.log");
        Map<String, String> commands = Map.of("actionban", "echo '<ip>' >>" + log);
        ActionRunner actions = new ActionRunner(
                List.of(new Action("sshd", "test", commands, commands, false)),
                data,
                "here",
                List.of(),
                Clock.systemUTC());
        try (Enforcer enforcer =
                started(bootstrap(), Map.of("enforcer.new-bans-per-minute", "1"), Optional.of(actions))) {
            awaiting().until(() -> enforcer.report().following());
            publish(ban("sshd", "203.0.113.1", "ssh", Duration.ofHours(1)));
            publish(ban("sshd", OFFENDER, "ssh", Duration.ofHours(1)));
            awaiting().until(() -> enforcer.report().waiting().equals(Map.of("sshd", 1L)));
            awaiting().until(() -> Files.exists(log) && Files.readAllLines(log).equals(List.of("203.0.113.1")));

            confirm(null, null, null);

            awaiting().until(() -> Files.readAllLines(log).equals(List.of("203.0.113.1", OFFENDER)));
            awaiting().until(() -> lab().isRefused(Lab.OFFENDER, false, 22));
            assertThat(enforcer.failure()).isNull();
        }
    }

    @Test
    void anExtendedBanOutlivesItsFirstEnd() throws Exception {
        BanRecord shorter = ban("sshd", OFFENDER, "ssh", Duration.ofSeconds(4));
        publish(shorter);
        BanRecord control = ban("sshd", Lab.address(Lab.BYSTANDER, false), "ssh", Duration.ofSeconds(5));
        publish(control);
        try (Enforcer enforcer = started(bootstrap())) {
            awaiting().until(() -> lab().isRefused(Lab.OFFENDER, false, 22));
            publish(ban("sshd", OFFENDER, "ssh", Duration.ofHours(1)));

            awaiting().until(() -> lab().connects(Lab.BYSTANDER, false, 22));

            awaiting().until(() -> enforcer.report().applied() == 1);
            assertThat(lab().isRefused(Lab.OFFENDER, false, 22)).isTrue();
        }
    }

    @Test
    void aFirstStartFillsTheKernelWhileItReadsTheTable() throws Exception {
        int many = 12_000;
        KafkaProducer<byte[], byte[]> sending = Objects.requireNonNull(producer);
        for (int i = 0; i < many; i++) {
            BanRecord ban = ban("sshd", "10.1." + i / 200 + "." + i % 200, "ssh", Duration.ofHours(1));
            sending.send(new ProducerRecord<>(
                    topics.bans(),
                    key(ban).getBytes(StandardCharsets.UTF_8),
                    JsonCodec.of(BanRecord.class).encode(ban)));
        }
        publish(ban("sshd", OFFENDER, "ssh", Duration.ofHours(1)));
        AtomicInteger prepared = new AtomicInteger();
        Firewall real = firewall();
        Firewall watched = (Firewall) Proxy.newProxyInstance(
                Firewall.class.getClassLoader(), new Class<?>[] {Firewall.class}, (proxy, method, arguments) -> {
                    try {
                        Object result = method.invoke(real, arguments);
                        if (method.getName().equals("prepare") && Boolean.TRUE.equals(result)) {
                            prepared.incrementAndGet();
                        }
                        return result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
        try (Enforcer enforcer = started(watched, bootstrap(), Map.of(), Optional.empty())) {
            awaiting().until(() -> enforcer.report().applied() == many + 1);
            assertThat(prepared.get()).isPositive();
            assertThat(enforcer.report().drift()).isZero();
            assertThat(lab().isRefused(Lab.OFFENDER, false, 22)).isTrue();
            assertThat(lab().connects(Lab.BYSTANDER, false, 22)).isTrue();
        }
    }

    private Enforcer started(String bootstrap) throws FirewallException {
        return started(bootstrap, Map.of());
    }

    private Enforcer started(String bootstrap, Map<String, String> properties) throws FirewallException {
        return started(bootstrap, properties, Optional.empty());
    }

    private Enforcer started(String bootstrap, Map<String, String> properties, Optional<ActionRunner> actions)
            throws FirewallException {
        return started(firewall(), bootstrap, properties, actions);
    }

    private Enforcer started(
            Firewall firewall, String bootstrap, Map<String, String> properties, Optional<ActionRunner> actions) {
        EnforcerSettings settings = EnforcerSettings.of(properties, "here", topics, data);
        Enforcer enforcer = new Enforcer(
                settings,
                firewall,
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap),
                Clock.systemUTC(),
                heard,
                actions.orElseGet(() -> new ActionRunner(List.of(), data, "here", List.of(), Clock.systemUTC())));
        enforcer.start();
        return enforcer;
    }

    private Firewall firewall() throws FirewallException {
        EnforcerSettings settings = EnforcerSettings.defaults("here", topics, data);
        return new Firewalls(lab().commands(), settings.firewall()).find(FirewallKind.AUTO);
    }

    private void publish(BanRecord ban) throws Exception {
        publish(key(ban), new String(JsonCodec.of(BanRecord.class).encode(ban), StandardCharsets.UTF_8));
    }

    private void lift(BanRecord ban) throws Exception {
        publish(key(ban), null);
    }

    private void confirm(@Nullable String host, @Nullable String jail, @Nullable String id) throws Exception {
        CommandRecord order = new CommandRecord(
                UUID.randomUUID().toString(),
                CommandRecord.Type.CONFIRM,
                jail,
                id,
                host,
                null,
                "ann",
                null,
                Instant.now());
        byte[] value = JsonCodec.of(CommandRecord.class).encode(order);
        publish(topics.commands(), order.command(), new String(value, StandardCharsets.UTF_8));
    }

    private void publish(String key, @Nullable String value) throws Exception {
        publish(topics.bans(), key, value);
    }

    private void publish(String topic, String key, @Nullable String value) throws Exception {
        Objects.requireNonNull(producer)
                .send(new ProducerRecord<>(
                        topic,
                        key.getBytes(StandardCharsets.UTF_8),
                        value == null ? null : value.getBytes(StandardCharsets.UTF_8)))
                .get(30, TimeUnit.SECONDS);
    }

    private static String key(BanRecord ban) {
        return new BanKey(ban.jail(), ban.id(), ban.host()).toString();
    }

    private static BanRecord ban(String jail, String id, @Nullable String ports, Duration duration) {
        return record(jail, id, ports, duration, Scope.FLEET, null);
    }

    private static BanRecord hostBan(String jail, String id, String host) {
        return record(jail, id, null, Duration.ofHours(1), Scope.HOST, host);
    }

    private static BanRecord record(
            String jail, String id, @Nullable String ports, Duration duration, Scope scope, @Nullable String host) {
        Instant now = Instant.now();
        Family family = id.indexOf(':') < 0 ? Family.INET : Family.INET6;
        return new BanRecord(
                jail, id, family, ports, "tcp", scope, host, now, now.plus(duration), 5, 1, "failures", "e", List.of());
    }

    private Lab lab() {
        return Objects.requireNonNull(lab);
    }

    private String bootstrap() {
        return Objects.requireNonNull(cluster).bootstrapServers();
    }

    private static ConditionFactory awaiting() {
        return Awaitility.await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(50));
    }

    /** Remembers what it hears. */
    private static final class RecordingListener implements EnforcerListener {

        private final Set<String> banned = ConcurrentHashMap.newKeySet();
        private final List<String> unbanned = new CopyOnWriteArrayList<>();
        private final List<String> healed = new CopyOnWriteArrayList<>();
        private final List<String> problems = new CopyOnWriteArrayList<>();

        @Override
        public void banned(Ban ban, boolean restored) {
            banned.add(ban.id());
        }

        @Override
        public void unbanned(Ban ban) {
            unbanned.add(ban.id());
        }

        @Override
        public void healed(String fault) {
            healed.add(fault);
        }

        @Override
        public void problem(String message) {
            problems.add(message);
        }
    }
}
