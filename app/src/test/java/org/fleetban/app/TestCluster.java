package org.fleetban.app;

import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.test.KafkaClusterTestKit;
import org.apache.kafka.common.test.TestKitNodes;
import org.apache.kafka.server.common.MetadataVersion;

/** A real Kafka broker, one for all tests of this process; each test takes a topic prefix of its own. */
final class TestCluster {

    private static final AtomicInteger PREFIXES = new AtomicInteger();

    private TestCluster() {}

    /** Where the broker is; it is started by the first that asks, and ends with the process. */
    static String bootstrapServers() {
        return Holder.KIT.bootstrapServers();
    }

    /** A prefix that no other test uses. */
    static String newPrefix() {
        return "t" + PREFIXES.incrementAndGet() + ".";
    }

    private static final class Holder {

        static final KafkaClusterTestKit KIT = start();

        private static KafkaClusterTestKit start() {
            try {
                KafkaClusterTestKit kit = new KafkaClusterTestKit.Builder(new TestKitNodes.Builder()
                                .setBootstrapMetadataVersion(MetadataVersion.latestProduction())
                                .setCombined(true)
                                .setNumBrokerNodes(1)
                                .setNumControllerNodes(1)
                                .build())
                        .setConfigProp("offsets.topic.replication.factor", "1")
                        .setConfigProp("offsets.topic.num.partitions", "1")
                        .setConfigProp("group.initial.rebalance.delay.ms", "0")
                        .setConfigProp("auto.create.topics.enable", "false")
                        .build();
                kit.format();
                kit.startup();
                kit.waitForReadyBrokers();
                Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                    try {
                        kit.close();
                    } catch (Exception e) {
                        System.err.println("the test broker did not stop cleanly: " + e);
                    }
                }));
                return kit;
            } catch (Exception e) {
                throw new IllegalStateException("no broker for the tests", e);
            }
        }
    }
}
