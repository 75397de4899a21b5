package org.fleetban.engine.regex;

import java.nio.charset.Charset;

/**
 * An immutable sequence of Unicode code points, as Python's {@code str} is one: what expressions are matched against.
 */
public final class Text {

    private Text() {}

    /** The code points of a string; an unpaired surrogate stays one. */
    public static Text of(String string) {
        throw new UnsupportedOperationException();
    }

    /**
     * Decodes bytes; what is not valid in the charset becomes U+FFFD, as many as Python's {@code errors='replace'}
     * gives.
     */
    public static Text decode(byte[] bytes, int from, int to, Charset charset) {
        throw new UnsupportedOperationException();
    }

    /** Number of code points. */
    public int length() {
        throw new UnsupportedOperationException();
    }

    /** The code point at an index. */
    public int at(int index) {
        throw new UnsupportedOperationException();
    }

    /** A part of this text; may share its storage. */
    public Text slice(int from, int to) {
        throw new UnsupportedOperationException();
    }

    /** This text without the part from {@code from} to {@code to}. */
    public Text without(int from, int to) {
        throw new UnsupportedOperationException();
    }

    /** This text followed by another. */
    public Text concat(Text other) {
        throw new UnsupportedOperationException();
    }

    /** A part as a string. */
    public String substring(int from, int to) {
        throw new UnsupportedOperationException();
    }

    /** The whole as a string. */
    @Override
    public String toString() {
        return substring(0, length());
    }
}
