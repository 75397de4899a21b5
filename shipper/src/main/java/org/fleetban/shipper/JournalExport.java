package org.fleetban.shipper;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads entries in systemd's Journal Export Format, as {@code journalctl --output=export} writes it: a field a line, or its
 * name, its length in 8 bytes and its bytes where it holds more than text; an empty line ends the entry.
 */
final class JournalExport {

    private static final String CURSOR = "__CURSOR";
    private static final int MAX_NAME = 256;
    private static final int MAX_VALUES = 64;

    private final InputStream in;
    private final int maxEntry;
    private final byte[] buffer = new byte[16 * 1024];
    private int at;
    private int limit;

    /** @param maxEntry bytes of the values of an entry beyond which the rest is left out: anybody may log an entry of any size */
    JournalExport(InputStream in, int maxEntry) {
        this.in = in;
        this.maxEntry = maxEntry;
    }

    /** The next entry; null at the end, even within an entry. */
    @Nullable
    JournalEntry next() throws IOException {
        try {
            return entry();
        } catch (EOFException cutOff) {
            return null;
        }
    }

    private JournalEntry entry() throws IOException {
        Map<String, List<String>> fields = new HashMap<>();
        String cursor = null;
        int room = maxEntry;
        int values = 0;
        while (true) {
            byte[] name = new byte[MAX_NAME];
            int length = 0;
            int next = read();
            while (next != '\n' && next != '=') {
                if (length == MAX_NAME) {
                    throw new IOException("a field's name of more than " + MAX_NAME + " bytes");
                }
                name[length++] = (byte) next;
                next = read();
            }
            if (length == 0 && next == '\n') {
                if (cursor != null) {
                    return new JournalEntry(cursor, fields);
                }
                continue;
            }
            String field = new String(name, 0, length, StandardCharsets.ISO_8859_1);
            String value = next == '=' ? line(room) : counted(room);
            if (field.equals(CURSOR)) {
                cursor = value;
            } else if (values++ < MAX_VALUES) {
                room -= value.length();
                fields.computeIfAbsent(field, first -> new ArrayList<>(1)).add(value);
            }
        }
    }

    private String line(int keep) throws IOException {
        byte[] kept = new byte[Math.min(keep, 128)];
        int length = 0;
        for (int next = read(); next != '\n'; next = read()) {
            if (length < keep) {
                if (length == kept.length) {
                    kept = Arrays.copyOf(kept, Math.min(keep, 2 * length));
                }
                kept[length++] = (byte) next;
            }
        }
        return new String(kept, 0, length, StandardCharsets.ISO_8859_1);
    }

    private String counted(int keep) throws IOException {
        long length = 0;
        for (int i = 0; i < Long.BYTES; i++) {
            length |= (long) read() << (8 * i);
        }
        if (length < 0) {
            throw new IOException("a field of " + Long.toUnsignedString(length) + " bytes");
        }
        byte[] kept = new byte[(int) Math.min(keep, length)];
        for (long i = 0; i < length; i++) {
            int next = read();
            if (i < kept.length) {
                kept[(int) i] = (byte) next;
            }
        }
        if (read() != '\n') {
            throw new IOException("a field that does not end after its " + length + " bytes");
        }
        return new String(kept, StandardCharsets.ISO_8859_1);
    }

    private int read() throws IOException {
        if (at == limit) {
            at = 0;
            limit = in.read(buffer);
            if (limit < 0) {
                limit = 0;
                throw new EOFException();
            }
        }
        return buffer[at++] & 0xff;
    }
}
