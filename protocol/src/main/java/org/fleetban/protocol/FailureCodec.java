package org.fleetban.protocol;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.time.DateTimeException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * {@link FailureRecord} as JSON, exactly as {@link JsonCodec} has it, in a fraction of the time: failures are the one record
 * that there are as many of as lines. By hand go records of ASCII without control characters, as this class itself writes
 * them; all others go through {@link JsonCodec}.
 */
public final class FailureCodec {

    private static final JsonCodec<FailureRecord> ANY = JsonCodec.of(FailureRecord.class);

    private static final byte[] JAIL = ascii("{\"jail\":");
    private static final byte[] ID = ascii(",\"id\":");
    private static final byte[] IP = ascii(",\"ip\":");
    private static final byte[] TIME = ascii(",\"time\":");
    private static final byte[] READ = ascii(",\"read\":");
    private static final byte[] HOST = ascii(",\"host\":");
    private static final byte[] PATH = ascii(",\"path\":");
    private static final byte[] FILE = ascii(",\"file\":");
    private static final byte[] OFFSET = ascii(",\"offset\":");
    private static final byte[] USER = ascii(",\"user\":");
    private static final byte[] LINE = ascii(",\"line\":");
    private static final byte[] END = ascii("}");

    private FailureCodec() {}

    private static byte[] ascii(String text) {
        return text.getBytes(ISO_8859_1);
    }

    /** The record as UTF-8 JSON without line breaks. */
    public static byte[] encode(FailureRecord failure) {
        byte[] usual = new Writer().write(failure);
        return usual == null ? ANY.encode(failure) : usual;
    }

    /**
     * Reads a record.
     *
     * @throws BadRecordException as {@link JsonCodec#decode} does
     */
    public static FailureRecord decode(byte[] json) throws BadRecordException {
        FailureRecord usual = new Reader(json).read();
        return usual == null ? ANY.decode(json) : usual;
    }

    private static final class Writer {

        private static final int USUAL_BYTES = 512;
        private static final int LONGEST_NUMBER = 20;

        private byte[] out = new byte[USUAL_BYTES];
        private int length;

        byte @Nullable [] write(FailureRecord failure) {
            boolean usual = text(JAIL, failure.jail())
                    && text(ID, failure.id())
                    && (failure.ip() == null || text(IP, failure.ip()))
                    && text(TIME, InstantText.format(failure.time()))
                    && text(READ, InstantText.format(failure.read()))
                    && text(HOST, failure.host())
                    && text(PATH, failure.path())
                    && text(FILE, failure.file())
                    && number(OFFSET, failure.offset())
                    && (failure.user() == null || text(USER, failure.user()))
                    && text(LINE, failure.line());
            if (!usual) {
                return null;
            }
            append(END, 0);
            return Arrays.copyOf(out, length);
        }

        private void append(byte[] bytes, int more) {
            int needed = length + bytes.length + more;
            if (needed > out.length) {
                out = Arrays.copyOf(out, Math.max(2 * out.length, needed));
            }
            System.arraycopy(bytes, 0, out, length, bytes.length);
            length += bytes.length;
        }

        private boolean number(byte[] name, long value) {
            append(name, LONGEST_NUMBER);
            append(ascii(Long.toString(value)), 0);
            return true;
        }

        private boolean text(byte[] name, String text) {
            append(name, 2 * text.length() + 2);
            byte[] bytes = out;
            int at = length;
            bytes[at++] = '"';
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                if (c < ' ' || c > 0x7f) {
                    return false;
                }
                if (c == '"' || c == '\\') {
                    bytes[at++] = '\\';
                }
                bytes[at++] = (byte) c;
            }
            bytes[at++] = '"';
            length = at;
            return true;
        }
    }

    /** Each method returns null, or false, where the record is not as {@link Writer} writes it. */
    private static final class Reader {

        private static final int MAX_DIGITS = 18;

        private final byte[] in;
        private int at;

        Reader(byte[] in) {
            this.in = in;
        }

        @Nullable
        FailureRecord read() {
            String jail = text(JAIL);
            String id = text(ID);
            String ip = text(IP);
            String time = text(TIME);
            String read = text(READ);
            String host = text(HOST);
            String path = text(PATH);
            String file = text(FILE);
            Long offset = number(OFFSET);
            String user = text(USER);
            String line = text(LINE);
            if (jail == null
                    || id == null
                    || time == null
                    || read == null
                    || host == null
                    || path == null
                    || file == null
                    || offset == null
                    || line == null
                    || !isNext(END)
                    || at + END.length != in.length) {
                return null;
            }
            try {
                return new FailureRecord(
                        jail,
                        id,
                        ip,
                        InstantText.parse(time),
                        InstantText.parse(read),
                        host,
                        path,
                        file,
                        offset,
                        user,
                        line);
            } catch (DateTimeException unusual) {
                return null;
            }
        }

        private boolean isNext(byte[] bytes) {
            int end = at + bytes.length;
            return end <= in.length && Arrays.equals(in, at, end, bytes, 0, bytes.length);
        }

        private @Nullable String text(byte[] name) {
            int begin = at + name.length + 1;
            if (!isNext(name) || begin >= in.length || in[begin - 1] != '"') {
                return null;
            }
            int escapes = 0;
            for (int i = begin; i < in.length; i++) {
                byte b = in[i];
                if (b == '"') {
                    at = i + 1;
                    return escapes == 0 ? new String(in, begin, i - begin, ISO_8859_1) : unescaped(begin, i, escapes);
                }
                if (b == '\\') {
                    i++;
                    escapes++;
                    if (i == in.length || in[i] != '"' && in[i] != '\\') {
                        return null;
                    }
                } else if (b < ' ') {
                    return null; // a control character, or not ASCII
                }
            }
            return null;
        }

        private String unescaped(int begin, int end, int escapes) {
            byte[] text = new byte[end - begin - escapes];
            int to = 0;
            for (int i = begin; i < end; i++) {
                if (in[i] == '\\') {
                    i++;
                }
                text[to++] = in[i];
            }
            return new String(text, ISO_8859_1);
        }

        private @Nullable Long number(byte[] name) {
            if (!isNext(name)) {
                return null;
            }
            int begin = at + name.length;
            int i = begin;
            long value = 0;
            while (i < in.length && in[i] >= '0' && in[i] <= '9') {
                value = 10 * value + in[i] - '0';
                i++;
            }
            if (i == begin || i - begin > MAX_DIGITS || in[begin] == '0' && i - begin > 1) {
                return null;
            }
            at = i;
            return value;
        }
    }
}
