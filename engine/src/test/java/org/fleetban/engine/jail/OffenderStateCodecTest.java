package org.fleetban.engine.jail;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OffenderStateCodecTest {

    @Test
    void readsWhatItWroteFromFewSourcesAndFromMany() {
        Random random = new Random(1);
        for (int i = 0; i < 2_000; i++) {
            int sources = 1 + random.nextInt(i % 2 == 0 ? 3 : 40);
            Ban ban = new Ban(
                    Ban.Status.STANDING,
                    random.nextLong(),
                    random.nextLong(),
                    Ban.NEVER,
                    random.nextInt(),
                    random.nextInt(),
                    "event",
                    random.nextBoolean() ? null : "Grüße",
                    attempts(random, sources));
            OffenderState state = new OffenderState(
                    attempts(random, sources), random.nextLong(), random.nextInt(3) == 0 ? null : ban);
            assertThat(OffenderStateCodec.decode(OffenderStateCodec.encode(state)))
                    .isEqualTo(state);
        }
    }

    private static List<Attempt> attempts(Random random, int sources) {
        List<Attempt> attempts = new ArrayList<>();
        int count = random.nextInt(60);
        for (int i = 0; i < count; i++) {
            int source = random.nextInt(sources);
            attempts.add(new Attempt(
                    "web" + source % 5,
                    "/var/log/" + source % 7,
                    "f" + source,
                    random.nextLong(),
                    random.nextInt(),
                    "x".repeat(random.nextInt(300))));
        }
        return attempts;
    }
}
