package org.fleetban.protocol;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;

/**
 * The topics, by name and settings. The table in {@code README.md} says who writes and who reads each.
 *
 * @param prefix what every name begins with, {@code fleetban.} by default
 */
public record Topics(String prefix) {

    /** The prefix where nothing else is configured. */
    public static final String DEFAULT_PREFIX = "fleetban.";

    private static final int MAX_PREFIX = 200;
    private static final int REPORTS_SEGMENT_BYTES = 16 << 20;

    public Topics {
        if (prefix.length() > MAX_PREFIX || !prefix.matches("[a-zA-Z0-9._-]*")) {
            throw new IllegalArgumentException("topic prefix '" + prefix + "': expected at most " + MAX_PREFIX
                    + " letters, digits, '.', '_' or '-'");
        }
    }

    /** Raw log lines. */
    public String lines() {
        return prefix + "lines";
    }

    /** Recognised failures. */
    public String failures() {
        return prefix + "failures";
    }

    /** The table of standing bans. */
    public String bans() {
        return prefix + "bans";
    }

    /** The history: every ban, extension and unban. */
    public String events() {
        return prefix + "events";
    }

    /** What operators order. */
    public String commands() {
        return prefix + "commands";
    }

    /** Records that could not be read, with the reason. */
    public String deadLetters() {
        return prefix + "dead-letters";
    }

    /** What each host reports of itself. */
    public String hosts() {
        return prefix + "hosts";
    }

    /**
     * All topics, to be created where they are missing.
     *
     * @param partitions of the topics that scale with the fleet; {@code bans} has one, so that a consumer sees one
     *     order of all bans
     * @param replication replicas of each partition; absent: the broker's default
     */
    public List<NewTopic> definitions(int partitions, Optional<Short> replication) {
        return List.of(
                ofAnyTime(deleted(lines(), partitions, replication, Duration.ofDays(7))),
                deleted(failures(), partitions, replication, Duration.ofDays(7)),
                compacted(bans(), 1, replication),
                deleted(events(), partitions, replication, Duration.ofDays(90)),
                deleted(commands(), partitions, replication, Duration.ofDays(90)),
                deleted(deadLetters(), 1, replication, Duration.ofDays(30)),
                reports(hosts(), replication));
    }

    private static NewTopic deleted(String name, int partitions, Optional<Short> replication, Duration retention) {
        return new NewTopic(name, Optional.of(partitions), replication)
                .configs(Map.of(
                        TopicConfig.CLEANUP_POLICY_CONFIG,
                        TopicConfig.CLEANUP_POLICY_DELETE,
                        TopicConfig.RETENTION_MS_CONFIG,
                        Long.toString(retention.toMillis())));
    }

    /** A host whose clock is ahead shall not be shut out: who reads the topic bounds its time. */
    private static NewTopic ofAnyTime(NewTopic topic) {
        Map<String, String> configs = new HashMap<>(topic.configs());
        configs.put(TopicConfig.MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG, Long.toString(Long.MAX_VALUE));
        return topic.configs(configs);
    }

    /** Every host writes every few seconds, and compaction takes closed segments only: small ones keep the table small. */
    private static NewTopic reports(String name, Optional<Short> replication) {
        return new NewTopic(name, Optional.of(1), replication)
                .configs(Map.of(
                        TopicConfig.CLEANUP_POLICY_CONFIG,
                        TopicConfig.CLEANUP_POLICY_COMPACT,
                        TopicConfig.SEGMENT_BYTES_CONFIG,
                        Integer.toString(REPORTS_SEGMENT_BYTES)));
    }

    private static NewTopic compacted(String name, int partitions, Optional<Short> replication) {
        return new NewTopic(name, Optional.of(partitions), replication)
                .configs(Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT));
    }
}
