package org.fleetban.app;

import java.util.List;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.fleetban.app.settings.Settings;
import org.fleetban.protocol.FleetView;
import org.fleetban.protocol.Topics;

/** An operator's command and the topics: whatever goes wrong between them is told in one line. */
final class FleetAccess {

    private static final long TIMEOUT_MS = 10_000;

    private final Environment environment;
    private final Settings settings;
    private final String servers;
    private final Topics topics;

    /**
     * @param environment for messages
     * @param settings where Kafka is, and what its topics are called
     */
    FleetAccess(Environment environment, Settings settings) {
        this.environment = environment;
        this.settings = settings;
        this.servers = settings.get(Settings.BOOTSTRAP_SERVERS);
        this.topics = settings.get(Settings.TOPICS_PREFIX);
    }

    /** What is done with the topics. */
    @FunctionalInterface
    interface Task {

        /** Does it; returns the exit code. */
        int with(FleetView view, Admin admin) throws InterruptedException;
    }

    /**
     * Does something with the topics; returns its exit code.
     *
     * @throws TopicSetup.UnreachableException if Kafka does not answer
     * @throws FailureException if topics are missing, or Kafka refuses
     */
    int run(Task task) throws InterruptedException {
        try (Admin admin = new KafkaConnection(environment, settings, servers).admin()) {
            List<String> missing = new TopicSetup(admin, TIMEOUT_MS).missing(topics);
            if (!missing.isEmpty()) {
                throw new FailureException(
                        "Kafka at " + servers + " has no topic " + String.join(", ", missing)
                                + ": 'fleetban topics' creates them",
                        null);
            }
            try (FleetView view = new FleetView(settings.kafka("consumer", servers), topics)) {
                int code = task.with(view, admin);
                int unreadable = view.unreadable();
                if (unreadable > 0) {
                    environment.say(
                            unreadable == 1
                                    ? "1 record cannot be read and is left out"
                                    : unreadable + " records cannot be read and are left out");
                }
                return code;
            }
        } catch (TopicSetup.UnreachableException | TimeoutException e) {
            throw new TopicSetup.UnreachableException(servers, e);
        } catch (WakeupException | InterruptException e) {
            throw e;
        } catch (KafkaException e) {
            throw new FailureException("Kafka at " + servers + " says: " + e.getMessage(), e);
        }
    }
}
