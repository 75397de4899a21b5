package org.fleetban.shipper;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.fleetban.protocol.SourceKey;
import org.jspecify.annotations.Nullable;

/**
 * One content that is followed: a file from its creation to its end or to its truncation, over all its names. Owned by
 * the thread that reads; only {@link #delivered} is called by others.
 */
final class FollowedFile implements LineOrigin {

    private static final byte[] NO_IDENTITY = {};

    /** Together with key and headers they must fit into a record beside the longest line. */
    private static final int MAX_OTHER_NAMES_BYTES = 2_048;

    private final Path path;
    private final byte[] recordKey;
    private FileKey key;
    private @Nullable FileChannel channel;
    private Fingerprint fingerprint = Fingerprint.NONE;
    private byte[] identity = NO_IDENTITY;

    private long position;
    private long offeredTo;
    private boolean insideLine;
    private volatile long delivered;

    private boolean boundaryKnown;
    private final Set<String> namesFound = new TreeSet<>();
    private Set<String> names = Set.of();
    private byte[] otherNames = {};
    private long lastListed;
    private boolean listed = true;
    private long lastActive;
    private long size;
    private long modified;
    private boolean queued;
    private boolean drained;
    private long markOffset;
    private long markAt;
    private long caughtUpAt;

    /**
     * @param path the first name under which it was met; part of the key of its records for ever
     * @param position where to read on
     * @param nanos the time on the ticker's scale
     */
    FollowedFile(String host, Path path, FileKey key, long position, long nanos) {
        this.path = path;
        this.recordKey = new SourceKey(host, path.toString()).toBytes();
        this.key = key;
        this.position = position;
        this.offeredTo = position;
        this.delivered = position;
        this.markOffset = position;
        this.markAt = nanos;
        this.caughtUpAt = nanos;
        this.lastActive = nanos;
    }

    Path path() {
        return path;
    }

    @Override
    public byte[] recordKey() {
        return recordKey;
    }

    FileKey key() {
        return key;
    }

    /** The open file, or null while its descriptor is given back. */
    @Nullable
    FileChannel channel() {
        return channel;
    }

    void open(FileChannel opened) {
        channel = opened;
    }

    void close() {
        FileChannel open = channel;
        channel = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                throw new UncheckedIOException("closing " + path, e);
            }
        }
    }

    /** Hands the open file over to the content that follows in it after a truncation. */
    @Nullable
    FileChannel surrender() {
        FileChannel open = channel;
        channel = null;
        return open;
    }

    /** The same content goes on in another file: a copy that was made before a truncation. */
    void moveTo(FileKey copy, FileChannel opened) {
        key = copy;
        channel = opened;
    }

    boolean hasIdentity() {
        return identity.length > 0;
    }

    /** The identity of the content as ASCII; empty before its first line. */
    byte[] identity() {
        return identity;
    }

    /** Names the content, once and for ever. */
    void identify(String name, Fingerprint beginning) {
        if (hasIdentity()) {
            throw new IllegalStateException(path + " has an identity already");
        }
        identity = name.getBytes(StandardCharsets.US_ASCII);
        fingerprint = beginning;
    }

    Fingerprint fingerprint() {
        return fingerprint;
    }

    void fingerprint(Fingerprint longer) {
        fingerprint = longer;
    }

    /** Where to read on. */
    long position() {
        return position;
    }

    void position(long next) {
        position = next;
    }

    /** Whether it is known if the position is inside a line. */
    boolean boundaryKnown() {
        return boundaryKnown;
    }

    /** Whether the position is inside a line whose beginning was sent, cut at the limit. */
    boolean insideLine() {
        return insideLine;
    }

    void insideLine(boolean inside) {
        insideLine = inside;
        boundaryKnown = true;
    }

    @Override
    public void offered(Line line) {
        offeredTo = line.end();
    }

    @Override
    public void withdrawn(Line line) {
        offeredTo = line.offset();
    }

    /** Whether everything that was offered is delivered. */
    boolean settled() {
        return delivered >= offeredTo;
    }

    /** All lines before this offset are delivered. */
    long delivered() {
        return delivered;
    }

    @Override
    public void delivered(Line line) {
        delivered = line.end();
    }

    /** Goes back to what is delivered. */
    void rewind() {
        position = delivered;
        offeredTo = position;
        boundaryKnown = false;
    }

    /** Whether the last look at the patterns found it; if not, it was rotated away or deleted. */
    boolean listed() {
        return listed;
    }

    /** A pattern names it so. */
    void listed(long scan, Path name) {
        if (lastListed != scan) {
            namesFound.clear();
        }
        lastListed = scan;
        listed = true;
        if (!name.equals(path)) {
            namesFound.add(name.toString());
        }
    }

    /** Ends a look at the patterns. Returns whether it was found before and is not any more. */
    boolean unlisted(long scan) {
        boolean before = listed;
        listed = lastListed == scan;
        if (listed && !names.equals(namesFound)) {
            names = Set.copyOf(namesFound);
            byte[] joined = String.join("\0", namesFound).getBytes(StandardCharsets.UTF_8);
            otherNames = joined.length > MAX_OTHER_NAMES_BYTES ? new byte[0] : joined;
        }
        return before && !listed;
    }

    @Override
    public byte[] otherNames() {
        return otherNames;
    }

    /** Whether it has more names than its records can carry. */
    boolean hasTooManyNames() {
        return otherNames.length == 0 && !names.isEmpty();
    }

    /** When something was last found to read, on the ticker's scale. */
    long lastActive() {
        return lastActive;
    }

    void lastActive(long nanos) {
        lastActive = nanos;
    }

    /** Bytes in the file at the last look. */
    long size() {
        return size;
    }

    /** Notes what the file system says. Returns whether there is a reason to read. */
    boolean observe(long currentSize, long currentModified) {
        boolean changed = currentSize != position || currentModified != modified;
        drained &= currentSize == size;
        size = currentSize;
        modified = currentModified;
        return changed;
    }

    void size(long currentSize) {
        size = currentSize;
    }

    /** Whether its size is not that of the last look. */
    boolean changed() {
        FileChannel open = channel;
        try {
            return open != null && open.size() != size;
        } catch (IOException e) {
            return true; // reading it will say so
        }
    }

    /** Whether all complete lines were offered at the last look. */
    boolean drained() {
        return drained;
    }

    void drained(boolean toTheEnd, long nanos) {
        drained = toTheEnd;
        if (toTheEnd && delivered >= markOffset) {
            caughtUpAt = markAt;
            markOffset = position;
            markAt = nanos;
        }
    }

    /** Bytes of complete lines that are not delivered, as far as that is known. */
    long lag() {
        return Math.max(0, (drained ? position : size) - delivered);
    }

    /** Nanoseconds since everything in the file was delivered for the last time; 0 where nothing waits. */
    long lagNanos(long now) {
        if (lag() == 0) {
            return 0;
        }
        return now - (delivered >= markOffset ? markAt : caughtUpAt);
    }

    boolean queued() {
        return queued;
    }

    void queued(boolean waiting) {
        queued = waiting;
    }

    @Override
    public String toString() {
        return path + " (inode " + key.inode() + ")";
    }
}
