package org.fleetban.engine.jail;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The binary form of {@link OffenderState}: a version, the sources (host, path, file) once each, then failures that
 * refer to them, in numbers of variable length (LEB128, signed ones zigzag). Some 60 bytes and the kept lines for an
 * offender with a few failures.
 */
public final class OffenderStateCodec {

    private static final int VERSION = 1;

    private OffenderStateCodec() {}

    /** The state as bytes. */
    public static byte[] encode(OffenderState state) {
        Sources sources = new Sources();
        Ban ban = state.ban();
        sources.collect(state.window());
        if (ban != null) {
            sources.collect(ban.evidence());
        }
        Writer out = new Writer();
        out.write(VERSION);
        out.number(sources.all.size());
        for (Attempt source : sources.all) {
            out.text(source.host());
            out.text(source.path());
            out.text(source.file());
        }
        out.signed(state.settledMs());
        out.attempts(state.window(), sources);
        out.write(ban == null ? 0 : 1);
        if (ban != null) {
            out.number(ban.status().ordinal());
            out.signed(ban.sinceMs());
            out.signed(ban.durationMs());
            out.signed(ban.untilMs());
            out.number(ban.count());
            out.number(ban.number());
            out.text(ban.event());
            out.write(ban.reason() == null ? 0 : 1);
            if (ban.reason() != null) {
                out.text(ban.reason());
            }
            out.attempts(ban.evidence(), sources);
        }
        return out.toByteArray();
    }

    /** The sources of a state, numbered; few as a rule, and mostly the one of the failure before. */
    private static final class Sources {

        private static final int FEW = 8;

        /** A failure of each source. */
        private final List<Attempt> all = new ArrayList<>();

        private final Map<Source, Integer> numbers = new HashMap<>();
        private int last;

        void collect(List<Attempt> attempts) {
            for (Attempt attempt : attempts) {
                if (number(attempt) < 0) {
                    last = all.size();
                    all.add(attempt);
                    if (all.size() > FEW) {
                        numbers.put(Source.of(attempt), last);
                    }
                }
            }
        }

        /** The number of a failure's source; -1 if it has none yet. */
        int number(Attempt attempt) {
            if (last < all.size() && isSame(all.get(last), attempt)) {
                return last;
            }
            for (int i = 0; i < all.size() && i < FEW; i++) {
                if (isSame(all.get(i), attempt)) {
                    last = i;
                    return i;
                }
            }
            return all.size() <= FEW ? -1 : numbers.getOrDefault(Source.of(attempt), -1);
        }

        private static boolean isSame(Attempt one, Attempt other) {
            return one.file().equals(other.file())
                    && one.host().equals(other.host())
                    && one.path().equals(other.path());
        }
    }

    /**
     * Reads a state back.
     *
     * @throws IllegalArgumentException if the bytes are of another version or cut short
     */
    public static OffenderState decode(byte[] bytes) {
        if (bytes.length == 0 || bytes[0] != VERSION) {
            throw new IllegalArgumentException("an offender's state of version "
                    + (bytes.length == 0 ? "none" : String.valueOf(bytes[0])) + ", expected " + VERSION
                    + ": it was written by a newer Fleetban; run that one, or reset the application's state");
        }
        try {
            return new Reader(ByteBuffer.wrap(bytes, 1, bytes.length - 1)).state();
        } catch (BufferUnderflowException | IndexOutOfBoundsException | NegativeArraySizeException e) {
            throw new IllegalArgumentException("an offender's state that is cut short: " + bytes.length + " bytes", e);
        }
    }

    private record Source(String host, String path, String file) {
        static Source of(Attempt attempt) {
            return new Source(attempt.host(), attempt.path(), attempt.file());
        }
    }

    private static final class Writer {

        private static final int LONGEST_NUMBER = 10;

        private byte[] bytes = new byte[1024];
        private int length;

        private void reserve(int more) {
            if (bytes.length - length < more) {
                bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
            }
        }

        void write(int value) {
            reserve(1);
            bytes[length++] = (byte) value;
        }

        byte[] toByteArray() {
            return Arrays.copyOf(bytes, length);
        }

        void number(long value) {
            reserve(LONGEST_NUMBER);
            long rest = value;
            while ((rest & ~0x7fL) != 0) {
                bytes[length++] = (byte) (rest & 0x7f | 0x80);
                rest >>>= 7;
            }
            bytes[length++] = (byte) rest;
        }

        void signed(long value) {
            number(value << 1 ^ value >> 63);
        }

        void text(String text) {
            byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
            number(utf8.length);
            reserve(utf8.length);
            System.arraycopy(utf8, 0, bytes, length, utf8.length);
            length += utf8.length;
        }

        void attempts(List<Attempt> attempts, Sources sources) {
            number(attempts.size());
            long before = 0;
            for (Attempt attempt : attempts) {
                number(sources.number(attempt));
                signed(attempt.offset());
                signed(attempt.timeMs() - before);
                before = attempt.timeMs();
                text(attempt.line());
            }
        }
    }

    private static final class Reader {

        private final ByteBuffer in;
        private final List<Source> sources = new ArrayList<>();

        Reader(ByteBuffer in) {
            this.in = in;
        }

        OffenderState state() {
            int count = size();
            for (int i = 0; i < count; i++) {
                sources.add(new Source(text(), text(), text()));
            }
            long settledMs = signed();
            return new OffenderState(attempts(), settledMs, in.get() == 0 ? null : ban());
        }

        private Ban ban() {
            Ban.Status status = Ban.Status.values()[(int) number()];
            return new Ban(
                    status,
                    signed(),
                    signed(),
                    signed(),
                    (int) number(),
                    (int) number(),
                    text(),
                    optionalText(),
                    attempts());
        }

        private @Nullable String optionalText() {
            return in.get() == 0 ? null : text();
        }

        private List<Attempt> attempts() {
            int count = size();
            List<Attempt> attempts = new ArrayList<>(count);
            long time = 0;
            for (int i = 0; i < count; i++) {
                Source source = sources.get((int) number());
                long offset = signed();
                time += signed();
                attempts.add(new Attempt(source.host, source.path, source.file, offset, time, text()));
            }
            return attempts;
        }

        private long number() {
            long value = 0;
            for (int shift = 0; shift < 64; shift += 7) {
                byte next = in.get();
                value |= (next & 0x7fL) << shift;
                if (next >= 0) {
                    return value;
                }
            }
            throw new BufferUnderflowException();
        }

        private int size() {
            long size = number();
            if (size < 0 || size > in.remaining()) {
                throw new BufferUnderflowException();
            }
            return (int) size;
        }

        private long signed() {
            long value = number();
            return value >>> 1 ^ -(value & 1);
        }

        private String text() {
            byte[] bytes = new byte[size()];
            in.get(bytes);
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }
}
