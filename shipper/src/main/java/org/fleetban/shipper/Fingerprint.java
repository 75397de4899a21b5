package org.fleetban.shipper;

import java.util.zip.CRC32C;

/**
 * What a file begins with: it tells a file from another one that got its inode, and from itself before it was
 * truncated.
 *
 * @param length how many bytes it covers, at most {@link #MAX_LENGTH}
 * @param checksum CRC-32C of them
 */
record Fingerprint(int length, int checksum) {

    /** Enough to reach past a header that all files of an application share, into the first time stamps. */
    static final int MAX_LENGTH = 1024;

    static final Fingerprint NONE = new Fingerprint(0, 0);

    static Fingerprint of(byte[] content, int length) {
        CRC32C crc = new CRC32C();
        crc.update(content, 0, length);
        return new Fingerprint(length, (int) crc.getValue());
    }

    /** Whether a file that begins with these bytes may be the one. */
    boolean matches(byte[] content, int available) {
        return available >= length && of(content, length).checksum == checksum;
    }
}
