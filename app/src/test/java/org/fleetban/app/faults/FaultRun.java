package org.fleetban.app.faults;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.fleetban.protocol.Topics;
import org.jspecify.annotations.Nullable;

/**
 * Feeds the same lines and orders to two fleets, one after the other. Every process of the first is killed with SIGKILL at
 * random moments, its broker too, also while hundreds of bans end at once, and its processors stand still for longer than
 * their session; nothing happens to the second. Both must come to the same bans and the same events, and the firewall must
 * hold the bans of the table.
 *
 * <p>A process of its own, so that all of it can be in a network namespace: {@code directory kills lines seed
 * kernel|dry-run}. Ends with 0 if everything is equal.
 */
final class FaultRun {

    private static final int SLICES = 10;
    private static final int SLICE_PAUSE_MS = 20;
    private static final int ROTATE_EVERY = 4;
    private static final int LOSE_STATE_ONE_IN = 3;

    /** Beside those of the feed there is one more for each wave of bans that end. */
    private static final int KILLS_A_WAVE = 7;

    /** How long after a wave's end its bans may still be under way. */
    private static final int LIFTING_MS = 300;

    /** Within this a processor has noticed, and replaced, what the one before it has still written. */
    private static final int MENDING_MS = 3_000;

    private static final Duration PATIENCE = Duration.ofSeconds(180);

    private final Path directory;
    private final int kills;
    private final Random random;
    private final boolean onKernel;
    private final AttackScript script;
    private final FleetProcess broker;
    private final String bootstrap;
    private final Map<String, Integer> killed = new TreeMap<>();
    private final List<Fault> bag = new ArrayList<>();
    private int frozen;

    private FaultRun(Path directory, int kills, int lines, long seed, boolean onKernel) throws IOException {
        this.directory = directory;
        this.kills = kills;
        this.random = new Random(seed);
        this.onKernel = onKernel;
        int pieces = Math.max(6, kills);
        Instant start =
                Instant.now().truncatedTo(ChronoUnit.SECONDS).minusSeconds(AttackScript.secondsOf(pieces) + 3_600);
        this.script = new AttackScript(seed, Fleet.HOSTS, pieces, lines, start);
        int port = freePort();
        this.bootstrap = "127.0.0.1:" + port;
        this.broker = new FleetProcess(
                "broker",
                List.of(BrokerMain.class.getName(), directory.resolve("broker").toString(), Integer.toString(port)),
                Map.of(),
                directory,
                BrokerMain.READY);
    }

    public static void main(String[] arguments) {
        long seed = Long.parseLong(arguments[3]);
        int code = 1;
        try {
            new FaultRun(
                            Path.of(arguments[0]),
                            Integer.parseInt(arguments[1]),
                            Integer.parseInt(arguments[2]),
                            seed,
                            arguments[4].equals("kernel"))
                    .run();
            code = 0;
        } catch (Exception | AssertionError e) {
            System.out.println("seed " + seed + ": " + e.getMessage());
            e.printStackTrace(System.out);
        }
        System.exit(code);
    }

    private void run() throws Exception {
        Set<FleetProcess> all = Collections.synchronizedSet(new HashSet<>(List.of(broker)));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> all.forEach(FaultRun::killAtTheEnd)));
        broker.start();
        broker.awaitReady();

        Fleet stormy = fleet("stormy.", onKernel);
        all.addAll(stormy.all());
        stormy.start();
        long begin = System.nanoTime();
        ExecutorService killer = Executors.newSingleThreadExecutor();
        feed(stormy, killer);
        killer.shutdown();
        EndingBans ending = new EndingBans(Math.max(2, kills / KILLS_A_WAVE), Instant.now());
        ending.order(bootstrap, new Topics("stormy."));
        killWhileTheyEnd(stormy, ending);
        Result actual = result(stormy, "stormy.", ending);
        for (FleetProcess process : stormy.all()) {
            if (!process.isAlive()) {
                throw new AssertionError(process.name() + " has ended by itself: " + process.said());
            }
        }
        say(
                "%d kills %s, %d freezes: %s, %.0f s",
                killed.values().stream().mapToInt(Integer::intValue).sum(),
                killed,
                frozen,
                summary(actual),
                (System.nanoTime() - begin) / 1e9);
        compareWithKernel(actual);
        stormy.kill();
        // The second fleet has the same paths: they are part of the evidence.
        Files.move(directory.resolve("fleet"), directory.resolve("stormy"));

        Fleet calm = fleet("calm.", false);
        all.addAll(calm.all());
        calm.start();
        begin = System.nanoTime();
        feed(calm, null);
        ending.order(bootstrap, new Topics("calm."));
        Result expected = result(calm, "calm.", ending);
        calm.kill();
        say("without faults: %s, %.0f s", summary(expected), (System.nanoTime() - begin) / 1e9);
        checkAttackers(expected);
        int differences = differences("bans", expected.bans(), actual.bans())
                + differences("events", expected.events(), actual.events());
        if (differences > 0) {
            throw new AssertionError(differences + " bans and offenders' events differ");
        }
        if (actual.deadLetters() + expected.deadLetters() > 0) {
            throw new AssertionError(actual.deadLetters() + expected.deadLetters() + " dead letters");
        }
    }

    private void compareWithKernel(Result actual) throws Exception {
        if (!onKernel) {
            say("no network namespace or no iptables here: what the kernel holds is not compared");
            return;
        }
        Kernel kernel = Kernel.find();
        kernel.awaitBans(actual.bans(), "web0", PATIENCE);
        say("the kernel holds the bans of the table: %d entries", kernel.entries());
    }

    /** Kills a processor, or the broker, while the bans of each wave are lifted. */
    private void killWhileTheyEnd(Fleet fleet, EndingBans ending) throws Exception {
        List<FleetProcess> victims =
                new ArrayList<>(fleet.all().stream().filter(fleet::isProcessor).toList());
        victims.add(broker);
        for (int wave = 0; wave < ending.waves(); wave++) {
            long left = Instant.now().until(ending.end(wave), ChronoUnit.MILLIS);
            Thread.sleep(Math.max(0, left + random.nextInt(LIFTING_MS)));
            kill(fleet, victims.get(wave % victims.size()));
        }
    }

    private Fleet fleet(String prefix, boolean kernel) throws Exception {
        Topics topics = new Topics(prefix);
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
            admin.createTopics(topics.definitions(Fleet.PARTITIONS, Optional.of((short) 1)))
                    .all()
                    .get(60, TimeUnit.SECONDS);
        }
        return new Fleet(directory.resolve("fleet"), bootstrap, prefix, kernel);
    }

    /** Writes piece after piece, each as soon as the one before is recognised; with a killer, kills meanwhile. */
    private void feed(Fleet fleet, @Nullable ExecutorService killer) throws Exception {
        List<List<AttackScript.Line>> pieces = script.pieces();
        int[] due = killer == null
                ? new int[0]
                : random.ints(kills, 0, pieces.size() * SLICES).sorted().toArray();
        List<Future<?>> pending = new ArrayList<>();
        Topics topics = new Topics(killer == null ? "calm." : "stormy.");
        try (FailureWatch failures = new FailureWatch(bootstrap, topics)) {
            for (int piece = 0; piece < pieces.size(); piece++) {
                if (piece % ROTATE_EVERY == ROTATE_EVERY - 1) {
                    fleet.rotate(piece);
                }
                byte[][] logs = logs(pieces.get(piece));
                for (int slice = 0; slice < SLICES; slice++) {
                    int now = piece * SLICES + slice;
                    for (int i = 0; killer != null && i < due.length; i++) {
                        if (due[i] == now) {
                            pending.add(killer.submit(() -> killOne(fleet)));
                        }
                    }
                    for (int host = 0; host < logs.length; host++) {
                        fleet.append(host, part(logs[host], slice));
                    }
                    Thread.sleep(SLICE_PAUSE_MS);
                }
                failures.await(script.failuresUpTo(piece));
            }
            for (Future<?> kill : pending) {
                kill.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            }
            awaitNoLag(fleet.applicationId(), topics);
            int lines = script.failuresUpTo(pieces.size() - 1);
            failures.await(lines);
            if (failures.count() != lines) {
                throw new AssertionError(
                        failures.count() + " failures for " + lines + " lines: some have two identities");
            }
            say("%d failures recognised, repeated %d times", lines, failures.repeats());
        }
    }

    /** Each host's share. */
    private static byte[][] logs(List<AttackScript.Line> lines) throws IOException {
        ByteArrayOutputStream[] logs = new ByteArrayOutputStream[Fleet.HOSTS];
        Arrays.setAll(logs, host -> new ByteArrayOutputStream());
        for (AttackScript.Line line : lines) {
            logs[line.host()].write(Fleet.bytes(line.text() + '\n'));
        }
        byte[][] bytes = new byte[logs.length][];
        Arrays.setAll(bytes, host -> logs[host].toByteArray());
        return bytes;
    }

    /** A slice ends anywhere, also within a line. */
    private static byte[] part(byte[] all, int slice) {
        return Arrays.copyOfRange(
                all, (int) ((long) all.length * slice / SLICES), (int) ((long) all.length * (slice + 1) / SLICES));
    }

    private void killOne(Fleet fleet) {
        if (bag.isEmpty()) {
            bag.add(() -> kill(fleet, broker));
            fleet.all().forEach(process -> bag.add(() -> kill(fleet, process)));
            fleet.all().stream()
                    .filter(fleet::isProcessor)
                    .forEach(processor -> bag.add(() -> freeze(fleet, processor)));
            Collections.shuffle(bag, random);
        }
        Fault fault = bag.remove(bag.size() - 1);
        try {
            Thread.sleep(random.nextInt(400));
            fault.happen();
        } catch (InterruptedException | IOException e) {
            throw new IllegalStateException("a process cannot be killed", e);
        }
    }

    /** Something that befalls a process. */
    private interface Fault {
        void happen() throws InterruptedException, IOException;
    }

    /**
     * Lets a processor stand still until the other has its work, and go on. Then the other is killed: what it did must be
     * there, whatever the first has still written.
     */
    private void freeze(Fleet fleet, FleetProcess processor) throws InterruptedException, IOException {
        processor.freeze();
        Thread.sleep(Fleet.SESSION_TIMEOUT_MS + 500 + random.nextInt(2_500));
        processor.thaw();
        frozen++;
        say("froze %s", processor.name());
        Thread.sleep(MENDING_MS + random.nextInt(1_000));
        kill(fleet, fleet.otherThan(processor));
    }

    private void kill(Fleet fleet, FleetProcess victim) throws InterruptedException, IOException {
        victim.kill();
        killed.merge(victim.name(), 1, Integer::sum);
        Thread.sleep(random.nextInt(1_000));
        boolean loses = fleet.isProcessor(victim) && random.nextInt(LOSE_STATE_ONE_IN) == 0;
        if (loses) {
            fleet.loseStateOf(victim);
        }
        victim.start();
        say("killed %s%s", victim.name(), loses ? ", with its disk" : "");
    }

    /** Waits until the processors have committed everything there is to read: whatever follows from it has been written. */
    private void awaitNoLag(String group, Topics topics) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
            Map<TopicPartition, OffsetSpec> inputs = new HashMap<>();
            for (String topic : List.of(topics.lines(), topics.failures(), topics.commands())) {
                for (int partition = 0; partition < Fleet.PARTITIONS; partition++) {
                    inputs.put(new TopicPartition(topic, partition), OffsetSpec.latest());
                }
            }
            Map<TopicPartition, Long> behind;
            do {
                Thread.sleep(200);
                behind = behind(admin, group, inputs);
                if (System.nanoTime() > end) {
                    throw new AssertionError("not read after " + PATIENCE + ": " + behind);
                }
            } while (!behind.isEmpty());
        }
    }

    private static Map<TopicPartition, Long> behind(Admin admin, String group, Map<TopicPartition, OffsetSpec> inputs)
            throws Exception {
        Map<TopicPartition, OffsetAndMetadata> committed = admin.listConsumerGroupOffsets(group)
                .partitionsToOffsetAndMetadata()
                .get(60, TimeUnit.SECONDS);
        Map<TopicPartition, Long> behind = new HashMap<>();
        admin.listOffsets(inputs).all().get(60, TimeUnit.SECONDS).forEach((partition, end) -> {
            OffsetAndMetadata position = committed.get(partition);
            long left = end.offset() - (position == null ? 0 : position.offset());
            if (left > 0) {
                behind.put(partition, left);
            }
        });
        return behind;
    }

    /** What it came to, as soon as everything is read and the bans that end are lifted. */
    private Result result(Fleet fleet, String prefix, EndingBans ending) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            awaitNoLag(fleet.applicationId(), new Topics(prefix));
            Result result = Result.read(bootstrap, new Topics(prefix));
            if (EndingBans.standing(result) == 0 && EndingBans.bannedAndLifted(result) == ending.count()) {
                return result;
            }
            if (System.nanoTime() > end) {
                throw new AssertionError(EndingBans.standing(result) + " bans stand that have ended, "
                        + EndingBans.bannedAndLifted(result) + " of " + ending.count() + " were banned and lifted");
            }
            Thread.sleep(500);
        }
    }

    private void checkAttackers(Result result) {
        Set<String> banned = new HashSet<>();
        result.bans().keySet().stream()
                .filter(key -> key.startsWith("sshd|"))
                .forEach(key -> banned.add(key.substring("sshd|".length())));
        if (!banned.equals(script.attackers())) {
            throw new AssertionError("without faults " + banned.size() + " are banned, but "
                    + script.attackers().size() + " attacked");
        }
    }

    private static <T> int differences(String what, Map<String, T> expected, Map<String, T> actual) {
        Set<String> keys = new HashSet<>(expected.keySet());
        keys.addAll(actual.keySet());
        List<String> different = keys.stream()
                .filter(key -> !java.util.Objects.equals(expected.get(key), actual.get(key)))
                .sorted()
                .toList();
        for (String key : different.subList(0, Math.min(5, different.size()))) {
            say(
                    "%s of %s%n  without faults: %s%n  with faults:    %s",
                    what, key, String.valueOf(expected.get(key)), String.valueOf(actual.get(key)));
        }
        if (!different.isEmpty()) {
            say("%d of %d %s differ", different.size(), keys.size(), what);
        }
        return different.size();
    }

    private static String summary(Result result) {
        return "%d bans, %d events of %d offenders, %d of them repeated"
                .formatted(
                        result.bans().size(),
                        result.events().values().stream().mapToInt(Set::size).sum(),
                        result.events().size(),
                        result.repeats());
    }

    private static void killAtTheEnd(FleetProcess process) {
        try {
            process.kill();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void say(String format, Object... values) {
        System.out.printf(format + "%n", values);
    }
}
