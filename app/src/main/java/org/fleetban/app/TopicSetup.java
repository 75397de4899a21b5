package org.fleetban.app;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.fleetban.protocol.Topics;

/** Creates the topics that are missing, and checks the ones that are there. */
final class TopicSetup {

    private final Admin admin;
    private final long timeoutMs;

    /**
     * @param admin the client; stays the caller's
     * @param timeoutMs how long Kafka may take to answer one request
     */
    TopicSetup(Admin admin, long timeoutMs) {
        this.admin = admin;
        this.timeoutMs = timeoutMs;
    }

    /**
     * What was found and done.
     *
     * @param created names of the topics created
     * @param present names of the topics that were there
     * @param problems what is wrong with those, one line each
     */
    record Report(List<String> created, List<String> present, List<String> problems) {}

    /**
     * Which of the topics are missing.
     *
     * @throws UnreachableException if Kafka does not answer in time
     */
    List<String> missing(Topics topics) throws InterruptedException {
        Set<String> there = names();
        return topics.definitions(1, Optional.empty()).stream()
                .map(NewTopic::name)
                .filter(name -> !there.contains(name))
                .toList();
    }

    /**
     * Creates what is missing and checks the rest.
     *
     * @param definitions the topics as they should be
     * @throws UnreachableException if Kafka does not answer in time
     * @throws UserException if Kafka refuses
     */
    Report ensure(List<NewTopic> definitions) throws InterruptedException {
        Set<String> there = names();
        List<NewTopic> missing = definitions.stream()
                .filter(topic -> !there.contains(topic.name()))
                .toList();
        List<String> created = new ArrayList<>();
        for (NewTopic topic : missing) {
            if (create(topic)) {
                created.add(topic.name());
            }
        }
        awaitKnown(created);
        List<NewTopic> present = definitions.stream()
                .filter(topic -> !created.contains(topic.name()))
                .toList();
        return new Report(created, present.stream().map(NewTopic::name).toList(), check(present));
    }

    /** The controller answers first; a broker hears of the topics a moment later, and until then tells clients of none. */
    private void awaitKnown(List<String> created) throws InterruptedException {
        long start = System.nanoTime();
        while (!created.isEmpty() && !names().containsAll(created)) {
            if (System.nanoTime() - start > TimeUnit.MILLISECONDS.toNanos(timeoutMs)) {
                throw new UnreachableException(new TimeoutException("new topics do not appear"));
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private boolean create(NewTopic topic) throws InterruptedException {
        try {
            admin.createTopics(List.of(topic)).all().get(timeoutMs, TimeUnit.MILLISECONDS);
            return true;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof TopicExistsException) {
                return false;
            }
            throw refused("topic " + topic.name() + " cannot be created", e);
        } catch (TimeoutException e) {
            throw new UnreachableException(e);
        }
    }

    /** The commands and the table rely on one order of all bans and on compaction; other settings are the owner's. */
    private List<String> check(List<NewTopic> expected) throws InterruptedException {
        if (expected.isEmpty()) {
            return List.of();
        }
        List<String> names = expected.stream().map(NewTopic::name).toList();
        List<ConfigResource> resources = names.stream()
                .map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name))
                .toList();
        List<String> problems = new ArrayList<>();
        try {
            Map<String, TopicDescription> topics =
                    admin.describeTopics(names).allTopicNames().get(timeoutMs, TimeUnit.MILLISECONDS);
            Map<ConfigResource, Config> configs =
                    admin.describeConfigs(resources).all().get(timeoutMs, TimeUnit.MILLISECONDS);
            for (NewTopic topic : expected) {
                TopicDescription description = topics.get(topic.name());
                Config config = configs.get(new ConfigResource(ConfigResource.Type.TOPIC, topic.name()));
                if (description != null && config != null) {
                    compare(topic, description, config, problems);
                }
            }
            comparePartitions(topics, problems);
        } catch (ExecutionException e) {
            throw refused("the topics cannot be checked", e);
        } catch (TimeoutException e) {
            throw new UnreachableException(e);
        }
        return problems;
    }

    private static void compare(NewTopic topic, TopicDescription is, Config config, List<String> problems) {
        int partitions = is.partitions().size();
        if (topic.numPartitions() == 1 && partitions != 1) {
            problems.add(topic.name() + " has " + partitions + " partitions and must have 1");
        }
        String expected = topic.configs().get(TopicConfig.CLEANUP_POLICY_CONFIG);
        String actual = config.get(TopicConfig.CLEANUP_POLICY_CONFIG).value();
        if (!actual.equals(expected)) {
            problems.add(topic.name() + " has " + TopicConfig.CLEANUP_POLICY_CONFIG + " = " + actual + " and must have "
                    + expected);
        }
    }

    /** An offender's failures and the commands about it meet in one partition number, so both topics need as many. */
    private static void comparePartitions(Map<String, TopicDescription> topics, List<String> problems) {
        Map<Integer, List<String>> byCount = new TreeMap<>();
        topics.forEach((name, description) -> {
            if (name.endsWith("failures") || name.endsWith("commands")) {
                byCount.computeIfAbsent(description.partitions().size(), count -> new ArrayList<>())
                        .add(name);
            }
        });
        if (byCount.size() > 1) {
            problems.add("these topics must have the same number of partitions: " + byCount);
        }
    }

    private Set<String> names() throws InterruptedException {
        try {
            return new HashSet<>(admin.listTopics().names().get(timeoutMs, TimeUnit.MILLISECONDS));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof org.apache.kafka.common.errors.TimeoutException) {
                throw new UnreachableException(e);
            }
            throw refused("the topics cannot be listed", e);
        } catch (TimeoutException e) {
            throw new UnreachableException(e);
        }
    }

    private static RuntimeException refused(String what, ExecutionException e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        return cause instanceof org.apache.kafka.common.errors.TimeoutException
                ? new UnreachableException(cause)
                : new UserException(what + ": Kafka says: " + cause.getMessage(), cause);
    }

    /** Kafka did not answer in time. */
    static final class UnreachableException extends KafkaException {
        private static final long serialVersionUID = 1;

        UnreachableException(Throwable cause) {
            super("Kafka does not answer", cause);
        }

        UnreachableException(String bootstrapServers, Throwable cause) {
            super(
                    "Kafka does not answer at " + bootstrapServers
                            + "; is it running, and are bootstrap.servers and kafka.* right?",
                    cause);
        }
    }
}
