package org.fleetban.app;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** Reads the lines of a log file as bytes, from its beginning to its end; a name that ends in {@code .gz} is unpacked. */
public final class LogFileReader implements Closeable {

    /** What is longer is cut. */
    public static final int MAX_LINE_BYTES = 1 << 20;

    private static final int BUFFER_BYTES = 1 << 16;
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGHS = 0x8080808080808080L;
    private static final long NEWLINES = ONES * '\n';

    private final CountingStream counted;
    private final InputStream in;
    private final byte[] buffer = new byte[BUFFER_BYTES];

    /** The line as far as it was in the buffer before. */
    private final ByteArrayOutputStream begun = new ByteArrayOutputStream();

    private boolean isBegun;
    private int position;
    private int limit;
    private long bufferOffset;
    private long lineOffset;
    private boolean finished;

    /**
     * Opens a file.
     *
     * @throws UserException if it can't be read
     */
    public LogFileReader(Path file) {
        try {
            counted = new CountingStream(Files.newInputStream(file));
            in = file.toString().endsWith(".gz") ? new GZIPInputStream(counted, BUFFER_BYTES) : counted;
        } catch (IOException e) {
            throw new UserException(file + ": cannot be read: " + e.getMessage(), e);
        }
    }

    /** The next line without its newline, null at the end of the file; an unfinished last line counts. */
    public byte @Nullable [] next() throws IOException {
        if (isBegun) {
            begun.reset();
            isBegun = false;
        }
        lineOffset = bufferOffset + position;
        boolean any = false;
        while (true) {
            int end = lineEnd(position, limit);
            any |= end > position;
            finished = end < limit;
            if (finished) {
                byte[] line = take(position, end);
                position = end + 1;
                return line;
            }
            append(position, end);
            bufferOffset += limit;
            position = 0;
            limit = Math.max(0, in.read(buffer, 0, buffer.length));
            if (limit == 0) {
                return any ? begun.toByteArray() : null;
            }
        }
    }

    /** Offset of the first byte of the line that {@link #next} gave; in an unpacked file, of its unpacked bytes. */
    public long lineOffset() {
        return lineOffset;
    }

    /** Whether the line that {@link #next} gave ends with a newline: the last one of a file may be half written. */
    public boolean finished() {
        return finished;
    }

    /** Bytes read from the disk so far, for a progress bar. */
    public long bytesRead() {
        return counted.count;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    /** Where the next newline is; {@code to} where there is none. Looks at eight bytes at once. */
    private int lineEnd(int from, int to) {
        int i = from;
        for (; i + Long.BYTES <= to; i += Long.BYTES) {
            long difference = (long) LONGS.get(buffer, i) ^ NEWLINES;
            long zero = difference - ONES & ~difference & HIGHS;
            if (zero != 0) {
                return i + Long.numberOfTrailingZeros(zero) / Byte.SIZE;
            }
        }
        while (i < to && buffer[i] != '\n') {
            i++;
        }
        return i;
    }

    private byte[] take(int from, int to) {
        if (!isBegun) {
            return Arrays.copyOfRange(buffer, from, Math.min(to, from + MAX_LINE_BYTES));
        }
        append(from, to);
        return begun.toByteArray();
    }

    private void append(int from, int to) {
        begun.write(buffer, from, Math.min(to - from, MAX_LINE_BYTES - begun.size()));
        isBegun = true;
    }

    private static final class CountingStream extends FilterInputStream {

        private long count;

        CountingStream(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int b = super.read();
            count += b < 0 ? 0 : 1;
            return b;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int n = super.read(bytes, offset, length);
            count += Math.max(0, n);
            return n;
        }
    }
}
