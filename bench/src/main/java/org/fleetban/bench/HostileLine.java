package org.fleetban.bench;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Makes lines that are meant to be dear for one filter: out of lines that it finds something in, torn apart, blown up and
 * repeated. The same seed and number give the same line.
 */
final class HostileLine {

    /** The longest line, bytes. */
    static final int MOST_BYTES = 1 << 16;

    private static final int FEWEST_BYTES = 1 << 6;

    private static final List<String> COMMON = List.of(
            "\n",
            "\r",
            "\t",
            " ",
            "  ",
            "\0",
            "a",
            "a ",
            "aB1_",
            "0",
            "1.",
            "1.1.1.1",
            "192.0.2.1 ",
            ":",
            "::",
            "a:",
            "2001:db8::1",
            ".",
            "-",
            "--",
            "_",
            "@",
            "\"",
            "\\\"",
            "\\",
            "'",
            "[",
            "]",
            "[]",
            "(",
            ")",
            "<",
            ">",
            "<a>",
            "{",
            "}",
            ",",
            ", ",
            ";",
            "/",
            "=",
            "a=",
            "a=b, ",
            "from ",
            " from 192.0.2.1",
            "for ",
            "user ",
            "rhost=",
            "invalid ",
            "error: ",
            "[1]: ",
            "Mar  1 11:59:58 ",
            "2026-03-01 11:59:58 ",
            "11:59:58 ",
            "1772366398 ",
            "\u00e9",
            "\u00df",
            "\u017f",
            "\u0130",
            "\u0436",
            "\u2028",
            "\ud83d\ude00");

    private final List<byte[]> samples;
    private final List<byte[]> pieces = new ArrayList<>();
    private final long seed;

    /**
     * A source of lines.
     *
     * @param samples lines of the filter's log; at least one
     * @param literals texts that occur in the filter's expressions
     */
    HostileLine(List<String> samples, List<String> literals, long seed) {
        this.samples = samples.stream().map(HostileLine::bytes).toList();
        this.seed = seed;
        COMMON.forEach(piece -> pieces.add(bytes(piece)));
        literals.forEach(literal -> pieces.add(bytes(literal)));
        pieces.add(new byte[] {(byte) 0xff});
        pieces.add(new byte[] {(byte) 0xc3});
    }

    /** The line of a number. */
    byte[] line(int number) {
        Random random = new Random(seed * 1_000_003 + number);
        int length = length(random);
        byte[] sample = samples.get(random.nextInt(samples.size()));
        int cut = random.nextInt(sample.length + 1);
        byte[] head = Arrays.copyOf(sample, cut);
        byte[] tail = Arrays.copyOfRange(sample, cut, sample.length);
        return switch (random.nextInt(8)) {
            case 0 -> filled(random, length, new byte[0], new byte[0], 1);
            case 1 -> filled(random, length, new byte[0], new byte[0], 2 + random.nextInt(3));
            case 2 -> filled(random, length, head, new byte[0], 1 + random.nextInt(3));
            case 3 -> filled(random, length, head, tail, 1 + random.nextInt(3));
            case 4 -> repeated(sample, length);
            case 5 -> repeated(part(random, sample), length);
            case 6 -> filled(random, length, head, part(random, sample), 1);
            default -> noise(random, length, head, tail);
        };
    }

    /** Short and long ones alike, and one in eight as long as can be. */
    private static int length(Random random) {
        double share = random.nextInt(8) == 0 ? 1 : random.nextDouble();
        return (int) (FEWEST_BYTES * Math.pow((double) MOST_BYTES / FEWEST_BYTES, share));
    }

    private byte[] filled(Random random, int length, byte[] head, byte[] tail, int kinds) {
        List<byte[]> some = new ArrayList<>();
        for (int i = 0; i < kinds; i++) {
            some.add(random.nextInt(4) == 0 ? part(random, head.length > 0 ? head : pieces.get(0)) : any(random));
        }
        boolean inTurn = random.nextBoolean();
        byte[] line = Arrays.copyOf(head, Math.max(length, head.length));
        int at = head.length;
        for (int turn = 0; at < length - tail.length; turn++) {
            byte[] piece = some.get(inTurn ? turn % kinds : random.nextInt(kinds));
            at = put(line, at, piece.length == 0 ? pieces.get(0) : piece);
        }
        return Arrays.copyOf(line, put(line, at, tail));
    }

    private static byte[] repeated(byte[] part, int length) {
        byte[] piece = part.length == 0 ? bytes(" ") : part;
        byte[] line = new byte[length];
        int at = 0;
        while (at < length) {
            at = put(line, at, piece);
        }
        return line;
    }

    private static byte[] noise(Random random, int length, byte[] head, byte[] tail) {
        byte[] line = new byte[Math.max(length, head.length)];
        random.nextBytes(line);
        put(line, 0, head);
        put(line, Math.max(0, line.length - tail.length), tail);
        return line;
    }

    private byte[] any(Random random) {
        return pieces.get(random.nextInt(pieces.size()));
    }

    private static byte[] part(Random random, byte[] of) {
        int from = random.nextInt(of.length + 1);
        return Arrays.copyOfRange(of, from, from + random.nextInt(of.length - from + 1));
    }

    /** Copies as much as there is room for; returns where it ends. */
    private static int put(byte[] line, int at, byte[] piece) {
        int count = Math.min(piece.length, line.length - at);
        System.arraycopy(piece, 0, line, at, count);
        return at + count;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
