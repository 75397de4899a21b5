package org.fleetban.app;

import java.nio.file.Files;
import java.nio.file.Path;
import org.fleetban.app.settings.Settings;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of every sub-command. */
final class CommonOptions {

    @Option(
            names = "--config",
            paramLabel = "DIR",
            description =
                    "Jails, filters and fleetban.properties. Default: config/ of the checkout, else /etc/fleetban;"
                            + " an existing /etc/fail2ban works as it is.")
    private @Nullable Path config;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    private boolean help;

    /**
     * The configuration directory.
     *
     * @throws UserException if there is none
     */
    Path config(Environment environment) {
        Path directory = config == null ? environment.defaultConfig() : config;
        if (!Files.isDirectory(directory)) {
            throw new UserException(directory + ": no such configuration directory; name one with --config DIR");
        }
        return directory;
    }

    /**
     * The settings of that directory.
     *
     * @throws UserException if they can't be used
     */
    Settings settings(Environment environment) {
        return Settings.load(config(environment), environment.variables());
    }
}
