package org.fleetban.processor;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.fleetban.protocol.Topics;

/** A processor as a process of its own, so that a test can kill it: {@code bootstrap prefix state-directory}. */
final class ProcessorProcess {

    private ProcessorProcess() {}

    static List<Jail> jails() {
        return List.of(TestJail.named("sshd").banSeconds(86_400).compile());
    }

    static ProcessorSettings settings(String bootstrap, Topics topics, Path directory) {
        Map<String, String> kafka = Map.of(
                "bootstrap.servers", bootstrap,
                "replication.factor", "1",
                "consumer.session.timeout.ms", "6000",
                "consumer.heartbeat.interval.ms", "500");
        return new ProcessorSettings(
                topics.prefix() + "app", topics, kafka, directory, 1, ProcessorSettings.Store.ROCKS_DB);
    }

    public static void main(String[] arguments) throws InterruptedException {
        ProcessorSettings settings = settings(arguments[0], new Topics(arguments[1]), Path.of(arguments[2]));
        Processor processor = new Processor(settings, new JailRegistry(jails()));
        processor.start();
        Thread.currentThread().join();
    }
}
