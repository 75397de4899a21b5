package org.fleetban.engine.regex;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class RunsTest {

    private static final String TEXT = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

    @Test
    void aStringStandsWhereAllOfItsCharactersDo() {
        byte[] text = TEXT.getBytes(StandardCharsets.ISO_8859_1);
        for (int length = 0; length < 30; length++) {
            byte[] string = TEXT.substring(5, 5 + length).getBytes(StandardCharsets.ISO_8859_1);
            assertThat(Runs.stands(string, text, 5, text.length))
                    .as("%d characters", length)
                    .isTrue();
            assertThat(Runs.stands(string, text, 5, 5 + length))
                    .as("%d up to the end", length)
                    .isTrue();
            assertThat(Runs.stands(string, text, 5, 4 + length))
                    .as("%d beyond the end", length)
                    .isFalse();
            for (int wrong = 0; wrong < length; wrong++) {
                byte[] other = string.clone();
                other[wrong] ^= 1;
                assertThat(Runs.stands(other, text, 5, text.length))
                        .as("%d characters, another at %d", length, wrong)
                        .isFalse();
            }
        }
    }
}
