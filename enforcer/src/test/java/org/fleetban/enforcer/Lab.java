package org.fleetban.enforcer;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.fleetban.enforcer.firewall.CommandRunner;
import org.fleetban.enforcer.firewall.SystemCommands;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * A host under test in a network namespace of its own, with the addresses 10.99.0.1 and fd99::1, and clients in
 * others, each behind its own link. Made by root alone; without root a test is skipped, in CI it fails.
 */
public final class Lab implements AutoCloseable {

    public static final String OFFENDER = "offender";
    public static final String BYSTANDER = "bystander";

    private static final AtomicInteger COUNT = new AtomicInteger();
    private static final List<Integer> PORTS = List.of(22, 80, 443, 5061);

    private final String name = "fbt" + ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet();
    private final List<String> namespaces = new ArrayList<>();
    private final List<Process> listeners = new ArrayList<>();

    private Lab() {
        namespace("");
        run("ip", "netns", "exec", name, "ip", "link", "set", "lo", "up");
        run("ip", "-n", name, "link", "add", "name", "bridge0", "type", "bridge");
        run("ip", "-n", name, "addr", "add", "10.99.0.1/16", "dev", "bridge0");
        run("ip", "-n", name, "-6", "addr", "add", "fd99::1/64", "dev", "bridge0", "nodad");
        run("ip", "-n", name, "link", "set", "bridge0", "up");
        client(OFFENDER, 1);
        client(BYSTANDER, 2);
        listeners.add(listen(name));
    }

    /** A lab, or a skipped test with the reason. */
    public static Lab open() {
        String missing = missing();
        if (!missing.isEmpty()) {
            if ("true".equals(System.getenv("CI"))) {
                Assertions.fail("in CI the tests on the real kernel may not be skipped: " + missing);
            }
            Assumptions.abort(missing);
        }
        return new Lab();
    }

    private static String missing() {
        for (String tool : List.of("ip", "iptables", "ip6tables", "ipset", "nft", "bash")) {
            boolean found = Stream.of("/usr/sbin/", "/sbin/", "/usr/bin/", "/bin/")
                    .anyMatch(folder -> java.nio.file.Files.isExecutable(java.nio.file.Path.of(folder + tool)));
            if (!found) {
                return tool + " is not installed (apt-get install iptables ipset nftables iproute2)";
            }
        }
        String probe = "fbt" + ProcessHandle.current().pid() + "-probe";
        if (status("ip", "netns", "add", probe) != 0) {
            return "network namespaces cannot be made here (root is needed)";
        }
        return status("ip", "netns", "del", probe) == 0 ? "" : "network namespaces cannot be removed here";
    }

    /** Makes the host under test a router, with a server behind it that listens on the same ports. */
    public void addServerBehind() {
        namespace("server");
        run("ip", "-n", name, "link", "add", "inner", "type", "veth", "peer", "name", "eth0", "netns", name + "server");
        onHost("bash", "-c", "echo 1 | tee /proc/sys/net/ipv4/ip_forward >/proc/sys/net/ipv6/conf/all/forwarding");
        for (String[] side : new String[][] {{name, "inner", "1"}, {name + "server", "eth0", "2"}}) {
            run("ip", "-n", side[0], "link", "set", side[1], "up");
            run("ip", "-n", side[0], "addr", "add", "10.98.0." + side[2] + "/24", "dev", side[1]);
            run("ip", "-n", side[0], "-6", "addr", "add", "fd98::" + side[2] + "/64", "dev", side[1], "nodad");
        }
        run("ip", "-n", name + "server", "route", "add", "default", "via", "10.98.0.1");
        run("ip", "-n", name + "server", "-6", "route", "add", "default", "via", "fd98::1");
        for (String client : List.of(OFFENDER, BYSTANDER)) {
            run("ip", "-n", name + client, "route", "add", "10.98.0.0/24", "via", "10.99.0.1");
            run("ip", "-n", name + client, "-6", "route", "add", "fd98::/64", "via", "fd99::1");
        }
        listeners.add(listen(name + "server"));
    }

    /** Whether a client's connection to a port of the server behind the host is accepted, be it after some seconds. */
    public boolean passes(String client, boolean ipv6, int port) {
        return connects(client, ipv6 ? "fd98::2" : "10.98.0.2", port, "5");
    }

    /** Whether a client's connection to a port of the server behind the host is not accepted at once. */
    public boolean isHeldBack(String client, boolean ipv6, int port) {
        return !connects(client, ipv6 ? "fd98::2" : "10.98.0.2", port, "0.3");
    }

    /** The network namespace of the host under test. */
    public String name() {
        return name;
    }

    /** Runs the commands of a firewall on the host under test. */
    public CommandRunner commands() {
        return new SystemCommands(List.of("ip", "netns", "exec", name), Duration.ofSeconds(30));
    }

    /** Runs a command on the host under test. */
    public void onHost(String... command) {
        run(inside(name, command));
    }

    /** The output of a command on the host under test. */
    public String hostSays(String... command) {
        return output(inside(name, command));
    }

    /** The address of a client. */
    public static String address(String client, boolean ipv6) {
        int number = client.equals(OFFENDER) ? 1 : 2;
        return ipv6 ? "fd99::" + number + ":1" : "10.99." + number + ".1";
    }

    /** Whether a client's connection to a port of the host is accepted, be it after some seconds. */
    public boolean connects(String client, boolean ipv6, int port) {
        return connects(client, ipv6 ? "fd99::1" : "10.99.0.1", port, "5");
    }

    /** Whether a client's connection to a port of the host is not accepted at once. */
    public boolean isRefused(String client, boolean ipv6, int port) {
        return !connects(client, ipv6 ? "fd99::1" : "10.99.0.1", port, "0.3");
    }

    private boolean connects(String client, String host, int port, String seconds) {
        String script = "exec 3<>/dev/tcp/$0/$1 && read -rn1 -u3 answer && [ \"$answer\" = . ]";
        return status(inside(name + client, "timeout", seconds, "bash", "-c", script, host, Integer.toString(port)))
                == 0;
    }

    private void client(String client, int number) {
        namespace(client);
        String link = "c" + number;
        run(
                "ip",
                "-n",
                name,
                "link",
                "add",
                "name",
                link,
                "type",
                "veth",
                "peer",
                "name",
                "eth0",
                "netns",
                name + client);
        run("ip", "-n", name, "link", "set", link, "master", "bridge0", "up");
        run("ip", "-n", name + client, "link", "set", "eth0", "up");
        run("ip", "-n", name + client, "addr", "add", address(client, false) + "/16", "dev", "eth0");
        run("ip", "-n", name + client, "-6", "addr", "add", address(client, true) + "/64", "dev", "eth0", "nodad");
    }

    private void namespace(String suffix) {
        run("ip", "netns", "add", name + suffix);
        namespaces.add(name + suffix);
    }

    private static Process listen(String namespace) {
        List<String> command = new ArrayList<>(List.of(inside(
                namespace,
                System.getProperty("java.home") + "/bin/java",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                PortListener.class.getName())));
        PORTS.forEach(port -> command.add(port.toString()));
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            BufferedReader out =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            String ready = out.readLine();
            if (ready == null) {
                throw new IllegalStateException("the listener did not start");
            }
            return process;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String[] inside(String namespace, String... command) {
        return Stream.concat(Stream.of("ip", "netns", "exec", namespace), Stream.of(command))
                .toArray(String[]::new);
    }

    private static void run(String... command) {
        output(command);
    }

    private static String output(String... command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int status = process.waitFor();
            if (status != 0) {
                throw new IllegalStateException(String.join(" ", command) + ": status " + status + ": " + output);
            }
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static int status(String... command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            process.getOutputStream().close();
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
            return process.waitFor();
        } catch (IOException e) {
            return 127;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        listeners.forEach(Process::destroyForcibly);
        namespaces.forEach(namespace -> status("ip", "netns", "del", namespace));
    }
}
