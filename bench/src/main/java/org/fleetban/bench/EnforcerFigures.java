package org.fleetban.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.fleetban.enforcer.firewall.Entries;
import org.fleetban.enforcer.firewall.Firewall;
import org.fleetban.enforcer.firewall.FirewallException;
import org.fleetban.enforcer.firewall.FirewallKind;
import org.fleetban.enforcer.firewall.FirewallSettings;
import org.fleetban.enforcer.firewall.Firewalls;
import org.fleetban.enforcer.firewall.Network;
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

    /** What a broker that has just been started compiles would take half of two cores from what is measured. */
    private static final String FIRST_COMPILER_ALONE = "-XX:TieredStopAtLevel=1";

    private final String launcher;
    private final Path folder;
    private final BrokerProcess broker;
    private final KafkaProducer<byte[], byte[]> producer;
    private int offenders;

    private EnforcerFigures(String launcher, Path folder, BrokerProcess broker) {
        this.launcher = launcher;
        this.folder = folder;
        this.broker = broker;
        this.producer = producer(broker.bootstrapServers());
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

    /** @param arguments the launcher, a folder to work in, the number of bans of the cold start, then kinds of firewalls */
    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[1]);
        int bans = Integer.parseInt(arguments[2]);
        for (String name : Arrays.asList(arguments).subList(3, arguments.length)) {
            FirewallKind kind = FirewallKind.parse(name);
            Path own = Files.createDirectories(folder.resolve(name));
            try (BrokerProcess broker =
                    new BrokerProcess(Files.createDirectories(own.resolve("broker")), 1, FIRST_COMPILER_ALONE)) {
                EnforcerFigures figures = new EnforcerFigures(arguments[0], own, broker);
                figures.measure(kind, bans);
                figures.producer.close();
                if (QUIET > 0) {
                    new LineFigures(own, broker.bootstrapServers()).measure(kind, QUIET, QUIET_PER_SECOND);
                }
            }
        }
        System.exit(0);
    }

    private void measure(FirewallKind kind, int bans) throws FirewallException, IOException, InterruptedException {
        for (int i = 0; i < bans; i++) {
            publish(ban(++offenders));
        }
        producer.flush();
        Path log = Files.createFile(folder.resolve("log"));
        Path config = Configurations.fleetban(folder, log, broker.bootstrapServers());
        Files.writeString(
                config.resolve("fleetban.properties"),
                "enforcer.firewall=" + kind + "\nenforcer.capacity=4000000\nenforcer.new-bans-per-minute=0\n",
                StandardOpenOption.APPEND);
        Firewalls firewalls = new Firewalls(SystemCommands.host(), FirewallSettings.DEFAULTS);
        Firewall kernel = firewalls.find(kind);
        System.out.printf("%n%s: %s%n", kind, kernel.description());
        try (LaunchedEnforcer enforcer = new LaunchedEnforcer(launcher, config, folder.resolve("data"))) {
            long first = enforcer.awaitBans(1);
            long all = enforcer.awaitBans(bans);
            say(
                    "cold start of the process: first bans in the kernel after %.2f s, all %,d after %.2f s; resident %d MB",
                    first / 1e3, bans, all / 1e3, enforcer.residentMegabytes());
            enforcer.awaitSaid("fleetban: ready");
            say("the kernel tells %,d entries", entries(kernel));
            stream(enforcer, QUIET, QUIET_PER_SECOND);
            stream(enforcer, SINGLES, SINGLES_PER_SECOND);
        }
        try (LaunchedEnforcer enforcer = new LaunchedEnforcer(launcher, config, folder.resolve("data"))) {
            long known = enforcer.awaitBans(bans + QUIET + SINGLES);
            long ready = enforcer.awaitSaid("fleetban: ready");
            say(
                    "restart over %,d entries: as the snapshot says after %.2f s, as Kafka says after %.2f s",
                    bans + QUIET + SINGLES, known / 1e3, ready / 1e3);
        }
        firewalls.removeAll();
    }

    private static long entries(Firewall kernel) throws FirewallException {
        AtomicLong entries = new AtomicLong();
        kernel.list(new Entries() {
            @Override
            public void group(String name) {}

            @Override
            public void entry(String group, Network network, long remaining) {
                entries.incrementAndGet();
            }
        });
        return entries.get();
    }

    private void stream(LaunchedEnforcer enforcer, int count, int perSecond) throws IOException, InterruptedException {
        if (count == 0) {
            return;
        }
        int before = enforcer.count();
        long start = System.nanoTime();
        long[] sent = new long[count];
        int first = offenders + 1;
        for (int i = 0; i < count; i++) {
            while (System.nanoTime() - start < i * 1_000_000_000L / perSecond) {
                LockSupport.parkNanos(100_000);
            }
            BanRecord ban = ban(++offenders);
            sent[i] = System.nanoTime();
            publish(ban);
        }
        enforcer.awaitBans(before + count);
        double took = seconds(start);
        long[] waited = new long[count];
        for (int i = 0; i < count; i++) {
            waited[i] = enforcer.at(address(first + i)) - sent[i];
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

    private void publish(BanRecord ban) {
        producer.send(record(broker.topics(), ban));
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

    static void say(String format, Object... values) {
        System.out.printf("  " + format + "%n", values);
    }
}
