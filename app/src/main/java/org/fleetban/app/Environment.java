package org.fleetban.app;

import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import org.fleetban.app.fleet.Terminal;

/**
 * What the process was given: the streams, the environment, the time, the place where Fleetban is installed.
 *
 * @param out for results
 * @param err for messages
 * @param variables the environment variables
 * @param clock the wall clock
 * @param home the checkout or the installation directory
 */
record Environment(PrintStream out, PrintStream err, Map<String, String> variables, Clock clock, Path home) {

    private static final Path INSTALLED_CONFIG = Path.of("/etc/fleetban");
    private static final Path INSTALLED_DATA = Path.of("/var/lib/fleetban");

    /** {@code config/} of the checkout, else {@code /etc/fleetban}; {@code FLEETBAN_CONFIG} goes before both. */
    Path defaultConfig() {
        String configured = variables.get("FLEETBAN_CONFIG");
        if (configured != null) {
            return Path.of(configured);
        }
        return isCheckout() ? home.resolve("config") : INSTALLED_CONFIG;
    }

    /** {@code data/} of the checkout, else {@code /var/lib/fleetban}; {@code FLEETBAN_DATA} goes before both. */
    Path defaultData() {
        String configured = variables.get("FLEETBAN_DATA");
        if (configured != null) {
            return Path.of(configured);
        }
        return isCheckout() ? home.resolve("data") : INSTALLED_DATA;
    }

    private boolean isCheckout() {
        return Files.exists(home.resolve("pom.xml"));
    }

    /**
     * Tells the user something that is no result, on the error stream.
     *
     * @param message names of jails and hosts in it may have come from a topic: what a terminal would obey is escaped
     */
    void say(String message) {
        err.println("fleetban: " + Terminal.escape(message));
    }
}
