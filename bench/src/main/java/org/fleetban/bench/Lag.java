package org.fleetban.bench;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.fleetban.processor.ProcessorSettings;
import org.fleetban.protocol.Topics;

/** How far the processor is behind the lines and the failures. */
final class Lag implements AutoCloseable {

    private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(10);

    private final Admin admin;
    private final Map<TopicPartition, OffsetSpec> inputs = new HashMap<>();

    Lag(String bootstrapServers, Topics topics, int partitions) {
        this.admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers));
        for (String topic : List.of(topics.lines(), topics.failures())) {
            for (int partition = 0; partition < partitions; partition++) {
                inputs.put(new TopicPartition(topic, partition), OffsetSpec.latest());
            }
        }
    }

    /** Waits until everything is counted and committed. */
    void awaitNone() throws IOException, InterruptedException, ExecutionException {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (records() > 0) {
            if (System.nanoTime() > end) {
                throw new IOException(records() + " records are not read yet");
            }
            Thread.sleep(100);
        }
    }

    private long records() throws InterruptedException, ExecutionException {
        Map<TopicPartition, OffsetAndMetadata> committed = admin.listConsumerGroupOffsets(
                        ProcessorSettings.DEFAULT_APPLICATION_ID)
                .partitionsToOffsetAndMetadata()
                .get();
        return admin.listOffsets(inputs).all().get().entrySet().stream()
                .mapToLong(entry -> {
                    OffsetAndMetadata at = committed.get(entry.getKey());
                    return entry.getValue().offset() - (at == null ? 0 : at.offset());
                })
                .sum();
    }

    @Override
    public void close() {
        admin.close();
    }
}
