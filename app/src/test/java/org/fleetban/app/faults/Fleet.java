package org.fleetban.app.faults;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.fleetban.app.Main;

/**
 * The processes of a fleet, all of them {@code fleetban} commands as a user starts them: two processors, a shipper on
 * each host, and an enforcer on the first. Each has its own configuration and state.
 */
final class Fleet {

    static final int HOSTS = 3;
    static final int PARTITIONS = 4;

    /** Of a processor: whoever is not heard for so long has its work taken by the other. */
    static final int SESSION_TIMEOUT_MS = 3_000;

    private final Path directory;
    private final String bootstrap;
    private final String prefix;
    private final boolean onKernel;
    private final List<FleetProcess> processors = new ArrayList<>();
    private final List<FleetProcess> shippers = new ArrayList<>();
    private final FleetProcess enforcer;

    /**
     * @param directory of logs, configurations and state; not used before
     * @param bootstrap where the broker is
     * @param prefix of the topics
     * @param onKernel whether the enforcer changes the firewall, or only says what it would
     */
    Fleet(Path directory, String bootstrap, String prefix, boolean onKernel) throws IOException {
        this.directory = directory;
        this.bootstrap = bootstrap;
        this.prefix = prefix;
        this.onKernel = onKernel;
        for (int i = 0; i < HOSTS; i++) {
            Files.createDirectories(log(i).getParent());
            Files.createFile(log(i));
        }
        for (int i = 0; i < 2; i++) {
            // One of each kind of store.
            Map<String, String> store = Map.of("FLEETBAN_PROCESSOR_STORE", i == 0 ? "memory" : "rocksdb");
            processors.add(process("processor" + i, "processor", directory.resolve("logs/*/auth.log"), "desk", store));
        }
        for (int i = 0; i < HOSTS; i++) {
            shippers.add(process("shipper" + i, "shipper", log(i), "web" + i, Map.of()));
        }
        enforcer = process("enforcer", "enforcer", log(0), "web0", Map.of());
    }

    private FleetProcess process(String name, String part, Path logs, String host, Map<String, String> more)
            throws IOException {
        Path config = Files.createDirectories(directory.resolve("config").resolve(name));
        Files.createSymbolicLink(
                config.resolve("filter.d"), Path.of("../config/filter.d").toRealPath());
        Files.writeString(config.resolve("jail.conf"), jails(logs));
        Map<String, String> variables = new HashMap<>(Map.of(
                "FLEETBAN_BOOTSTRAP_SERVERS",
                bootstrap,
                "FLEETBAN_TOPICS_PREFIX",
                prefix,
                "FLEETBAN_TOPICS_PARTITIONS",
                Integer.toString(PARTITIONS),
                "FLEETBAN_PROCESSOR_APPLICATION_ID",
                applicationId(),
                "FLEETBAN_HOST_NAME",
                host,
                "FLEETBAN_ENFORCER_NEW_BANS_PER_MINUTE",
                "0",
                "FLEETBAN_KAFKA_STREAMS_CONSUMER_SESSION_TIMEOUT_MS",
                Integer.toString(SESSION_TIMEOUT_MS),
                "FLEETBAN_KAFKA_STREAMS_CONSUMER_HEARTBEAT_INTERVAL_MS",
                "500"));
        variables.putAll(more);
        List<String> main = new ArrayList<>(List.of(
                Main.class.getName(),
                part,
                "--config",
                config.toString(),
                "--data",
                state(name).toString()));
        if (part.equals("enforcer") && !onKernel) {
            main.add("--dry-run");
        }
        return new FleetProcess(name, main, variables, directory, "fleetban: ready");
    }

    /** Bans of the fleet, of each host for itself, bans that are over when their lines are read, and recidive over all. */
    private static String jails(Path logs) {
        return """
                [DEFAULT]
                enabled = true
                backend = auto
                filter = sshd
                logpath = %s
                port = ssh
                maxretry = %d
                findtime = %d
                bantime = 1d
                [sshd]
                [local]
                scope = host
                [brief]
                bantime = 2m
                bantime.increment = true
                bantime.rndtime = 10s
                [recidive]
                filter = recidive
                logpath = /var/log/fail2ban.log
                findtime = 1d
                maxretry = 4
                """.formatted(logs, AttackScript.MAX_RETRY, AttackScript.FIND_TIME_S);
    }

    String applicationId() {
        return prefix + "processor";
    }

    Path log(int host) {
        return directory.resolve("logs").resolve("web" + host).resolve("auth.log");
    }

    private Path state(String name) {
        return directory.resolve("state").resolve(name);
    }

    List<FleetProcess> all() {
        return Stream.of(processors, shippers, List.of(enforcer))
                .flatMap(List::stream)
                .toList();
    }

    /** Starts everything, and waits until all of it works. */
    void start() throws IOException, InterruptedException {
        for (FleetProcess process : all()) {
            process.start();
        }
        for (FleetProcess process : all()) {
            process.awaitReady();
        }
    }

    void kill() throws InterruptedException {
        for (FleetProcess process : all()) {
            process.kill();
        }
    }

    /** As if a processor that is down had lost its disk. */
    void loseStateOf(FleetProcess processor) throws IOException {
        Path state = state(processor.name());
        if (Files.exists(state)) {
            try (Stream<Path> files = Files.walk(state)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    boolean isProcessor(FleetProcess process) {
        return processors.contains(process);
    }

    /** Who takes the work of a processor that is not heard. */
    FleetProcess otherThan(FleetProcess processor) {
        return processors.get(1 - processors.indexOf(processor));
    }

    /** Lets a host's log grow, by any bytes. */
    void append(int host, byte[] bytes) throws IOException {
        Files.write(log(host), bytes, StandardOpenOption.APPEND);
    }

    /** As logrotate does it. */
    void rotate(int piece) throws IOException {
        for (int i = 0; i < HOSTS; i++) {
            Files.move(log(i), log(i).resolveSibling("auth.log." + piece));
            Files.createFile(log(i));
        }
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
