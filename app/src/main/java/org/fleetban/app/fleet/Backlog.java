package org.fleetban.app.fleet;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.fleetban.protocol.Topics;

/**
 * What is in Kafka and not yet processed: the lag of the processors' consumer group, known to Kafka whether they run or not.
 *
 * @param lines records of {@code lines}
 * @param failures records of {@code failures}
 * @param commands records of {@code commands}
 */
public record Backlog(long lines, long failures, long commands) {

    private static final long TIMEOUT_MS = 10_000;

    /**
     * Asks Kafka.
     *
     * @param group the processors' application id
     * @throws KafkaException if Kafka refuses, or does not answer in time
     */
    public static Backlog of(Admin admin, Topics topics, String group) throws InterruptedException {
        Map<TopicPartition, OffsetAndMetadata> committed;
        try {
            committed = admin.listConsumerGroupOffsets(group)
                    .partitionsToOffsetAndMetadata()
                    .get(TIMEOUT_MS, TimeUnit.MILLISECONDS);
            return new Backlog(
                    lag(admin, topics.lines(), committed),
                    lag(admin, topics.failures(), committed),
                    lag(admin, topics.commands(), committed));
        } catch (ExecutionException e) {
            throw e.getCause() instanceof KafkaException cause ? cause : new KafkaException(e.getCause());
        } catch (TimeoutException e) {
            throw new org.apache.kafka.common.errors.TimeoutException(e);
        }
    }

    private static long lag(Admin admin, String topic, Map<TopicPartition, OffsetAndMetadata> committed)
            throws InterruptedException, ExecutionException, TimeoutException {
        List<TopicPartition> partitions =
                admin
                        .describeTopics(List.of(topic))
                        .allTopicNames()
                        .get(TIMEOUT_MS, TimeUnit.MILLISECONDS)
                        .values()
                        .stream()
                        .flatMap(description -> description.partitions().stream())
                        .map(partition -> new TopicPartition(topic, partition.partition()))
                        .toList();
        ListOffsetsResult starts = offsets(admin, partitions, OffsetSpec.earliest());
        ListOffsetsResult ends = offsets(admin, partitions, OffsetSpec.latest());
        long lag = 0;
        for (TopicPartition partition : partitions) {
            long start = offset(starts, partition);
            OffsetAndMetadata place = committed.get(partition);
            long done = place == null ? start : Math.max(start, place.offset());
            lag += Math.max(0, offset(ends, partition) - done);
        }
        return lag;
    }

    private static ListOffsetsResult offsets(Admin admin, List<TopicPartition> partitions, OffsetSpec spec) {
        return admin.listOffsets(partitions.stream().collect(Collectors.toMap(Function.identity(), p -> spec)));
    }

    private static long offset(ListOffsetsResult result, TopicPartition partition)
            throws InterruptedException, ExecutionException, TimeoutException {
        return result.partitionResult(partition)
                .get(TIMEOUT_MS, TimeUnit.MILLISECONDS)
                .offset();
    }
}
