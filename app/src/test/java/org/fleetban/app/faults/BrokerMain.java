package org.fleetban.app.faults;

import java.nio.file.Path;
import java.util.Map;
import org.fleetban.app.broker.EmbeddedBroker;
import org.fleetban.app.settings.HostPort;

/** The embedded broker as a process of its own: {@code data-directory port}. It ends with the process that started it. */
final class BrokerMain {

    static final String READY = "broker ready";

    private BrokerMain() {}

    public static void main(String[] arguments) throws Exception {
        HostPort address = new HostPort("127.0.0.1", Integer.parseInt(arguments[1]));
        // A killed processor's work is given to the others after seconds.
        Map<String, String> overrides = Map.of("group.min.session.timeout.ms", "1000");
        try (EmbeddedBroker broker = EmbeddedBroker.start(Path.of(arguments[0]), address, address, overrides)) {
            System.out.println(READY);
            while (System.in.read() >= 0) {
                continue;
            }
        }
    }
}
