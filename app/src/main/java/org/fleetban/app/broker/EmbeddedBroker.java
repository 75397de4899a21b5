package org.fleetban.app.broker;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.properties.MetaPropertiesEnsemble;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;
import org.fleetban.app.UserException;
import org.fleetban.app.settings.HostPort;

/**
 * A KRaft broker and controller in this process, for one machine. Its data survives restarts and {@code kill -9}.
 *
 * <p>Kafka promises no API for this ({@code KafkaRaftServer}, {@code Formatter}); everything that depends on it is in
 * this class.
 */
public final class EmbeddedBroker implements AutoCloseable {

    private static final String CONTROLLER = "CONTROLLER";
    private static final int NODE_ID = 1;

    private final HostPort advertised;
    private final KafkaRaftServer server;

    private EmbeddedBroker(HostPort advertised, KafkaRaftServer server) {
        this.advertised = advertised;
        this.server = server;
    }

    /**
     * Starts the broker; formats the directory on first use.
     *
     * @param directory the broker's data
     * @param listen where it listens
     * @param advertised what clients are told to connect to
     * @param overrides Kafka broker properties that go over the ones chosen here
     * @throws UserException if the port is taken, or the directory or a property can't be used
     */
    public static EmbeddedBroker start(
            Path directory, HostPort listen, HostPort advertised, Map<String, String> overrides) {
        requireFree(listen);
        try {
            Files.createDirectories(directory);
            Properties properties = properties(directory, listen, advertised, freePort());
            properties.putAll(overrides);
            format(directory);
            KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(properties, false), Time.SYSTEM);
            server.startup();
            return new EmbeddedBroker(advertised, server);
        } catch (IOException e) {
            throw new UserException(directory + ": the broker's data cannot be kept here: " + e.getMessage(), e);
        } catch (Exception e) {
            throw new UserException("the embedded Kafka broker does not start: " + rootMessage(e), e);
        }
    }

    /** What clients connect to: {@code host:port}. */
    public String bootstrapServers() {
        return advertised.toString();
    }

    /** Stops the broker; returns when its logs are closed. */
    @Override
    public void close() {
        server.shutdown();
        server.awaitShutdown();
    }

    private static Properties properties(Path directory, HostPort listen, HostPort advertised, int controllerPort) {
        Properties p = new Properties();
        p.setProperty("process.roles", "broker,controller");
        p.setProperty("node.id", Integer.toString(NODE_ID));
        p.setProperty("controller.quorum.voters", NODE_ID + "@127.0.0.1:" + controllerPort);
        p.setProperty("controller.listener.names", CONTROLLER);
        p.setProperty("listeners", "PLAINTEXT://" + listen + "," + CONTROLLER + "://127.0.0.1:" + controllerPort);
        p.setProperty("advertised.listeners", "PLAINTEXT://" + advertised);
        p.setProperty("log.dirs", directory.toString());
        p.setProperty("auto.create.topics.enable", "false");
        p.setProperty("default.replication.factor", "1");
        p.setProperty("min.insync.replicas", "1");
        p.setProperty("offsets.topic.replication.factor", "1");
        p.setProperty("offsets.topic.num.partitions", "1");
        p.setProperty("transaction.state.log.replication.factor", "1");
        p.setProperty("transaction.state.log.min.isr", "1");
        p.setProperty("transaction.state.log.num.partitions", "1");
        p.setProperty("share.coordinator.state.topic.replication.factor", "1");
        p.setProperty("share.coordinator.state.topic.min.isr", "1");
        p.setProperty("share.coordinator.state.topic.num.partitions", "1");
        p.setProperty("group.initial.rebalance.delay.ms", "0");
        // One machine with a handful of clients: fewer threads and a smaller cleaner buffer than a cluster's broker.
        p.setProperty("num.network.threads", "2");
        p.setProperty("num.io.threads", "4");
        p.setProperty("background.threads", "2");
        p.setProperty("log.cleaner.dedupe.buffer.size", Integer.toString(16 << 20));
        // Nobody takes over the partitions of a single broker, so there is nothing to hand over at its end.
        p.setProperty("controlled.shutdown.enable", "false");
        return p;
    }

    private static void format(Path directory) throws Exception {
        if (Files.exists(directory.resolve(MetaPropertiesEnsemble.META_PROPERTIES_NAME))) {
            return;
        }
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        new Formatter()
                .setPrintStream(new PrintStream(said, true, StandardCharsets.UTF_8))
                .setClusterId(Uuid.randomUuid().toString())
                .setNodeId(NODE_ID)
                .addDirectory(directory.toString())
                .setMetadataLogDirectory(directory.toString())
                .setControllerListenerName(CONTROLLER)
                .setReleaseVersion(MetadataVersion.latestProduction())
                .run();
    }

    private static void requireFree(HostPort listen) {
        try (ServerSocket socket = new ServerSocket()) {
            // As Kafka does: a port whose last connections are still in TIME_WAIT is free.
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(listen.host(), listen.port()));
        } catch (BindException e) {
            throw new UserException(
                    "cannot listen on " + listen + ": " + e.getMessage()
                            + "; stop what uses the port, or set broker.listen (FLEETBAN_BROKER_LISTEN) to another one",
                    e);
        } catch (IOException e) {
            throw new UserException("cannot listen on " + listen + ": " + e.getMessage(), e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static String rootMessage(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getMessage() == null ? root.toString() : root.getMessage();
    }
}
