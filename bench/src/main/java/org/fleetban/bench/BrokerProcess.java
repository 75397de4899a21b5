package org.fleetban.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.fleetban.app.broker.EmbeddedBroker;
import org.fleetban.app.settings.HostPort;
import org.fleetban.protocol.Topics;

/** The embedded broker in a process of its own, with Fleetban's topics. It ends when its input does. */
final class BrokerProcess implements AutoCloseable {

    /** The default of {@code topics.partitions}. */
    static final int PARTITIONS = 12;

    private final Path directory;
    private final int partitions;
    private final List<String> flags;
    private final int port;
    private MeasuredProcess process;

    /** Starts a broker whose data is in this directory, on a free port. */
    BrokerProcess(Path directory) throws IOException, InterruptedException {
        this(directory, PARTITIONS);
    }

    /**
     * @param partitions of the topics that scale
     * @param flags for its JVM
     */
    BrokerProcess(Path directory, int partitions, String... flags) throws IOException, InterruptedException {
        this.directory = directory;
        this.partitions = partitions;
        this.flags = List.of(flags);
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            this.port = socket.getLocalPort();
        }
        this.process = launch();
    }

    private MeasuredProcess launch() throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx512m", "-XX:+UseG1GC"));
        command.addAll(flags);
        command.addAll(List.of(
                "-cp",
                System.getProperty("java.class.path"),
                BrokerProcess.class.getName(),
                directory.resolve("data").toString(),
                Integer.toString(port),
                Integer.toString(partitions)));
        MeasuredProcess started = new MeasuredProcess(command, directory.resolve("broker.out"));
        started.awaitSaid("broker ready");
        return started;
    }

    String bootstrapServers() {
        return "127.0.0.1:" + port;
    }

    Topics topics() {
        return new Topics(Topics.DEFAULT_PREFIX);
    }

    /** Processor time since its start, in milliseconds. */
    long processorMillis() throws IOException {
        return process.processorMillis();
    }

    /** Stops it; its data stays. */
    void stop() throws InterruptedException {
        process.close();
    }

    /** Starts it again over the data that it left. */
    void startAgain() throws IOException, InterruptedException {
        process = launch();
    }

    @Override
    public void close() throws InterruptedException {
        stop();
    }

    /** The process itself: data directory, port, partitions. */
    public static void main(String[] arguments) throws Exception {
        HostPort address = new HostPort("127.0.0.1", Integer.parseInt(arguments[1]));
        EmbeddedBroker broker = EmbeddedBroker.start(Path.of(arguments[0]), address, address, Map.of());
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            Topics topics = new Topics(Topics.DEFAULT_PREFIX);
            if (!admin.listTopics().names().get().contains(topics.lines())) {
                admin.createTopics(topics.definitions(Integer.parseInt(arguments[2]), Optional.of((short) 1)))
                        .all()
                        .get();
            }
        }
        System.out.println("broker ready");
        while (System.in.read() >= 0) {
            continue;
        }
        broker.close();
    }
}
