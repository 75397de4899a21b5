package org.fleetban.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The short way against {@link JsonCodec}. */
class FailureCodecTest {

    private static final JsonCodec<FailureRecord> ANY = JsonCodec.of(FailureRecord.class);
    private static final String USUAL =
            "{\"jail\":\"sshd\",\"id\":\"192.0.2.1\",\"time\":\"2026-11-23T07:00:00.000Z\",\"read\":\"2026-11-23T07:00:00.001Z\","
                    + "\"host\":\"web1\",\"path\":\"/l\",\"file\":\"f\",\"offset\":7,\"line\":\"x\"}";

    @Test
    void writesAndReadsWhateverTextsHold() throws BadRecordException {
        Random random = new Random(1);
        for (int i = 0; i < 5_000; i++) {
            FailureRecord failure = new FailureRecord(
                    text(random),
                    text(random),
                    random.nextBoolean() ? null : text(random),
                    Instant.ofEpochMilli(random.nextLong(4_000_000_000_000L)),
                    Instant.ofEpochMilli(random.nextLong(4_000_000_000_000L)),
                    text(random),
                    text(random),
                    text(random),
                    random.nextLong() >>> random.nextInt(64),
                    random.nextBoolean() ? null : text(random),
                    text(random));
            byte[] json = FailureCodec.encode(failure);
            assertThat(json).isEqualTo(ANY.encode(failure));
            assertThat(FailureCodec.decode(json)).isEqualTo(ANY.decode(json));
        }
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        int length = random.nextInt(30);
        if (random.nextInt(20) > 0) {
            return random.ints(length, ' ', 128).mapToObj(Character::toString).collect(Collectors.joining());
        }
        for (int i = 0; i < length; i++) {
            int kind = random.nextInt(10);
            text.append((char) random.nextInt(kind < 6 ? 128 : kind < 8 ? 32 : 0xd800));
        }
        return text.toString();
    }

    @Test
    void readsUnusualFormsToo() throws BadRecordException {
        for (String json : new String[] {
            USUAL,
            USUAL.replace("{", "{\"new\":{\"a\":[1]},"),
            USUAL.replace("{", "{\"ip\":null,"),
            USUAL.replace("07:00:00.000Z", "07:00:00Z"),
            USUAL.replace("{", "{\"v\":1,"),
            USUAL.replace("\"x\"", "\"\\u0041\\n\""),
            USUAL.replace("\"x\"", "\"\u00e9\""),
            USUAL.replace(":7", ": 7"),
            USUAL.replace(":7", ":-7"),
            USUAL.replace(":7", ":9223372036854775807"),
            USUAL + " "
        }) {
            assertThat(FailureCodec.decode(bytes(json))).isEqualTo(ANY.decode(bytes(json)));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"jail\":\"sshd\",", "\"offset\":7,", "\"id\":\"192.0.2.1\","})
    void refusesARecordWithoutAFieldAsTheOtherDoes(String missing) {
        refused(USUAL.replace(missing, ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "", "[]", "{", "x", "{\"v\":2}", "07", "99999999999999999999"})
    void refusesWhatIsNoneAsTheOtherDoes(String json) {
        refused(json);
        refused(USUAL + json);
        refused(USUAL.replace("7,", json + ","));
        refused(USUAL.replace("{", "{\"v\":2,"));
    }

    private static void refused(String json) {
        if (json.equals(USUAL)) {
            return;
        }
        Refusals.same(() -> FailureCodec.decode(bytes(json)), () -> ANY.decode(bytes(json)));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
