package org.fleetban.engine.regex;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An immutable sequence of Unicode code points, as Python's {@code str} is one: what expressions are matched against.
 * A byte per character as long as all are below 256, else an int.
 */
public final class Text {

    private static final Text NEWLINE = of("\n");
    private static final Text EMPTY = new Text(new byte[0], null, 0, 0);

    /** Latin-1 characters; null where {@link #wide} is set. */
    private final byte @Nullable [] narrow;

    private final int @Nullable [] wide;
    private final int offset;
    private final int length;

    private Text(byte @Nullable [] narrow, int @Nullable [] wide, int offset, int length) {
        this.narrow = narrow;
        this.wide = wide;
        this.offset = offset;
        this.length = length;
    }

    /** The code points of a string; an unpaired surrogate stays one. */
    public static Text of(String string) {
        for (int i = 0; i < string.length(); i++) {
            if (string.charAt(i) > 0xff) {
                int[] characters = string.codePoints().toArray();
                return new Text(null, characters, 0, characters.length);
            }
        }
        return ofNarrow(string.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static Text ofNarrow(byte[] bytes) {
        return new Text(bytes, null, 0, bytes.length);
    }

    /**
     * Decodes bytes; what is not valid in the charset becomes U+FFFD, as many as Python's {@code errors='replace'}
     * gives. The bytes are copied.
     */
    public static Text decode(byte[] bytes, int from, int to, Charset charset) {
        Objects.checkFromToIndex(from, to, bytes.length);
        if (charset.equals(StandardCharsets.ISO_8859_1)) {
            return copyOf(bytes, from, to);
        }
        if (charset.equals(StandardCharsets.UTF_8)) {
            return Runs.isAscii(bytes, from, to) ? copyOf(bytes, from, to) : ofCodePoints(Utf8.decode(bytes, from, to));
        }
        if (Utf16.isCharset(charset)) {
            return ofCodePoints(Utf16.decode(bytes, from, to, charset));
        }
        try {
            CharBuffer characters = charset.newDecoder()
                    .onMalformedInput(CodingErrorAction.REPLACE)
                    .onUnmappableCharacter(CodingErrorAction.REPLACE)
                    .replaceWith("\ufffd")
                    .decode(ByteBuffer.wrap(bytes, from, to - from));
            return of(characters.toString());
        } catch (CharacterCodingException e) {
            throw new IllegalStateException("a decoder that replaces reported an error", e);
        }
    }

    /** With a newline behind it for {@link #withNewline()}, and room for whoever reads some bytes at once. */
    private static Text copyOf(byte[] bytes, int from, int to) {
        byte[] copy = Arrays.copyOfRange(bytes, from, to + Long.BYTES);
        copy[to - from] = '\n';
        return new Text(copy, null, 0, to - from);
    }

    private static Text ofCodePoints(int[] characters) {
        byte[] bytes = new byte[characters.length];
        for (int i = 0; i < characters.length; i++) {
            if (characters[i] > 0xff) {
                return new Text(null, characters, 0, characters.length);
            }
            bytes[i] = (byte) characters[i];
        }
        return ofNarrow(bytes);
    }

    /** Number of code points. */
    public int length() {
        return length;
    }

    /** The code point at an index. */
    public int at(int index) {
        Objects.checkIndex(index, length);
        return narrow != null ? narrow[offset + index] & 0xff : wide()[offset + index];
    }

    /** A part of this text; may share its storage. */
    public Text slice(int from, int to) {
        Objects.checkFromToIndex(from, to, length);
        return from == 0 && to == length ? this : new Text(narrow, wide, offset + from, to - from);
    }

    /** This text without the part from {@code from} to {@code to}. */
    public Text without(int from, int to) {
        Objects.checkFromToIndex(from, to, length);
        if (from == 0 || to == length) {
            return from == 0 ? slice(to, length) : slice(0, from);
        }
        return slice(0, from).concat(slice(to, length));
    }

    /** This text followed by another. */
    public Text concat(Text other) {
        if (length == 0 || other.length == 0) {
            return length == 0 ? other : this;
        }
        int sum = Math.addExact(length, other.length);
        if (narrow != null && other.narrow != null) {
            byte[] joined = new byte[sum];
            System.arraycopy(narrow, offset, joined, 0, length);
            System.arraycopy(other.narrow, other.offset, joined, length, other.length);
            return ofNarrow(joined);
        }
        int[] joined = new int[sum];
        copyTo(joined, 0);
        other.copyTo(joined, length);
        return new Text(null, joined, 0, sum);
    }

    /** This text and a newline behind it. Costs nothing where this is a line of a larger text, newline behind it. */
    public Text withNewline() {
        byte[] bytes = narrow;
        int end = offset + length;
        return bytes != null && end < bytes.length && bytes[end] == '\n'
                ? new Text(bytes, null, offset, length + 1)
                : concat(NEWLINE);
    }

    /** Whether some ASCII characters occur in this order, nothing between them. */
    public boolean contains(String ascii) {
        byte first = (byte) ascii.charAt(0);
        int last = length - ascii.length();
        for (int i = indexOf(first, 0); i <= last; i = indexOf(first, i + 1)) {
            int k = 1;
            while (k < ascii.length() && at(i + k) == ascii.charAt(k)) {
                k++;
            }
            if (k == ascii.length()) {
                return true;
            }
        }
        return false;
    }

    /** The first place of an ASCII character from one on; the length where there is none. */
    private int indexOf(byte ascii, int from) {
        if (narrow != null) {
            return Runs.until(ascii, narrow, offset + from, offset + length) - offset;
        }
        int i = from;
        while (i < length && wide()[offset + i] != ascii) {
            i++;
        }
        return i;
    }

    /** Whether so many decimal digits, of any script, stand side by side; may be wrong in saying so. */
    public boolean hasDigits(int count) {
        for (int i = count - 1; i < length; i += count) {
            if (Character.isDigit(at(i))) {
                int from = i;
                while (from > 0 && i - from < count && Character.isDigit(at(from - 1))) {
                    from--;
                }
                int to = from;
                while (to < length && to - from < count && Character.isDigit(at(to))) {
                    to++;
                }
                if (to - from >= count) {
                    return true;
                }
            }
        }
        return false;
    }

    private void copyTo(int[] target, int at) {
        if (narrow == null) {
            System.arraycopy(wide(), offset, target, at, length);
            return;
        }
        for (int i = 0; i < length; i++) {
            target[at + i] = narrow[offset + i] & 0xff;
        }
    }

    /** A part as a string. */
    public String substring(int from, int to) {
        Objects.checkFromToIndex(from, to, length);
        return narrow != null
                ? new String(narrow, offset + from, to - from, StandardCharsets.ISO_8859_1)
                : new String(wide(), offset + from, to - from);
    }

    /** The Latin-1 bytes that hold the characters; null where one is above 255. To be read only. */
    byte @Nullable [] narrow() {
        return narrow;
    }

    /** The code points of a text that is not narrow. To be read only. */
    int[] wide() {
        return Objects.requireNonNull(wide);
    }

    /** Where this text begins in its storage. */
    int offset() {
        return offset;
    }

    /** A text without characters. */
    public static Text empty() {
        return EMPTY;
    }

    /** Texts are equal that have the same code points. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Text text && length == text.length && hasPrefix(text);
    }

    /** Whether this text and another begin with the same so many characters; false where one is shorter. */
    public boolean startsAs(Text other, int count) {
        return length >= count
                && other.length >= count
                && narrow != null
                && other.narrow != null
                && Arrays.equals(narrow, offset, offset + count, other.narrow, other.offset, other.offset + count);
    }

    private boolean hasPrefix(Text prefix) {
        if (narrow != null && prefix.narrow != null) {
            return Arrays.equals(
                    narrow,
                    offset,
                    offset + prefix.length,
                    prefix.narrow,
                    prefix.offset,
                    prefix.offset + prefix.length);
        }
        for (int i = 0; i < prefix.length; i++) {
            if (at(i) != prefix.at(i)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int hashCode() {
        int hash = 0;
        for (int i = 0; i < length; i++) {
            hash = 31 * hash + at(i);
        }
        return hash;
    }

    /** The whole as a string. */
    @Override
    public String toString() {
        return substring(0, length());
    }
}
