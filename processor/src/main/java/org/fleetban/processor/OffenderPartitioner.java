package org.fleetban.processor;

import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.streams.processor.StreamPartitioner;
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
        byte[] id = Arrays.copyOfRange(key, Math.min(bar + 1, key.length), key.length);
        return Optional.of(Set.of(Utils.toPositive(Utils.murmur2(id)) % numPartitions));
    }
}
