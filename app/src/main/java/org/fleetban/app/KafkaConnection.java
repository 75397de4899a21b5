package org.fleetban.app;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.fleetban.app.settings.Settings;
import org.fleetban.protocol.Topics;

/** Connects to Kafka as the settings say, and waits for it where a part can't work without it. */
final class KafkaConnection {

    private static final int REQUEST_TIMEOUT_MS = 5_000;
    private static final long RETRY_MS = 1_000;
    private static final long REPEAT_MESSAGE_MS = 30_000;

    private final Environment environment;
    private final Settings settings;
    private final String bootstrapServers;

    /**
     * @param environment for messages
     * @param settings with the clients' settings
     * @param bootstrapServers where Kafka is
     */
    KafkaConnection(Environment environment, Settings settings, String bootstrapServers) {
        this.environment = environment;
        this.settings = settings;
        this.bootstrapServers = bootstrapServers;
    }

    /**
     * An administration client.
     *
     * @throws UserException if a setting can't be used
     * @throws TopicSetup.UnreachableException if no broker's name can be resolved
     */
    Admin admin() {
        Map<String, Object> config = new HashMap<>(settings.kafka("admin", bootstrapServers));
        config.putIfAbsent(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_TIMEOUT_MS);
        config.putIfAbsent(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 2 * REQUEST_TIMEOUT_MS);
        try {
            return Admin.create(config);
        } catch (ConfigException e) {
            throw unusable(e);
        } catch (KafkaException e) {
            Throwable cause = e.getCause();
            if (cause instanceof ConfigException config2 && unresolved(config2)) {
                throw new TopicSetup.UnreachableException(bootstrapServers, e);
            }
            throw unusable(cause == null ? e : cause);
        }
    }

    /** Waits until Kafka answers and all topics are there; says what it waits for, and when that came. */
    void awaitTopics(Topics topics) throws InterruptedException {
        String waitingFor = "";
        long saidAt = 0;
        while (true) {
            String problem = problem(topics);
            if (problem.isEmpty()) {
                if (!waitingFor.isEmpty()) {
                    environment.say("Kafka at " + bootstrapServers + " is there");
                }
                return;
            }
            long now = environment.clock().millis();
            if (!problem.equals(waitingFor) || now - saidAt >= REPEAT_MESSAGE_MS) {
                environment.say(problem + "; trying again");
                waitingFor = problem;
                saidAt = now;
            }
            Thread.sleep(RETRY_MS);
        }
    }

    private String problem(Topics topics) throws InterruptedException {
        try (Admin admin = admin()) {
            List<String> missing = new TopicSetup(admin, REQUEST_TIMEOUT_MS).missing(topics);
            return missing.isEmpty()
                    ? ""
                    : "Kafka at " + bootstrapServers + " has no topic " + String.join(", ", missing)
                            + ": 'fleetban topics' creates them";
        } catch (TopicSetup.UnreachableException e) {
            return "Kafka does not answer at " + bootstrapServers;
        }
    }

    private static boolean unresolved(ConfigException e) {
        return e.getMessage() != null && e.getMessage().startsWith("No resolvable bootstrap urls");
    }

    private static UserException unusable(Throwable e) {
        return new UserException("a Kafka setting (bootstrap.servers, kafka.*) cannot be used: " + e.getMessage(), e);
    }
}
