package org.fleetban.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonCodecTest {

    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00.250Z");
    private static final JsonCodec<CommandRecord> COMMANDS = JsonCodec.of(CommandRecord.class);

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void everyRecordIsReadBackAsItWasWritten() throws BadRecordException {
        Evidence evidence = new Evidence("web1", "/var/log/auth.log", "f", 12, NOON, "line \u00fc \u2028 \"");
        BanRecord ban = new BanRecord(
                "sshd",
                "2001:db8::1",
                Family.INET6,
                "22",
                "tcp",
                Scope.HOST,
                "web1",
                NOON,
                null,
                3,
                1,
                null,
                "e",
                List.of(evidence));
        BanEvent event = new BanEvent(
                "e",
                BanEvent.Type.EXTEND,
                "sshd",
                "someone",
                null,
                Scope.FLEET,
                null,
                NOON,
                NOON,
                NOON,
                3,
                1,
                "ann",
                "why",
                List.of());
        FailureRecord failure = new FailureRecord("sshd", "192.0.2.1", null, NOON, NOON, "h", "p", "f", 0, "root", "l");
        HostRecord host = new HostRecord("web1", "shipper", "1", NOON, List.of("192.0.2.1"), Map.of("lag.bytes", 0L));

        assertThat(JsonCodec.of(BanRecord.class)
                        .decode(JsonCodec.of(BanRecord.class).encode(ban)))
                .isEqualTo(ban);
        assertThat(JsonCodec.of(BanEvent.class)
                        .decode(JsonCodec.of(BanEvent.class).encode(event)))
                .isEqualTo(event);
        assertThat(JsonCodec.of(FailureRecord.class)
                        .decode(JsonCodec.of(FailureRecord.class).encode(failure)))
                .isEqualTo(failure);
        assertThat(JsonCodec.of(HostRecord.class)
                        .decode(JsonCodec.of(HostRecord.class).encode(host)))
                .isEqualTo(host);
    }

    @Test
    void aReportWithItsDetailsIsReadBackAndOneOfAnOlderReleaseHasNone() throws BadRecordException {
        JsonCodec<HostRecord> codec = JsonCodec.of(HostRecord.class);
        HostRecord host = new HostRecord(
                "web1",
                "enforcer",
                "1",
                NOON,
                List.of(),
                Map.of(),
                List.of(new HostRecord.ShippedFile("/var/log/auth.log", 10, 12)),
                List.of(new JailSummary(
                        "sshd", Scope.FLEET, 3, 600, -1, true, List.of("/var/log/auth.log"), List.of())),
                "ipset",
                List.of(new HostRecord.RefusedBan("sshd|192.0.2.1", "never-ban", "the gateway")),
                List.of("no room"));

        assertThat(codec.decode(codec.encode(host))).isEqualTo(host);
        assertThat(codec.decode(bytes("{\"host\":\"web1\",\"component\":\"enforcer\",\"version\":\"1\","
                        + "\"at\":\"2026-03-01T12:00:00Z\",\"addresses\":[],\"figures\":{}}")))
                .satisfies(old -> {
                    assertThat(old.files()).isEmpty();
                    assertThat(old.jails()).isEmpty();
                    assertThat(old.firewall()).isNull();
                });
    }

    @Test
    void aReportFitsIntoARecordHoweverMuchThereIsToReport() {
        List<HostRecord.RefusedBan> many = new ArrayList<>();
        for (int i = 0; i < 50_000; i++) {
            many.add(new HostRecord.RefusedBan("sshd|" + i, "no-room", "\u0001".repeat(200)));
        }
        HostRecord host = new HostRecord(
                "web1",
                "enforcer",
                "1",
                NOON,
                List.of(),
                Map.of("bans.refused", 50_000L),
                List.of(),
                List.of(),
                null,
                many,
                List.of("x".repeat(2_000_000), "y"));

        assertThat(host.refused())
                .hasSizeGreaterThan(50)
                .isEqualTo(many.subList(0, host.refused().size()));
        assertThat(host.notes()).containsExactly("y");
        assertThat(JsonCodec.of(HostRecord.class).encode(host)).hasSizeLessThan(1_000_000);
    }

    @Test
    void writesToAStreamWhatItEncodes() {
        CommandRecord command =
                new CommandRecord("c", CommandRecord.Type.UNBAN, null, "192.0.2.1", null, null, "ann", null, NOON);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        COMMANDS.write(command, out);

        assertThat(out.toByteArray()).isEqualTo(COMMANDS.encode(command));
    }

    @Test
    void theTextIsCompactWithTimesInMillisecondsAndWithoutWhatIsAbsent() {
        CommandRecord command =
                new CommandRecord("c", CommandRecord.Type.UNBAN, null, "192.0.2.1", null, null, "ann", null, NOON);

        assertThat(new String(COMMANDS.encode(command), StandardCharsets.UTF_8))
                .isEqualTo("{\"command\":\"c\",\"type\":\"unban\",\"id\":\"192.0.2.1\",\"by\":\"ann\","
                        + "\"at\":\"2026-03-01T12:00:00.250Z\"}");
    }

    @Test
    void fieldsThatALaterReleaseAddsAreIgnored() throws BadRecordException {
        CommandRecord command = COMMANDS.decode(bytes("{\"v\":1,\"command\":\"c\",\"type\":\"unban\",\"by\":\"ann\","
                + "\"at\":\"2026-03-01T12:00:00Z\",\"later\":{\"a\":[1]}}"));

        assertThat(command.by()).isEqualTo("ann");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "null; null",
                "[]; from Array value",
                "{\"command\":\"c\",\"type\":\"unban\",\"at\":\"2026-03-01T12:00:00Z\"}; the field by is missing",
                "{\"command\":\"c\",\"type\":\"erase\",\"by\":\"x\"}; field type",
                "{\"command\":\"c\",\"type\":\"unban\",\"by\":\"x\",\"at\":\"noon\"}; not an ISO 8601 instant",
                "{\"v\":2,\"command\":\"c\"}; version 2 of the format",
                "{\"v\":\"x\",\"command\":\"c\"}; version x of the format",
                "{} {}; Trailing token",
                "{; Unexpected end-of-input",
            })
    void whatIsNoSuchRecordIsRefusedWithTheReason(String json, String reason) {
        assertThatThrownBy(() -> COMMANDS.decode(bytes(json)))
                .isInstanceOf(BadRecordException.class)
                .hasMessageStartingWith("not a CommandRecord: ")
                .hasMessageContaining(reason);
    }

    @Test
    void bytesThatAreNoTextAreRefused() {
        assertThatThrownBy(() -> COMMANDS.decode(new byte[] {(byte) 0xff, (byte) 0xfe, 0}))
                .isInstanceOf(BadRecordException.class);
    }
}
