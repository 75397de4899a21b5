package org.fleetban.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.fleetban.app.settings.Settings;
import org.fleetban.enforcer.firewall.Firewall;
import org.fleetban.enforcer.firewall.FirewallKind;
import org.fleetban.enforcer.firewall.Firewalls;
import org.fleetban.enforcer.firewall.SystemCommands;
import org.fleetban.engine.config.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real attack: hydra guesses passwords at a real sshd. Two hosts, an attacker and the owner, each in a network namespace of
 * its own, on one wire.
 */
final class SshAttackTest {

    private static final DateTimeFormatter SYSLOG = DateTimeFormatter.ofPattern("MMM d HH:mm:ss", Locale.ENGLISH);
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int MAX_RETRY = 3;
    private static final int PASSWORDS = 60;
    private static final int GUESSES_AT_ONCE = 4;
    private static final List<String> SIDES = List.of("web1", "web2", "attacker", "owner");
    private static final String ATTACKER = address("attacker");
    private static final String OWNER = address("owner");

    private final String lab = "fbs" + ProcessHandle.current().pid();
    private final List<Process> processes = new ArrayList<>();
    private final Map<String, List<String>> said =
            Map.of("web1", new CopyOnWriteArrayList<>(), "web2", new CopyOnWriteArrayList<>());

    @TempDir
    private Path directory;

    @BeforeEach
    void wire() throws Exception {
        String missing = Stream.of("hydra", "sshd", "ip", "iptables")
                .filter(tool -> Stream.of("/usr/bin/", "/usr/sbin/", "/sbin/")
                        .noneMatch(folder -> Files.isExecutable(Path.of(folder + tool))))
                .findFirst()
                .map(tool -> tool + " is not installed (apt-get install hydra openssh-server iproute2 iptables)")
                .orElseGet(() -> status("ip", "netns", "add", lab) == 0
                        ? ""
                        : "network namespaces cannot be made here (root is needed)");
        if (!"true".equals(System.getenv("CI"))) {
            Assumptions.assumeTrue(missing.isEmpty(), missing);
        }
        assertThat(missing).as("in CI the real attack may not be skipped").isEmpty();
        run("ip", "-n", lab, "link", "add", "name", "wire", "type", "bridge");
        run("ip", "-n", lab, "link", "set", "wire", "up");
        for (String side : SIDES) {
            String namespace = lab + side;
            run("ip", "netns", "add", namespace);
            run("ip", "-n", lab, "link", "add", side, "type", "veth", "peer", "name", "eth0", "netns", namespace);
            run("ip", "-n", lab, "link", "set", side, "master", "wire", "up");
            run("ip", "-n", namespace, "link", "set", "lo", "up");
            run("ip", "-n", namespace, "link", "set", "eth0", "up");
            run("ip", "-n", namespace, "address", "add", address(side) + "/24", "dev", "eth0");
        }
    }

    @AfterEach
    void unwire() throws Exception {
        for (Process process : processes) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor();
        }
        SIDES.forEach(side -> status("ip", "netns", "delete", lab + side));
        status("ip", "netns", "delete", lab);
    }

    @Test
    void hydraIsCutOffOnTheAttackedHostAndRefusedOnTheOtherAndTheOwnerNeverIs() throws Exception {
        Path config = Files.createDirectories(directory.resolve("config"));
        FleetOnKafka.copyShippedConfiguration(config);
        Files.writeString(
                config.resolve("jail.local"),
                "[DEFAULT]\nmaxretry = " + MAX_RETRY + "\nbantime = 1h\n[sshd]\nenabled = true\nlogpath = "
                        + log("web1") + "\n[asterisk]\nenabled = false\n[apache-auth]\nenabled = false\n"
                        + "[apache-botsearch]\nenabled = false\n[apache-noscript]\nenabled = false\n");
        String prefix = TestCluster.newPrefix();
        sshd("web1");
        sshd("web2");
        try (Lifecycle lifecycle = new Lifecycle(environment("processor"))) {
            assertThat(CommandRun.of(variables(prefix, "web1"), "topics", "--config", config.toString())
                            .code())
                    .isZero();
            Jails jails = new Jails(config, List.of());
            Configuration configuration = jails.read();
            Parts processor = parts(config, prefix, "processor", lifecycle);
            processor.processor(jails.compile(configuration, environment("processor")));
            processor.awaitReady();
            for (String host : said.keySet()) {
                enforce(parts(config, prefix, host, lifecycle), config, prefix, host, configuration);
            }
            await().atMost(PATIENCE).until(() -> reaches("attacker", "web1") && reaches("owner", "web2"));

            Process attack = hydra("attacker", PASSWORDS);
            await().atMost(PATIENCE).until(() -> said("web1", "[sshd] Ban " + ATTACKER));
            await().atMost(PATIENCE).until(() -> said("web2", "[sshd] Ban " + ATTACKER));
            long atBan = guesses(ATTACKER);
            assertThat(atBan).isGreaterThanOrEqualTo(MAX_RETRY);
            assertThat(reaches("attacker", "web1")).isFalse();
            assertThat(reaches("attacker", "web2"))
                    .as("a host that it never touched")
                    .isFalse();
            assertThat(reaches("owner", "web1")).isTrue();
            attack.waitFor(20, TimeUnit.SECONDS);
            assertThat(guesses(ATTACKER))
                    .as("answers to guesses that were on their way")
                    .isLessThanOrEqualTo(atBan + GUESSES_AT_ONCE)
                    .isLessThan(PASSWORDS);

            hydra("owner", 2 * MAX_RETRY);
            for (String host : said.keySet()) {
                await().atMost(PATIENCE).until(() -> said(host, OWNER + " is not enforced on this host (never-ban)"));
            }
            assertThat(reaches("owner", "web1")).isTrue();
            assertThat(reaches("owner", "web2")).isTrue();
            assertThat(said("web1", "Ban " + OWNER)).isFalse();
            assertThat(reaches("attacker", "web1")).isFalse();
        }
    }

    private void enforce(Parts parts, Path config, String prefix, String host, Configuration configuration)
            throws Exception {
        Settings settings = Settings.load(config, variables(prefix, host));
        SystemCommands commands =
                new SystemCommands(List.of("ip", "netns", "exec", lab + host), Duration.ofSeconds(30));
        Firewall firewall =
                new Firewalls(commands, settings.enforcer(Path.of("")).firewall()).find(FirewallKind.AUTO);
        parts.enforcer(
                firewall,
                new EnforcerLog(
                        LogForm.ofThisProcess(),
                        Clock.systemUTC(),
                        text -> text.lines().forEach(heard(host)::add),
                        true),
                new HostActions(configuration, true, environment(host)));
        if (host.equals("web1")) {
            parts.shipper(configuration);
        }
        parts.awaitReady();
    }

    private Parts parts(Path config, String prefix, String host, Lifecycle lifecycle) {
        Settings settings = Settings.load(config, variables(prefix, host));
        return new Parts(
                environment(host),
                settings,
                TestCluster.bootstrapServers(),
                directory.resolve("data-" + host),
                lifecycle);
    }

    private static Environment environment(String host) {
        return new Environment(System.out, System.err, Map.of("host", host), Clock.systemUTC(), Path.of(".."));
    }

    private static Map<String, String> variables(String prefix, String host) {
        return Map.of(
                "FLEETBAN_BOOTSTRAP_SERVERS",
                TestCluster.bootstrapServers(),
                "FLEETBAN_TOPICS_PREFIX",
                prefix,
                "FLEETBAN_TOPICS_PARTITIONS",
                "2",
                "FLEETBAN_HOST_NAME",
                host,
                "FLEETBAN_PROCESSOR_APPLICATION_ID",
                prefix + "processor",
                "FLEETBAN_ENFORCER_NEVER_BAN",
                OWNER);
    }

    /** Starts an sshd with keys of its own; its log gets the time and the name as rsyslog writes them. */
    private void sshd(String host) throws Exception {
        Files.createDirectories(Path.of("/run/sshd"));
        Path key = directory.resolve(host + ".key");
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key.toString());
        Path settings = directory.resolve(host + ".sshd_config");
        Files.writeString(
                settings,
                "Port 22\nHostKey " + key + "\nPidFile none\nUsePAM no\nPasswordAuthentication yes\n"
                        + "KbdInteractiveAuthentication no\nPermitRootLogin yes\nMaxStartups 100\nUseDNS no\n");
        Files.createDirectories(log(host).getParent());
        Files.createFile(log(host));
        Process sshd = start(host, "/usr/sbin/sshd", "-D", "-e", "-f", settings.toString());
        Thread rsyslog = new Thread(() -> {
            try (BufferedReader reader = sshd.inputReader(StandardCharsets.UTF_8)) {
                for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                    Files.writeString(
                            log(host),
                            SYSLOG.format(LocalDateTime.now()) + ' ' + host + " sshd[4711]: " + line.strip() + '\n',
                            StandardOpenOption.APPEND);
                }
            } catch (IOException e) {
                // sshd has ended, or the test
            }
        });
        rsyslog.setDaemon(true);
        rsyslog.start();
    }

    private Process hydra(String side, int passwords) throws IOException {
        Path file = directory.resolve(side + ".passwords");
        Files.write(
                file, IntStream.range(0, passwords).mapToObj(i -> "wrong-" + i).toList());
        Process hydra = start(
                side,
                "hydra",
                "-I",
                "-l",
                "root",
                "-P",
                file.toString(),
                "-t",
                Integer.toString(GUESSES_AT_ONCE),
                address("web1"),
                "ssh");
        Thread reader = new Thread(() -> {
            try {
                hydra.getInputStream().transferTo(OutputStream.nullOutputStream());
            } catch (IOException e) {
                // it has ended
            }
        });
        reader.setDaemon(true);
        reader.start();
        return hydra;
    }

    /** Wrong passwords that sshd on the attacked host has answered. */
    private long guesses(String from) throws IOException {
        try (Stream<String> lines = Files.lines(log("web1"))) {
            return lines.filter(line -> line.contains("Failed password for root from " + from + " "))
                    .count();
        }
    }

    private List<String> heard(String host) {
        return Objects.requireNonNull(said.get(host));
    }

    private boolean said(String host, String text) {
        return heard(host).stream().anyMatch(line -> line.contains(text));
    }

    /** Whether sshd on a host answers a connection. */
    private boolean reaches(String side, String host) {
        String script = "exec 3<>/dev/tcp/$0/22 && read -rn3 -u3 answer && [ \"$answer\" = SSH ]";
        return status("ip", "netns", "exec", lab + side, "timeout", "5", "bash", "-c", script, address(host)) == 0;
    }

    private Process start(String side, String... command) throws IOException {
        List<String> words = new ArrayList<>(List.of("ip", "netns", "exec", lab + side));
        words.addAll(List.of(command));
        Process process = new ProcessBuilder(words)
                .redirectErrorStream(true)
                .directory(directory.toFile())
                .start();
        processes.add(process);
        return process;
    }

    private Path log(String host) {
        return directory.resolve("log-" + host).resolve("auth.log");
    }

    private static String address(String side) {
        return "10.214.77." + (1 + SIDES.indexOf(side));
    }

    private static void run(String... command) {
        assertThat(status(command)).as(String.join(" ", command)).isZero();
    }

    private static int status(String... command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(30, TimeUnit.SECONDS) ? process.exitValue() : -1;
        } catch (IOException e) {
            return 127;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return -1;
        }
    }
}
