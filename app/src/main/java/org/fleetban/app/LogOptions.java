package org.fleetban.app;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** {@code --log}. */
final class LogOptions {

    @Option(
            names = "--log",
            paramLabel = "[JAIL=]FILE",
            description =
                    "Read this file too, from its beginning, for this jail (which that enables) or for every enabled"
                            + " jail. Repeatable.")
    private List<String> logs = new ArrayList<>();

    /**
     * The files.
     *
     * @throws UserException if one can't be read
     */
    List<LogOption> parse() {
        return logs.stream().map(LogOption::parse).toList();
    }
}
