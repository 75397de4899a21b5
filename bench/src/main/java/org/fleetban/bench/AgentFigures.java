package org.fleetban.bench;

import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;

/**
 * Memory of {@code fleetban agent} as the launcher starts it, with the embedded broker in a process beside it. Run by
 * {@code bench/enforcer} in a network namespace of its own.
 */
final class AgentFigures {

    private AgentFigures() {}

    /** Arguments: bans that stand, seconds at 1,000 lines/s, a directory to work in, and the launcher. */
    public static void main(String[] arguments) throws Exception {
        int bans = Integer.parseInt(arguments[0]);
        int seconds = Integer.parseInt(arguments[1]);
        Path work = Path.of(arguments[2]);
        Path log = Files.createFile(work.resolve("auth.log"));
        try (BrokerProcess broker = new BrokerProcess(Files.createDirectories(work.resolve("broker")))) {
            try (KafkaProducer<byte[], byte[]> producer = EnforcerFigures.producer(broker.bootstrapServers())) {
                for (int i = 1; i <= bans; i++) {
                    producer.send(EnforcerFigures.record(broker.topics(), EnforcerFigures.ban(i)));
                }
            }
            Path config = Configurations.fleetban(work, log, broker.bootstrapServers());
            List<String> command =
                    List.of(arguments[3], "agent", "--config", config.toString(), "--data", work + "/state");
            try (MeasuredProcess agent = new MeasuredProcess(command, work.resolve("agent.out"));
                    OutputStream lines = Files.newOutputStream(log, StandardOpenOption.APPEND)) {
                System.out.printf("%nfleetban agent%n");
                EnforcerFigures.say(
                        "ready after %,d ms; resident %d MB",
                        agent.awaitSaid("fleetban: ready"), agent.residentMegabytes());
                long busy = agent.processorMillis();
                long begin = System.nanoTime();
                ShipperFigures.writeSteadily(lines, seconds * ShipperFigures.LINES_PER_SECOND);
                EnforcerFigures.say(
                        "%,d bans, %,d lines a second for %d s: resident %d MB, %.1f %% of a core",
                        bans,
                        ShipperFigures.LINES_PER_SECOND,
                        seconds,
                        agent.residentMegabytes(),
                        100.0
                                * (agent.processorMillis() - busy)
                                / TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin));
            }
        }
    }
}
