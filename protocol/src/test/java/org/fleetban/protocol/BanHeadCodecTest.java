package org.fleetban.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The short way against {@link JsonCodec}. */
class BanHeadCodecTest {

    private static final JsonCodec<BanHead> ANY = JsonCodec.of(BanHead.class);
    private static final String USUAL = "{\"jail\":\"sshd\",\"id\":\"192.0.2.1\",\"family\":\"inet\",\"ports\":\"ssh\","
            + "\"scope\":\"fleet\",\"since\":\"2026-11-23T07:00:00.000Z\",\"until\":\"2026-11-23T08:00:00.000Z\","
            + "\"count\":5,\"banCount\":1,\"event\":\"e\",\"evidence\":[{\"line\":\"x\",\"jail\":\"other\"}]}";

    private final BanHeadCodec codec = new BanHeadCodec();

    @Test
    void readsWhatTheProcessorWrites() throws BadRecordException {
        Instant now = Instant.parse("2026-11-23T07:00:00Z");
        Evidence evidence = new Evidence("web1", "/l", "f", 7, now, "\"},{\u2028\ud83d\ude00\\");
        for (Scope scope : Scope.values()) {
            for (String optional : new String[] {null, "22,80"}) {
                BanRecord ban = new BanRecord(
                        "s|\"h\u00e9",
                        "192.0.2.1",
                        optional == null ? null : Family.INET,
                        optional,
                        optional,
                        scope,
                        optional,
                        now,
                        optional == null ? null : now.plusSeconds(60),
                        5,
                        1,
                        optional,
                        "e",
                        List.of(evidence, evidence));
                byte[] json = JsonCodec.of(BanRecord.class).encode(ban);
                assertThat(codec.decode(json)).isEqualTo(ANY.decode(json));
                assertThat(codec.decode(json).jail()).isEqualTo(ban.jail());
                assertThat(codec.decode(json).until()).isEqualTo(ban.until());
            }
        }
    }

    @Test
    void readsUnusualFormsToo() throws BadRecordException {
        for (String json : new String[] {
            USUAL,
            USUAL.replace("{\"jail", "{\"new\":{\"jail\":[\"a\"]},\"jail"),
            USUAL.replace("\"ssh\"", "null"),
            USUAL.replace("\"ssh\"", "22"),
            USUAL.replace("08:00:00.000Z", "08:00:00Z"),
            USUAL.replace("{\"jail", "{\"v\":1,\"jail"),
            USUAL.replace("{\"jail", "{\"jail\":\"twice\",\"jail")
        }) {
            assertThat(codec.decode(bytes(json))).as(json).isEqualTo(ANY.decode(bytes(json)));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "",
                "[]",
                "{",
                "x",
                "{\"v\":2}",
                "{\"jail\":\"sshd\"}",
                "{\"jail\":\"sshd\",\"id\":\"x\",\"scope\":\"world\"}",
                "{\"jail\":\"sshd\",\"id\":\"x\",\"scope\":\"fleet\",\"until\":\"soon\"}",
                "{\"jail\":{},\"id\":\"x\",\"scope\":\"fleet\"}",
                "{\"jail\":\"sshd\",\"id\":\"x\",\"scope\":\"fleet\"} x",
                "{\"jail\":\"sshd\",\"id\":\"x\",\"scope\":\"fleet\",\"evidence\":[}"
            })
    void refusesWhatIsNoneAsTheOtherDoes(String json) {
        Refusals.same(() -> codec.decode(bytes(json)), () -> ANY.decode(bytes(json)));
    }

    private static byte[] bytes(String json) {
        return json.getBytes(StandardCharsets.UTF_8);
    }
}
