package org.fleetban.shipper;

import java.util.ArrayList;
import java.util.List;

/** Splits a text into words as a POSIX shell and Python's {@code shlex.split} do; nothing in it is ever expanded. */
final class ShellWords {

    private static final char NONE = 0;

    private ShellWords() {}

    /** @throws IllegalArgumentException if a quote is not closed */
    static List<String> split(String text) {
        List<String> words = new ArrayList<>();
        StringBuilder word = null;
        char quote = NONE;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quote == NONE && " \t\r\n".indexOf(c) >= 0) {
                if (word != null) {
                    words.add(word.toString());
                    word = null;
                }
                continue;
            }
            if (word == null) {
                word = new StringBuilder();
            }
            if (c == quote) {
                quote = NONE;
            } else if (quote == NONE && (c == '"' || c == '\'')) {
                quote = c;
            } else if (c == '\\' && quote != '\'') {
                i++;
                if (i == text.length()) {
                    throw new IllegalArgumentException("nothing follows the backslash at the end of: " + text);
                }
                char next = text.charAt(i);
                if (quote == '"' && next != '"' && next != '\\') {
                    word.append(c);
                }
                word.append(next);
            } else {
                word.append(c);
            }
        }
        if (quote != NONE) {
            throw new IllegalArgumentException("a quote is not closed in: " + text);
        }
        if (word != null) {
            words.add(word.toString());
        }
        return words;
    }
}
