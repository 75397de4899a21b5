package org.fleetban.processor;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.fleetban.protocol.OffenderPartition;
import org.jspecify.annotations.Nullable;

/**
 * Brings everything about one offender to one partition: the key {@code jail|id} by its {@code id} alone, so that all jails
 * see each other's bans ({@code bantime.overalljails}); a record without a key to every partition.
 */
final class OffenderPartitioner implements StreamPartitioner<byte[], byte[]> {

    @Override
    public Optional<Set<Integer>> partitions(
            String topic, byte @Nullable [] key, byte @Nullable [] value, int numPartitions) {
        if (key == null) {
            return Optional.of(IntStream.range(0, numPartitions).boxed().collect(Collectors.toUnmodifiableSet()));
        }
        int bar = 0;
        while (bar < key.length && key[bar] != '|') {
            bar++;
        }
        int from = Math.min(bar + 1, key.length);
        String id = new String(key, from, key.length - from, StandardCharsets.UTF_8);
        return Optional.of(Set.of(OffenderPartition.of(id, numPartitions)));
    }
}
