package org.fleetban.engine.jail;

import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
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
        Map<Source, Integer> sources = new LinkedHashMap<>();
        Ban ban = state.ban();
        collect(sources, state.window());
        if (ban != null) {
            collect(sources, ban.evidence());
        }
        Writer out = new Writer();
        out.write(VERSION);
        out.number(sources.size());
        for (Source source : sources.keySet()) {
            out.text(source.host);
            out.text(source.path);
            out.text(source.file);
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

    private static void collect(Map<Source, Integer> sources, List<Attempt> attempts) {
        for (Attempt attempt : attempts) {
            sources.putIfAbsent(Source.of(attempt), sources.size());
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

    private static final class Writer extends ByteArrayOutputStream {

        Writer() {
            super(256);
        }

        void number(long value) {
            long rest = value;
            while ((rest & ~0x7fL) != 0) {
                write((int) (rest & 0x7f | 0x80));
                rest >>>= 7;
            }
            write((int) rest);
        }

        void signed(long value) {
            number(value << 1 ^ value >> 63);
        }

        void text(String text) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            number(bytes.length);
            writeBytes(bytes);
        }

        void attempts(List<Attempt> attempts, Map<Source, Integer> sources) {
            number(attempts.size());
            long before = 0;
            for (Attempt attempt : attempts) {
                Integer source = sources.get(Source.of(attempt));
                number(source == null ? 0 : source);
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
