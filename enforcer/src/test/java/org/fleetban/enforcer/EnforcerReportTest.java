package org.fleetban.enforcer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.fleetban.enforcer.action.ActionRunner;
import org.fleetban.enforcer.firewall.Audit.Traffic;
import org.fleetban.protocol.HostRecord;
import org.fleetban.protocol.JsonCodec;
import org.junit.jupiter.api.Test;

final class EnforcerReportTest {

    /** The largest record that a broker takes unless it is told otherwise, {@code message.max.bytes}. */
    private static final int MAX_RECORD = 1_048_588;

    @Test
    void fitsIntoARecordWhateverJailsAreForged() {
        Map<String, Long> waiting = new HashMap<>(Map.of("sshd", 3L));
        Map<String, Traffic> traffic = new HashMap<>(Map.of("sshd", new Traffic(5, 300)));
        for (int i = 0; i < 20_000; i++) {
            waiting.put("\u20ac".repeat(90) + i, 1L);
            traffic.put("\u20ac".repeat(90) + i, new Traffic(1, 1));
        }
        waiting.put("a".repeat(8_000), 1L);

        HostRecord record = report(traffic, waiting).toHostRecord("web1", "1", Instant.EPOCH);

        assertThat(JsonCodec.of(HostRecord.class).encode(record).length).isLessThan(MAX_RECORD);
        assertThat(record.figures())
                .containsEntry("waiting.sshd", 3L)
                .containsEntry("packets.sshd", 5L)
                .containsEntry("bans.waiting", 20_004L);
    }

    private static EnforcerReport report(Map<String, Traffic> traffic, Map<String, Long> waiting) {
        return new EnforcerReport(
                "none",
                true,
                true,
                0,
                20_004,
                0,
                Map.of(Refusal.Reason.TOO_MANY, 20_004L),
                Map.of(),
                0,
                0,
                0,
                null,
                traffic,
                waiting,
                List.of(),
                new ActionRunner.Report(0, 0, 0));
    }
}
