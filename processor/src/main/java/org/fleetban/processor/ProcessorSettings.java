package org.fleetban.processor;

import java.nio.file.Path;
import java.util.Map;
import org.fleetban.protocol.Topics;

/**
 * Settings of a processor.
 *
 * @param applicationId names the state: consumer group, changelogs, directory
 * @param topics names of the topics
 * @param kafka client settings as Kafka names them; {@code bootstrap.servers} at least. They win over the processor's own
 * @param stateDirectory of the state stores
 * @param threads stream threads, at least 1
 * @param store where states are kept beside their changelog
 */
public record ProcessorSettings(
        String applicationId, Topics topics, Map<String, String> kafka, Path stateDirectory, int threads, Store store) {

    /** The application id where nothing else is configured. */
    public static final String DEFAULT_APPLICATION_ID = "fleetban-processor";

    /** Where states are kept. */
    public enum Store {
        /** On disk: restarts without reading the changelog, and holds more than memory does. */
        ROCKS_DB,
        /** In memory: faster, reads the whole changelog at the start. */
        MEMORY
    }

    public ProcessorSettings {
        kafka = Map.copyOf(kafka);
        if (threads < 1) {
            throw new IllegalArgumentException("threads = " + threads + ": expected at least 1");
        }
    }
}
