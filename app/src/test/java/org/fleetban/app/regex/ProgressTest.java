package org.fleetban.app.regex;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class ProgressTest {

    private static final long SECOND = 1_000_000_000;

    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final PrintStream print = new PrintStream(err, true, StandardCharsets.UTF_8);
    private long now = Long.MAX_VALUE - SECOND;

    private void lines(Progress progress, int count, long done, long all) {
        for (int i = 0; i < count; i++) {
            progress.line(() -> done, all);
        }
    }

    @Test
    void aShortRunShowsNothing() {
        Progress progress = new Progress(print, true, () -> now);
        now += SECOND / 3;
        lines(progress, 10_000, 50, 100);
        progress.done();
        assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
    }

    @Test
    void aLongRunShowsHowFarItIsAndWhenItEnds() {
        Progress progress = new Progress(print, true, () -> now);
        now += 3 * SECOND;
        lines(progress, 256, 25, 100);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .isEqualTo("\r[##########------------------------------]  25 %  256 lines, 85/s, 0:09 left\u001b[K");
        progress.done();
        assertThat(err.toString(StandardCharsets.UTF_8)).endsWith("\r\u001b[K");
    }

    @Test
    void withoutAnEndItShowsTheLines() {
        Progress progress = new Progress(print, true, () -> now);
        now += SECOND;
        lines(progress, 512, 0, 0);
        assertThat(err.toString(StandardCharsets.UTF_8)).isEqualTo("\r256 lines, 256/s\u001b[K");
    }

    @Test
    void nobodySeesItNobodyGetsIt() {
        Progress progress = new Progress(print, false, () -> now);
        now += 9 * SECOND;
        lines(progress, 1_000, 25, 100);
        progress.done();
        assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
    }
}
