package org.fleetban.processor;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.internals.DefaultErrorHandlerContext;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.Record;
import org.fleetban.engine.jail.Attempt;
import org.fleetban.engine.jail.Ban;
import org.fleetban.engine.jail.Decision;
import org.fleetban.protocol.BanEvent;
import org.fleetban.protocol.BanKey;
import org.fleetban.protocol.BanRecord;
import org.fleetban.protocol.JsonCodec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever is read, what is written fits into records of a megabyte. */
class RecordSizeTest {

    private static final int MAX_RECORD = 1_000_000;

    @TempDir
    Path directory;

    @Test
    void theEvidenceOfAnEventAndItsBanFitIntoOneRecordTogether() {
        List<Attempt> lines = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            lines.add(new Attempt("web1", "/var/log/x", "f", i, i, i + "\u0001".repeat(2_000)));
        }
        Ban ban = new Ban(Ban.Status.STANDING, 0, 1, Ban.NEVER, 3, 1, "e", null, lines);
        BanKey key = new BanKey("sshd", "192.0.2.7", null);
        BanEvent event =
                BanRecords.event(key, new Decision(Decision.Kind.BAN, "e", ban, null), "fleetban", null, Instant.EPOCH);
        BanRecord record = BanRecords.record(key, ban, null);

        assertThat(record.evidence()).hasSizeGreaterThan(10);
        assertThat(record.evidence().get(record.evidence().size() - 1).line()).startsWith("999");
        assertThat(JsonCodec.of(BanEvent.class).encode(event).length
                        + JsonCodec.of(BanRecord.class).encode(record).length)
                .isLessThan(MAX_RECORD);
    }

    @Test
    void aForgedFailureOfAnEndlessPathIsADeadLetterAndOneOfAnEndlessLineIsShortened() {
        try (TestFleet fleet =
                new TestFleet(directory, TestJail.named("sshd").maxRetry(1).compile())) {
            String good = "{\"jail\":\"sshd\",\"id\":\"192.0.2.1\",\"time\":\"" + fleet.now() + "\",\"read\":\""
                    + fleet.now() + "\",\"host\":\"h\",\"path\":\"/p\",\"file\":\"f\",\"offset\":1,\"line\":\"l\"}";
            for (String forged : List.of(
                    good.replace("/p", "/p".repeat(5_000)), good.replace("\"l\"", '"' + "l".repeat(500_000) + '"'))) {
                fleet.pipe(
                        fleet.topics().failures(),
                        TestFleet.bytes("sshd|192.0.2.1"),
                        TestFleet.bytes(forged),
                        new RecordHeaders(),
                        fleet.now());
            }
            assertThat(fleet.deadLetters()).hasSize(1);
            assertThat(fleet.ban("sshd|192.0.2.1"))
                    .isNotNull()
                    .satisfies(ban -> assertThat(ban.evidence().get(0).line()).hasSize(2_000));
        }
    }

    @Test
    void theLastResortKeepsTheOriginalsHeadersAndCutsWhatIsTooLarge() {
        BadRecordHandlers.Processing handler = new BadRecordHandlers.Processing();
        handler.configure(java.util.Map.of(BadRecordHandlers.DEAD_LETTERS, "dead"));
        RecordHeaders original = new RecordHeaders();
        original.add("file", "f1".getBytes(UTF_8)).add("offset", "12".getBytes(UTF_8));
        ErrorHandlerContext context = new DefaultErrorHandlerContext(
                null,
                "lines",
                3,
                77,
                original,
                "filter",
                new TaskId(0, 3),
                1_000,
                "web1|/x".getBytes(UTF_8),
                new byte[950_000]);

        ProducerRecord<byte[], byte[]> letter = handler.handleError(
                        context, new Record<>(null, null, 0), new IllegalStateException("broken"))
                .deadLetterQueueRecords()
                .get(0);

        assertThat(letter.topic()).isEqualTo("dead");
        assertThat(letter.key()).isEqualTo("web1|/x".getBytes(UTF_8));
        assertThat(letter.value()).hasSize(900_000);
        assertThat(letter.headers())
                .extracting(header -> header.key() + '=' + new String(header.value(), UTF_8))
                .containsExactly(
                        "file=f1",
                        "offset=12",
                        "dead.reason=java.lang.IllegalStateException: broken",
                        "dead.topic=lines",
                        "dead.partition=3",
                        "dead.offset=77",
                        "dead.length=950000");
        assertThat(original).hasSize(2);
    }
}
