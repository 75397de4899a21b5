package org.fleetban.app;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
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

    private final CountingStream counted;
    private final InputStream in;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private final ByteArrayOutputStream longLine = new ByteArrayOutputStream();
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
        longLine.reset();
        lineOffset = bufferOffset + position;
        boolean any = false;
        while (true) {
            int end = position;
            while (end < limit && buffer[end] != '\n') {
                end++;
            }
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
                return any ? longLine.toByteArray() : null;
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

    private byte[] take(int from, int to) {
        if (longLine.size() == 0) {
            return Arrays.copyOfRange(buffer, from, Math.min(to, from + MAX_LINE_BYTES));
        }
        append(from, to);
        return longLine.toByteArray();
    }

    private void append(int from, int to) {
        longLine.write(buffer, from, Math.min(to - from, MAX_LINE_BYTES - longLine.size()));
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
