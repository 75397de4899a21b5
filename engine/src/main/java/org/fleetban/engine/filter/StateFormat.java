package org.fleetban.engine.filter;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Texts and instants in the binary form of a state. */
final class StateFormat {

    static final int VERSION = 1;

    private static final int LONGEST = 1 << 26;

    private StateFormat() {}

    static void readVersion(DataInput in) throws IOException {
        int version = in.readUnsignedByte();
        if (version != VERSION) {
            throw new IllegalArgumentException("filter state of version " + version + ": expected " + VERSION);
        }
    }

    static IllegalArgumentException unreadable(byte[] bytes, IOException cause) {
        return new IllegalArgumentException(
                "filter state of " + bytes.length + " bytes is cut short or no filter state", cause);
    }

    static void writeText(DataOutput out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    static String readText(DataInput in) throws IOException {
        return new String(readBlock(in), StandardCharsets.UTF_8);
    }

    static void writeInstant(DataOutput out, Instant instant) throws IOException {
        out.writeLong(instant.getEpochSecond());
        out.writeInt(instant.getNano());
    }

    static Instant readInstant(DataInput in) throws IOException {
        return Instant.ofEpochSecond(in.readLong(), in.readInt());
    }

    static void writeTexts(DataOutput out, Collection<String> texts) throws IOException {
        out.writeInt(texts.size());
        for (String text : texts) {
            writeText(out, text);
        }
    }

    static List<String> readTexts(DataInput in) throws IOException {
        int size = in.readInt();
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            texts.add(readText(in));
        }
        return texts;
    }

    /** Something that writes itself. */
    interface Part {
        void write(DataOutput out) throws IOException;
    }

    /** Writes a part with its length before it, so that it can be read over. */
    static void writeBlock(DataOutput out, Part part) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        part.write(new DataOutputStream(bytes));
        out.writeInt(bytes.size());
        out.write(bytes.toByteArray());
    }

    static byte[] readBlock(DataInput in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > LONGEST) {
            throw new IOException("a part of " + length + " bytes in a filter state");
        }
        byte[] bytes = new byte[length];
        in.readFully(bytes);
        return bytes;
    }

    static DataInput input(byte[] block) {
        return new DataInputStream(new ByteArrayInputStream(block));
    }
}
