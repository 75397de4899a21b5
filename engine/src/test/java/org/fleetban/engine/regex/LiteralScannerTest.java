package org.fleetban.engine.regex;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LiteralScannerTest {

    @Test
    void findsExactlyTheLiteralsThatOccur() {
        long seed = 99;
        Random random = new Random(seed);
        for (int round = 0; round < 3000; round++) {
            String begin = letters(random, random.nextInt(60));
            List<Literal> literals = new ArrayList<>();
            int shortest = 1 + random.nextInt(10);
            for (int i = random.nextInt(70); i >= 0; i--) {
                boolean ignoreCase = random.nextBoolean();
                int length = shortest + random.nextInt(random.nextInt(20) + 1);
                int at = random.nextInt(begin.length() + 1);
                String text = random.nextBoolean() && at + length <= begin.length()
                        ? begin.substring(at, at + length)
                        : letters(random, length);
                literals.add(new Literal(ignoreCase ? text.toLowerCase(Locale.ROOT) : text, ignoreCase));
            }
            String string = begin + (round % 5 == 0 ? "ж" + letters(random, 9) : "");
            int from = random.nextInt(string.length() + 1);
            int to = from + random.nextInt(string.length() - from + 1);
            String part = string.substring(from, to);
            BitSet expected = new BitSet();
            for (int i = 0; i < literals.size(); i++) {
                Literal literal = literals.get(i);
                expected.set(i, (literal.ignoreCase() ? part.toLowerCase(Locale.ROOT) : part).contains(literal.text()));
            }
            LiteralScanner scanner = LiteralScanner.of(literals);
            long[] found = scanner.newResult();
            scanner.scan(Text.of(string), from, to, found);
            assertThat(BitSet.valueOf(found))
                    .as("seed %s, %s in '%s'", seed, literals, part)
                    .isEqualTo(expected);
            byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
            scanner.scan(bytes, 0, bytes.length, found);
            assertThat(BitSet.valueOf(found)).as("bytes, seed %s", seed).isEqualTo(expected);
        }
    }

    private static String letters(Random random, int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append("aAbBc: ".charAt(random.nextInt(7)));
        }
        return text.toString();
    }

    @Test
    void aScannerWithoutLiteralsFindsNothing() {
        LiteralScanner scanner = LiteralScanner.of(List.of());
        long[] found = scanner.newResult();
        scanner.scan(Text.of("text"), 0, 4, found);
        assertThat(found).isEmpty();
    }

    @Test
    void aLiteralIsAsciiAndNotEmpty() {
        assertThatThrownBy(() -> new Literal("", false)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Literal("ü", false)).isInstanceOf(IllegalArgumentException.class);
    }
}
