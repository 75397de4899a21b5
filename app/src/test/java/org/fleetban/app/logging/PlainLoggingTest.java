package org.fleetban.app.logging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;

final class PlainLoggingTest {

    private static final String TIME = "\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d,\\d{3} ";

    private final PlainLogging logging = new PlainLogging();

    @Test
    void writesTheFormOfLog4jsConfiguration() {
        Logger log = logging.getLogger("org.fleetban.shipper.Shipper");
        assertThat(said(() -> log.warn("{} of {}", 1, "two"))).matches(TIME + "WARN  Shipper: 1 of two\n");
    }

    @Test
    void showsWhatATerminalWouldObey() {
        Logger log = logging.getLogger("org.fleetban.shipper.Shipper");
        assertThat(said(() -> log.warn("reads {}", "/var/log/\033[2J\nfleetban: ready")))
                .endsWith("reads /var/log/\\x1b[2J\\x0afleetban: ready\n");
    }

    @Test
    void writesAnErrorWithItsTrace() {
        Logger log = logging.getLogger("org.fleetban.shipper.Shipper");
        assertThat(said(() -> log.error("broken", new IllegalStateException("why"))))
                .matches("(?s)" + TIME + "ERROR Shipper: broken\n"
                        + "java.lang.IllegalStateException: why\n\tat org\\.fleetban.*");
    }

    @Test
    void keepsTheKafkaLibrariesQuiet() {
        Logger kafka = logging.getLogger("org.apache.kafka.clients.NetworkClient");
        assertThat(said(() -> kafka.warn("no broker"))).isEmpty();
        assertThat(said(() -> kafka.error("no broker"))).endsWith("ERROR NetworkClient: no broker\n");
    }

    @Test
    void saysWhatOwnPartsInformOfAndOthersWarnOf() {
        assertThat(said(() -> logging.getLogger("org.fleetban.shipper.Shipper").info("x")))
                .isNotEmpty();
        assertThat(said(() -> logging.getLogger("org.fleetban.shipper.Shipper").debug("x")))
                .isEmpty();
        assertThat(said(() -> logging.getLogger("com.example.Other").info("x"))).isEmpty();
        assertThat(said(() -> logging.getLogger("com.example.Other").warn("x"))).isNotEmpty();
    }

    private static String said(Runnable logging) {
        PrintStream before = System.err;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        System.setErr(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            logging.run();
        } finally {
            System.setErr(before);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
