package org.fleetban.protocol;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.utils.Utils;

/** In which partition of {@code failures} an offender's records are: all jails of an id in one. */
public final class OffenderPartition {

    private OffenderPartition() {}

    /**
     * The partition of an offender.
     *
     * @param id the offender
     * @param partitions of the topic
     */
    public static int of(String id, int partitions) {
        return Utils.toPositive(Utils.murmur2(id.getBytes(StandardCharsets.UTF_8))) % partitions;
    }
}
