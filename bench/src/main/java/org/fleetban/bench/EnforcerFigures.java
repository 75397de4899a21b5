package org.fleetban.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.fleetban.app.broker.EmbeddedBroker;
import org.fleetban.app.settings.HostPort;
import org.fleetban.enforcer.Enforcer;
import org.fleetban.enforcer.EnforcerListener;
import org.fleetban.enforcer.EnforcerSettings;
import org.fleetban.enforcer.firewall.Firewall;
import org.fleetban.enforcer.firewall.FirewallException;
import org.fleetban.enforcer.firewall.FirewallKind;
import org.fleetban.enforcer.firewall.Firewalls;
import org.fleetban.enforcer.firewall.SystemCommands;
import org.fleetban.protocol.BanKey;
import org.fleetban.protocol.BanRecord;
import org.fleetban.protocol.Evidence;
import org.fleetban.protocol.Family;
import org.fleetban.protocol.JsonCodec;
import org.fleetban.protocol.Scope;
import org.fleetban.protocol.Topics;

/**
 * Figures of the enforcer on a real broker and the kernel's real firewall, as {@code bench/enforcer} prints them. To be run in
 * a network namespace of its own: it fills the firewall, and empties it.
 */
public final class EnforcerFigures {

    private static final JsonCodec<BanRecord> CODEC = JsonCodec.of(BanRecord.class);
    private static final int SINGLES_PER_SECOND = 5_000;
    private static final int SINGLES = Integer.getInteger("fleetban.bench.singles", 50_000);
    private static final int QUIET_PER_SECOND = 50;
    private static final int QUIET = Integer.getInteger("fleetban.bench.quiet", 1_000);

    private final Path folder;
    private final String bootstrap;
    private final KafkaProducer<byte[], byte[]> producer;
    private final AtomicInteger offenders = new AtomicInteger();

    private EnforcerFigures(Path folder, String bootstrap) {
        this.folder = folder;
        this.bootstrap = bootstrap;
        this.producer = producer(bootstrap);
    }

    /** A producer that sends a ban at once, as the processor does. */
    static KafkaProducer<byte[], byte[]> producer(String bootstrap) {
        return new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrap,
                        ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
                        false,
                        ProducerConfig.ACKS_CONFIG,
                        "1",
                        ProducerConfig.LINGER_MS_CONFIG,
                        0),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    /** @param arguments the number of bans of the cold start, then kinds of firewalls */
    public static void main(String[] arguments) throws Exception {
        int bans = Integer.parseInt(arguments[0]);
        Path folder = Files.createTempDirectory("fleetban-bench");
        HostPort listen = new HostPort("127.0.0.1", 19092);
        try (EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("broker"), listen, listen, Map.of())) {
            EnforcerFigures figures = new EnforcerFigures(folder, broker.bootstrapServers());
            for (String kind : Arrays.asList(arguments).subList(1, arguments.length)) {
                figures.measure(FirewallKind.parse(kind), bans);
                new LineFigures(folder, broker.bootstrapServers())
                        .measure(FirewallKind.parse(kind), QUIET, QUIET_PER_SECOND);
            }
            figures.producer.close();
        }
        System.exit(0);
    }

    private void measure(FirewallKind kind, int bans)
            throws FirewallException, InterruptedException, ExecutionException, IOException {
        Topics topics = new Topics(kind + ".");
        try (Admin admin = Admin.create(Map.<String, Object>of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap))) {
            admin.createTopics(topics.definitions(1, Optional.of((short) 1)))
                    .all()
                    .get();
        }
        EnforcerSettings settings = EnforcerSettings.of(
                Map.of("enforcer.capacity", "4000000", "enforcer.new-bans-per-minute", "0"),
                "bench",
                topics,
                folder.resolve(kind.toString()));
        for (int i = 0; i < bans; i++) {
            publish(topics, ban(offenders.incrementAndGet()));
        }
        producer.flush();
        Firewall firewall = new Firewalls(SystemCommands.host(), settings.firewall()).find(kind);
        System.out.printf("%n%s: %s%n", kind, firewall.description());

        Arrivals cold = new Arrivals();
        long start = System.nanoTime();
        try (Enforcer enforcer = start(settings, firewall, cold)) {
            cold.await(bans);
            say("cold start, %,d bans from the topic into the kernel: %.2f s", bans, seconds(start));
            stream(topics, cold, QUIET, QUIET_PER_SECOND);
            stream(topics, cold, SINGLES, SINGLES_PER_SECOND);
            say(
                    "drift %d, failures %d",
                    enforcer.report().drift(), enforcer.report().failures());
        }

        Arrivals again = new Arrivals();
        start = System.nanoTime();
        try (Enforcer enforcer = start(settings, firewall, again)) {
            while (!enforcer.report().following() || enforcer.report().applied() < bans) {
                pause();
            }
            say("restart over %,d entries: %.2f s", enforcer.report().applied(), seconds(start));
        }
        firewall.remove();
    }

    private Enforcer start(EnforcerSettings settings, Firewall firewall, EnforcerListener listener) {
        Enforcer enforcer = new Enforcer(
                settings,
                firewall,
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap),
                Clock.systemUTC(),
                listener);
        enforcer.start();
        return enforcer;
    }

    private void stream(Topics topics, Arrivals arrivals, int count, int perSecond) throws InterruptedException {
        int before = arrivals.count();
        long start = System.nanoTime();
        long[] sent = new long[count];
        int first = offenders.get() + 1;
        for (int i = 0; i < count; i++) {
            while (System.nanoTime() - start < i * 1_000_000_000L / perSecond) {
                LockSupport.parkNanos(100_000);
            }
            BanRecord ban = ban(offenders.incrementAndGet());
            sent[i] = System.nanoTime();
            publish(topics, ban);
        }
        arrivals.await(before + count);
        double took = seconds(start);
        long[] waited = new long[count];
        for (int i = 0; i < count; i++) {
            waited[i] = arrivals.at(address(first + i)) - sent[i];
        }
        say(
                "%,d single bans at %,d a second: %,.0f a second in the kernel; record to rule %s",
                count, perSecond, count / took, percentiles(waited));
    }

    /** Median, 99th percentile and maximum of times in nanoseconds, in words. */
    static String percentiles(long[] nanos) {
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        return String.format(
                "p50 %.1f ms, p99 %.1f ms, worst %.1f ms",
                sorted[sorted.length / 2] / 1e6,
                sorted[sorted.length * 99 / 100] / 1e6,
                sorted[sorted.length - 1] / 1e6);
    }

    private void publish(Topics topics, BanRecord ban) {
        producer.send(record(topics, ban));
    }

    static ProducerRecord<byte[], byte[]> record(Topics topics, BanRecord ban) {
        byte[] key = new BanKey(ban.jail(), ban.id(), ban.host()).toString().getBytes(StandardCharsets.UTF_8);
        return new ProducerRecord<>(topics.bans(), key, CODEC.encode(ban));
    }

    static BanRecord ban(int number) {
        Instant now = Instant.now();
        String line = "Nov 23 10:00:00 web1 sshd[4711]: Failed password for root from " + address(number)
                + " port 51234 ssh2";
        Evidence evidence = new Evidence("web1", "/var/log/auth.log", "64514:140027", number, now, line);
        return new BanRecord(
                "sshd",
                address(number),
                Family.INET,
                "ssh",
                "tcp",
                Scope.FLEET,
                null,
                now,
                now.plus(Duration.ofHours(1)),
                5,
                1,
                "failures",
                "event-" + number,
                List.of(evidence, evidence, evidence));
    }

    /** Spread over the address space, outside of what is never banned. */
    static String address(int number) {
        long bits = 0x0b000000L + number * 1_531L % 0x60000000L;
        return (bits >> 24) + "." + (bits >> 16 & 255) + "." + (bits >> 8 & 255) + "." + (bits & 255);
    }

    private static double seconds(long start) {
        return (System.nanoTime() - start) / 1e9;
    }

    private static void pause() {
        LockSupport.parkNanos(2_000_000);
    }

    static void say(String format, Object... values) {
        System.out.printf("  " + format + "%n", values);
    }
}
