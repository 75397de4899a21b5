package org.fleetban.shipper;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The producer's settings: the shipper's own, and the user's over them. */
final class ProducerSettings {

    /** What makes a delivered line a safe one: not to be overridden. */
    private static final Map<String, Object> PROMISED = Map.of(
            ProducerConfig.ACKS_CONFIG,
            "all",
            ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
            "true",
            ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG,
            ByteArraySerializer.class.getName(),
            ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG,
            ByteArraySerializer.class.getName());

    /** Key and headers beside the value: a path has at most 4,096 bytes. */
    private static final int RECORD_OVERHEAD = 8 * 1024;

    private ProducerSettings() {}

    /**
     * @throws ShipperException if a setting is wrong, or is one that the shipper's promises rest on
     */
    static Map<String, Object> complete(ShipperSettings settings, Map<String, Object> given) throws ShipperException {
        for (Map.Entry<String, Object> promise : PROMISED.entrySet()) {
            Object value = given.get(promise.getKey());
            if (value != null && !value.toString().equals(promise.getValue())) {
                throw new ShipperException("client setting " + promise.getKey() + "=" + value
                        + " would lose or reorder lines: the shipper works with " + promise.getValue()
                        + " only, remove the setting");
            }
        }
        Map<String, Object> all = new HashMap<>(defaults(settings));
        all.putAll(given);
        all.putAll(PROMISED);
        try {
            new ProducerConfig(all).unused();
        } catch (ConfigException e) {
            throw new ShipperException("Kafka client settings: " + e.getMessage(), e);
        }
        return all;
    }

    private static Map<String, Object> defaults(ShipperSettings settings) {
        Map<String, Object> defaults = new HashMap<>();
        defaults.put(ProducerConfig.CLIENT_ID_CONFIG, "fleetban-shipper-" + settings.host());
        defaults.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        // The reader gathers lines: to wait in the client as well would be one more wake-up for each request. In a
        // burst, what comes while one request is on its way fills the next.
        defaults.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        defaults.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
        defaults.put(ProducerConfig.BATCH_SIZE_CONFIG, 128 * 1024);
        defaults.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 2 * settings.maxInFlightBytes());
        defaults.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, settings.maxLineBytes() + RECORD_OVERHEAD);
        // A record is tried until it is taken; the reader never waits long inside the client, since it must keep
        // files open that are rotated meanwhile.
        defaults.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Integer.MAX_VALUE);
        defaults.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 50);
        defaults.put(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1_000);
        defaults.put(ProducerConfig.METRIC_REPORTER_CLASSES_CONFIG, "");
        defaults.put(ProducerConfig.ENABLE_METRICS_PUSH_CONFIG, false);
        return defaults;
    }
}
