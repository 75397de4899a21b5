package org.fleetban.shipper;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.time.Clock;
import java.util.Arrays;
import java.util.UUID;

/** Reads files on, a piece at a time, and offers their complete lines. One buffer serves all files. */
final class LineReader {

    /** What a look at a file came to. */
    enum Result {
        /** Everything complete was offered. */
        DRAINED,
        /** There is more to read at once. */
        MORE,
        /** A line was not taken: try again when there is room. */
        BLOCKED,
        /** The file has its first line and with it, now, an identity, which is to be saved before that line is sent. */
        NAMED,
        /** The file was truncated, or written anew: what is in it is another content. */
        REPLACED
    }

    /** How much is read from one file before the others have their turn, in bytes. */
    static final int PIECE = 128 * 1024;

    /** Takes lines; false: not now. */
    interface Taker {
        boolean offer(Line line, byte[] value);
    }

    private final int maxLine;
    private final Clock clock;
    private final Taker taker;
    private final Figures figures;
    private final Notices notices;
    private final byte[] piece;
    private final byte[] beginning = new byte[Fingerprint.MAX_LENGTH];

    LineReader(int pieceBytes, int maxLine, Clock clock, Taker taker, Figures figures, Notices notices) {
        this.maxLine = maxLine;
        this.clock = clock;
        this.taker = taker;
        this.figures = figures;
        this.notices = notices;
        this.piece = new byte[pieceBytes];
    }

    /** Reads a piece of an open file. */
    Result read(FollowedFile file, FileChannel channel) throws IOException {
        long size = channel.size();
        file.size(size);
        if (size < file.position()) {
            return Result.REPLACED;
        }
        boolean insideLine =
                file.boundaryKnown() ? file.insideLine() : file.position() > 0 && !endsLine(channel, file.position());
        byte[] buffer = piece;
        int length = fill(channel, buffer, (int) Math.min(buffer.length, size - file.position()), file.position());
        if (length == buffer.length && buffer.length <= maxLine && !insideLine && lineFeed(buffer, 0, length) < 0) {
            buffer = new byte[maxLine + 1];
            length = fill(channel, buffer, buffer.length, file.position());
        }
        // The order matters: what was read before the beginning was seen unchanged is of the content that is followed.
        if (!sameBeginning(file, channel)) {
            return Result.REPLACED;
        }
        file.insideLine(insideLine);
        if (length == 0) {
            return Result.DRAINED;
        }
        if (!file.hasIdentity()) {
            return name(file, buffer, length);
        }
        return offerLines(file, buffer, length);
    }

    /** Whether the byte before the position is a line feed. */
    private boolean endsLine(FileChannel channel, long position) throws IOException {
        return fill(channel, beginning, 1, position - 1) == 1 && beginning[0] == '\n';
    }

    private boolean sameBeginning(FollowedFile file, FileChannel channel) throws IOException {
        Fingerprint known = file.fingerprint();
        int wanted = (int) Math.max(known.length(), Math.min(Fingerprint.MAX_LENGTH, file.position()));
        if (wanted == 0) {
            return true;
        }
        int length = fill(channel, beginning, wanted, 0);
        if (!known.matches(beginning, length)) {
            return false;
        }
        if (length > known.length()) {
            file.fingerprint(Fingerprint.of(beginning, length));
        }
        return true;
    }

    private Result name(FollowedFile file, byte[] buffer, int length) {
        if (length <= maxLine && length < Fingerprint.MAX_LENGTH && lineFeed(buffer, 0, length) < 0) {
            return Result.DRAINED;
        }
        int covered = Math.min(length, Fingerprint.MAX_LENGTH);
        file.identify(newIdentity(file.key()), Fingerprint.of(buffer, covered));
        return Result.NAMED;
    }

    /**
     * A name for a content: the inode, for people, and 64 random bits. Nothing that is read from the file can serve
     * instead, since a file that is truncated may begin with the same lines again.
     */
    static String newIdentity(FileKey key) {
        return key.inode() + "-" + Long.toHexString(UUID.randomUUID().getMostSignificantBits());
    }

    private Result offerLines(FollowedFile file, byte[] buffer, int length) {
        long base = file.position();
        long now = clock.millis();
        int at = 0;
        while (at < length) {
            if (file.insideLine()) {
                int feed = lineFeed(buffer, at, length);
                at = feed < 0 ? length : feed + 1;
                file.insideLine(feed < 0);
                file.position(base + at);
                continue;
            }
            int feed = lineFeed(buffer, at, (int) Math.min(length, (long) at + maxLine + 1));
            boolean cut = feed < 0 && length - at > maxLine;
            if (feed < 0 && !cut) {
                break;
            }
            int valueEnd = cut ? at + maxLine : feed;
            int end = cut ? valueEnd : feed + 1;
            Line line = new Line(file, file.identity(), valueEnd - at, base + at, base + end, now, Line.TIME_IN_TEXT);
            if (!taker.offer(line, Arrays.copyOfRange(buffer, at, valueEnd))) {
                return Result.BLOCKED;
            }
            if (cut) {
                figures.lineCut();
                notices.cut(file, base + at, maxLine);
                file.insideLine(true);
            }
            at = end;
            file.position(base + at);
        }
        return length == buffer.length ? Result.MORE : Result.DRAINED;
    }

    private static int lineFeed(byte[] buffer, int from, int to) {
        for (int i = from; i < to; i++) {
            if (buffer[i] == '\n') {
                return i;
            }
        }
        return -1;
    }

    /** Reads up to so many bytes at an offset; fewer only at the end of the file. */
    static int fill(FileChannel channel, byte[] target, int length, long offset) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(target, 0, length);
        while (buffer.hasRemaining() && channel.read(buffer, offset + buffer.position()) > 0) {
            continue;
        }
        return buffer.position();
    }

    /**
     * Where the last line of a file begins if it is not complete, else the end of the file: what a file is followed
     * from that is followed from its end. A line longer than the limit is taken as begun.
     */
    static long endOfLastLine(FileChannel channel, int maxLine) throws IOException {
        long end = channel.size();
        byte[] block = new byte[4096];
        long lowest = Math.max(0, end - maxLine);
        long from = end;
        while (from > lowest) {
            int length = (int) Math.min(block.length, from - lowest);
            from -= length;
            int read = fill(channel, block, length, from);
            for (int i = read - 1; i >= 0; i--) {
                if (block[i] == '\n') {
                    return from + i + 1;
                }
            }
        }
        return lowest == 0 ? 0 : end;
    }

    /** The fingerprint of what is before an offset. */
    static Fingerprint fingerprint(FileChannel channel, long before) throws IOException {
        byte[] content = new byte[(int) Math.min(Fingerprint.MAX_LENGTH, before)];
        return Fingerprint.of(content, fill(channel, content, content.length, 0));
    }

    /** Whether an open file begins with what the fingerprint was taken of. */
    static boolean matches(Fingerprint fingerprint, FileChannel channel) throws IOException {
        byte[] content = new byte[fingerprint.length()];
        return fingerprint.matches(content, fill(channel, content, content.length, 0));
    }
}
