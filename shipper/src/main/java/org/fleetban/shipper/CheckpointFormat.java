package org.fleetban.shipper;

import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32C;

/**
 * A checkpoint as text: a line with the version and the serial, a line per pattern and per file, and a last line with
 * the CRC-32C of all before it, without which the text is incomplete.
 *
 * <pre>
 * fleetban-shipper-checkpoint 1 SERIAL
 * pattern PATTERN
 * journal POSITION OPTIONS
 * file IDENTITY DEVICE INODE LENGTH CHECKSUM DELIVERED followed|remembered PATH
 * end CHECKSUM
 * </pre>
 *
 * A file without a line yet has the identity {@code -}. Numbers are decimal, checksums hexadecimal; backslash and line feed in names are written {@code \\} and {@code \n}.
 */
final class CheckpointFormat {

    private static final String MAGIC = "fleetban-shipper-checkpoint";
    private static final String VERSION = "1";
    private static final String END = "end ";
    private static final String UNNAMED = "-";

    private CheckpointFormat() {}

    /** The text cannot be a checkpoint of a version that is known here. */
    static final class Unreadable extends Exception {
        private static final long serialVersionUID = 1;

        Unreadable(String message) {
            super(message);
        }
    }

    static byte[] encode(Checkpoint checkpoint) {
        StringBuilder text = new StringBuilder(64 + 128 * checkpoint.entries().size());
        text.append(MAGIC).append(' ').append(VERSION).append(' ').append(checkpoint.serial());
        text.append('\n');
        for (String pattern : checkpoint.patterns()) {
            text.append("pattern ");
            escape(pattern, text);
            text.append('\n');
        }
        checkpoint.journals().forEach((options, position) -> {
            text.append("journal ");
            escape(position.replace(" ", ""), text);
            text.append(' ');
            escape(options, text);
            text.append('\n');
        });
        for (Checkpoint.Entry entry : checkpoint.entries()) {
            text.append("file ").append(entry.identity().isEmpty() ? UNNAMED : entry.identity());
            text.append(' ').append(entry.key().device());
            text.append(' ').append(entry.key().inode());
            text.append(' ').append(entry.fingerprint().length());
            text.append(' ').append(Integer.toHexString(entry.fingerprint().checksum()));
            text.append(' ').append(entry.delivered());
            text.append(entry.followed() ? " followed " : " remembered ");
            escape(entry.path().toString(), text);
            text.append('\n');
        }
        byte[] body = text.toString().getBytes(StandardCharsets.UTF_8);
        byte[] end = (END + checksum(body, body.length) + '\n').getBytes(StandardCharsets.UTF_8);
        byte[] whole = Arrays.copyOf(body, body.length + end.length);
        System.arraycopy(end, 0, whole, body.length, end.length);
        return whole;
    }

    static Checkpoint decode(byte[] content) throws Unreadable {
        String text = new String(content, StandardCharsets.UTF_8);
        String[] lines = text.split("\n", -1);
        String[] head = lines[0].split(" ");
        if (head.length != 3 || !head[0].equals(MAGIC)) {
            throw new Unreadable("it does not begin with '" + MAGIC + "'");
        }
        if (!head[1].equals(VERSION)) {
            throw new Unreadable("it has version " + head[1] + ", and this shipper reads version " + VERSION);
        }
        int last = lines.length - 2;
        if (last < 1 || !lines[last].startsWith(END) || !lines[last + 1].isEmpty()) {
            throw new Unreadable("its last line is missing");
        }
        int bodyLength = content.length - lines[last].length() - 1;
        if (!lines[last].equals(END + checksum(content, bodyLength))) {
            throw new Unreadable("its checksum is wrong");
        }
        try {
            Set<String> patterns = new LinkedHashSet<>();
            Map<String, String> journals = new LinkedHashMap<>();
            List<Checkpoint.Entry> entries = new ArrayList<>(last);
            for (int i = 1; i < last; i++) {
                if (lines[i].startsWith("pattern ")) {
                    patterns.add(unescape(lines[i].substring("pattern ".length())));
                } else if (lines[i].startsWith("journal ")) {
                    String[] fields = lines[i].split(" ", 3);
                    journals.put(unescape(fields[2]), unescape(fields[1]));
                } else {
                    entries.add(entry(lines[i]));
                }
            }
            return new Checkpoint(Long.parseLong(head[2]), patterns, journals, entries);
        } catch (NumberFormatException | InvalidPathException | ArrayIndexOutOfBoundsException e) {
            throw new Unreadable("it holds what is no number or path: " + e.getMessage());
        }
    }

    private static Checkpoint.Entry entry(String line) throws Unreadable {
        String[] fields = line.split(" ", 9);
        if (fields.length != 9 || !fields[0].equals("file")) {
            throw new Unreadable("it holds an unknown line: " + line);
        }
        return new Checkpoint.Entry(
                fields[1].equals(UNNAMED) ? "" : fields[1],
                new FileKey(Long.parseLong(fields[2]), Long.parseLong(fields[3])),
                new Fingerprint(Integer.parseInt(fields[4]), Integer.parseUnsignedInt(fields[5], 16)),
                Long.parseLong(fields[6]),
                fields[7].equals("followed"),
                Path.of(unescape(fields[8])));
    }

    private static String checksum(byte[] content, int length) {
        CRC32C crc = new CRC32C();
        crc.update(content, 0, length);
        return Long.toHexString(crc.getValue());
    }

    private static void escape(String name, StringBuilder out) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c == '\\') {
                out.append("\\\\");
            } else if (c == '\n') {
                out.append("\\n");
            } else {
                out.append(c);
            }
        }
    }

    private static String unescape(String text) {
        StringBuilder name = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' && i + 1 < text.length()) {
                i++;
                name.append(text.charAt(i) == 'n' ? '\n' : text.charAt(i));
            } else {
                name.append(c);
            }
        }
        return name.toString();
    }
}
