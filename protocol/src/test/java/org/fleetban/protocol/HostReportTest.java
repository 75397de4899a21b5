package org.fleetban.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The short way of writing against {@link JsonCodec}. */
class HostReportTest {

    private static final JsonCodec<HostRecord> CODEC = JsonCodec.of(HostRecord.class);
    private static final Instant AT = Instant.parse("2026-11-23T07:00:00.123Z");

    @Test
    void writesAReportWithAllDetailsAsTheCodecDoes() {
        check(new HostRecord(
                "web\u00e41",
                "processor",
                "1.0 \"x\"",
                AT,
                List.of("192.0.2.1", "2001:db8::1"),
                Map.of("lines.sent", 7L, "lag.bytes", Long.MAX_VALUE, "a\u0001\\", -1L),
                List.of(
                        new HostRecord.ShippedFile("/var/log/\ud83d\ude00\n", 1, 2),
                        new HostRecord.ShippedFile("", 0, Long.MAX_VALUE)),
                List.of(
                        new JailSummary("sshd", Scope.FLEET, 5, 600, -1, true, List.of("/a*", "/b"), List.of()),
                        new JailSummary("x", Scope.HOST, 1, 1, 3, false, List.of(), List.of("_COMM=sshd"))),
                "nftables",
                List.of(new HostRecord.RefusedBan("sshd|192.0.2.1", "never-ban", "it is \u2028 its own")),
                List.of("a note", "")));
    }

    @Test
    void leavesOutWhatTheCodecLeavesOut() {
        HostRecord bare = new HostRecord("h", "shipper", "1", AT, List.of(), Map.of());
        check(bare);
        assertThat(new String(HostReport.encode(bare), StandardCharsets.UTF_8))
                .isEqualTo(
                        "{\"host\":\"h\",\"component\":\"shipper\",\"version\":\"1\",\"at\":\"2026-11-23T07:00:00.123Z\","
                                + "\"addresses\":[],\"figures\":{}}");
    }

    private static void check(HostRecord report) {
        assertThat(new String(HostReport.encode(report), StandardCharsets.UTF_8))
                .isEqualTo(new String(CODEC.encode(report), StandardCharsets.UTF_8));
    }
}
