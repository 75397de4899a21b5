package org.fleetban.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A protected host in a network namespace of its own, and a network from which to attack it: the host has
 * {@link #HOST_ADDRESS}; connections can be made from any address of 10.213.77.0/24.
 */
final class TestNetwork implements AutoCloseable {

    static final String HOST_ADDRESS = "10.213.77.1";

    private static final int CONNECT_TIMEOUT_MS = 1_000;

    private final String host;
    private final String outside;
    private final List<Process> processes = new ArrayList<>();

    private TestNetwork(String name) {
        this.host = name + "-host";
        this.outside = name + "-out";
    }

    /** Makes the two namespaces; skips the test where that is not possible, unless {@code CI} is {@code true}. */
    static TestNetwork create() throws Exception {
        boolean possible = canMakeNamespaces();
        if (!"true".equals(System.getenv("CI"))) {
            assumeTrue(possible, "needs root, 'ip netns' (iproute2) and iptables");
        }
        assertThat(possible)
                .as("in CI the tests in network namespaces may not be skipped: root, iproute2 and iptables are needed")
                .isTrue();
        TestNetwork network = new TestNetwork("fbt" + ProcessHandle.current().pid());
        try {
            network.build();
            return network;
        } catch (Exception | AssertionError e) {
            network.close();
            throw e;
        }
    }

    private void build() throws Exception {
        run("ip", "netns", "add", host);
        run("ip", "netns", "add", outside);
        run("ip", "link", "add", "eth0", "netns", host, "type", "veth", "peer", "name", "eth0", "netns", outside);
        inHost("ip", "link", "set", "lo", "up");
        inHost("ip", "address", "add", HOST_ADDRESS + "/24", "dev", "eth0");
        inHost("ip", "link", "set", "eth0", "up");
        inOutside("ip", "link", "set", "lo", "up");
        inOutside("ip", "link", "set", "eth0", "up");
    }

    /** Gives the attackers' side an address. */
    void addOutsideAddress(String address) throws Exception {
        inOutside("ip", "address", "add", address + "/24", "dev", "eth0");
    }

    /** Starts a server in the host's namespace that accepts connections and closes them. */
    void listen(int port) throws Exception {
        Process server = startInHost(List.of(
                javaCommand(), "-cp", System.getProperty("java.class.path"), Listener.class.getName(), "" + port));
        assertThat(server.inputReader(StandardCharsets.UTF_8).readLine()).isEqualTo("listening");
    }

    /** Starts a program in the host's namespace; it is killed when the network is closed. */
    Process startInHost(List<String> command) throws IOException {
        List<String> inside = new ArrayList<>(List.of("ip", "netns", "exec", host));
        inside.addAll(command);
        Process process = new ProcessBuilder(inside).redirectErrorStream(true).start();
        processes.add(process);
        return process;
    }

    /** Whether a connection from an outside address to the host's port is made. */
    boolean connects(String from, int port) throws Exception {
        Process client = new ProcessBuilder(
                        "ip",
                        "netns",
                        "exec",
                        outside,
                        javaCommand(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Client.class.getName(),
                        from,
                        "" + port)
                .redirectErrorStream(true)
                .start();
        String said = new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int code = client.waitFor();
        assertThat(code).as(said).isBetween(0, 1);
        return code == 0;
    }

    @Override
    public void close() throws Exception {
        for (Process process : processes) {
            process.destroyForcibly().waitFor();
        }
        new ProcessBuilder("ip", "netns", "delete", host).start().waitFor();
        new ProcessBuilder("ip", "netns", "delete", outside).start().waitFor();
    }

    static String javaCommand() {
        return ProcessHandle.current().info().command().orElse("java");
    }

    private void inHost(String... command) throws Exception {
        in(host, command);
    }

    private void inOutside(String... command) throws Exception {
        in(outside, command);
    }

    private static void in(String namespace, String... command) throws Exception {
        List<String> inside = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
        inside.addAll(List.of(command));
        run(inside.toArray(String[]::new));
    }

    private static void run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor())
                .as(String.join(" ", command) + ": " + said)
                .isZero();
    }

    private static boolean canMakeNamespaces() throws InterruptedException {
        String probe = "fbt-probe-" + ProcessHandle.current().pid();
        try {
            boolean made = succeeds("ip", "netns", "add", probe);
            boolean filters = made && succeeds("ip", "netns", "exec", probe, "iptables", "-w", "-S");
            if (made) {
                succeeds("ip", "netns", "delete", probe);
            }
            return filters;
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean succeeds(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
    }

    /** Accepts connections and closes them. */
    static final class Listener {
        public static void main(String[] args) throws IOException {
            try (java.net.ServerSocket server = new java.net.ServerSocket(Integer.parseInt(args[0]))) {
                System.out.println("listening");
                while (true) {
                    server.accept().close();
                }
            }
        }
    }

    /** Connects once from an address; exit code 0 if that was possible. */
    static final class Client {
        public static void main(String[] args) throws IOException {
            int code;
            try (Socket socket = new Socket()) {
                socket.bind(new InetSocketAddress(args[0], 0));
                try {
                    socket.connect(new InetSocketAddress(HOST_ADDRESS, Integer.parseInt(args[1])), CONNECT_TIMEOUT_MS);
                    code = 0;
                } catch (IOException e) {
                    code = 1;
                }
            }
            System.exit(code);
        }
    }
}
