package org.fleetban.app;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --data}. */
final class DataOption {

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "State: broker data, checkpoints, counts, snapshots. Default: data/ of the checkout, else"
                    + " /var/lib/fleetban.")
    private @Nullable Path data;

    /** The data directory, absolute. */
    Path directory(Environment environment) {
        return (data == null ? environment.defaultData() : data)
                .toAbsolutePath()
                .normalize();
    }
}
