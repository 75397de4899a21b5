package org.fleetban.engine.regex;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextTest {

    private static Text decode(String hex, Charset charset) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        return Text.decode(bytes, 0, bytes.length, charset);
    }

    /** Facts of CPython 3.11: {@code bytes.fromhex(…).decode(charset, 'replace')}; R stands for U+FFFD. */
    @ParameterizedTest
    @CsvSource({
        "UTF-8, 61ff62, aRb",
        "UTF-8, c3a9, é",
        "UTF-8, c3, R",
        "UTF-8, c328, R(",
        "UTF-8, e28228, R(",
        "UTF-8, e282, R",
        "UTF-8, f0908080, \ud800\udc00",
        "UTF-8, f09080, R",
        "UTF-8, f0808080, RRRR",
        "UTF-8, eda080, RRR",
        "UTF-8, f4908080, RRRR",
        "UTF-8, c080, RR",
        "UTF-8, e0809f, RRR",
        "UTF-8, f1e28061, RRa",
        "UTF-8, 80bf, RR",
        "US-ASCII, 61e9, aR",
        "ISO-8859-1, 61e9, aé",
        "UTF-16LE, 610062, aR",
        "UTF-16LE, 00d86100, Ra",
        "UTF-16LE, 00d861, R",
        "UTF-16LE, 00dc6100, Ra",
        "UTF-16, 6100, a",
        "UTF-16, fffe6100, a",
        "UTF-16, feff0061, a",
        "UTF-16BE, 0061, a",
    })
    void bytesThatAreNotValidBecomeAsManyReplacementsAsInPython(String charset, String hex, String expected) {
        assertThat(decode(hex, Charset.forName(charset)).toString()).isEqualTo(expected.replace('R', '\ufffd'));
    }

    @Test
    void slicesAndJoinsBothKindsOfText() {
        for (String string : new String[] {"abcdef", "abжdef", "a\ud83d\ude00cdef"}) {
            Text text = Text.of(string);
            int[] points = string.codePoints().toArray();
            assertThat(text.length()).isEqualTo(6);
            assertThat(text.at(2)).isEqualTo(points[2]);
            assertThat(text.slice(1, 4).slice(1, 3).toString()).isEqualTo(new String(points, 2, 2));
            assertThat(text.without(1, 3).toString()).isEqualTo(new String(points, 0, 1) + new String(points, 3, 3));
            assertThat(text.without(0, 6)).isEqualTo(Text.empty());
            assertThat(text.concat(Text.of("\n")).toString()).isEqualTo(string + "\n");
            assertThat(Text.of("\n").concat(text).toString()).isEqualTo("\n" + string);
            assertThat(text.slice(3, 6)).isEqualTo(Text.of("def")).hasSameHashCodeAs(Text.of("def"));
        }
    }

    @Test
    void anUnpairedSurrogateIsACharacter() {
        Text text = Text.of("\ud800a");
        assertThat(text.length()).isEqualTo(2);
        assertThat(text.at(0)).isEqualTo(0xd800);
        assertThat(text.toString()).isEqualTo("\ud800a");
    }

    @Test
    void changingTheBytesAfterwardsDoesNotChangeTheText() {
        byte[] bytes = "abc".getBytes(StandardCharsets.US_ASCII);
        Text text = Text.decode(bytes, 1, 3, StandardCharsets.UTF_8);
        bytes[1] = 'x';
        assertThat(text.toString()).isEqualTo("bc");
    }

    @Test
    void placesOutsideOfATextAreRefused() {
        Text part = Text.of("abc").slice(1, 2);
        assertThatThrownBy(() -> part.at(1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> part.slice(0, 2)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> part.substring(-1, 1)).isInstanceOf(IndexOutOfBoundsException.class);
    }
}
