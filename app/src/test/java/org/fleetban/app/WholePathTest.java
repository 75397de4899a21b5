package org.fleetban.app;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.utility.DockerImageName;

/** From log lines on three hosts over a real Kafka to bans on three hosts. */
final class WholePathTest {

    @TempDir
    private Path directory;

    @Test
    void bansEverywhereWhoFailsOnceOnEachHost() throws Exception {
        new FleetOnKafka(TestCluster.bootstrapServers(), TestCluster.newPrefix(), directory)
                .bansEverywhereWhoFailsOnceOnEachHost();
    }

    @Test
    void bansEverywhereWithKafkasOwnContainerImage() throws Exception {
        assumeTrue(DockerClientFactory.instance().isDockerAvailable(), "needs a Docker engine");
        try (KafkaContainer kafka = new KafkaContainer(DockerImageName.parse("apache/kafka:4.3.1"))) {
            kafka.start();
            new FleetOnKafka(kafka.getBootstrapServers(), "fleetban.", directory)
                    .bansEverywhereWhoFailsOnceOnEachHost();
        }
    }
}
