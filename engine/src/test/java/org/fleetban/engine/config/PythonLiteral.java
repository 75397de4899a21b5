package org.fleetban.engine.config;

import java.util.ArrayList;
import java.util.List;

/** Reads what Python prints for lists, strings, numbers, truth values and None. */
final class PythonLiteral {

    private final String text;
    private int at;

    private PythonLiteral(String text) {
        this.text = text;
    }

    static Object parse(String text) {
        PythonLiteral literal = new PythonLiteral(text);
        Object value = literal.value();
        if (literal.at != text.length()) {
            throw new IllegalArgumentException("more text at " + literal.at + " of " + text);
        }
        return value;
    }

    private Object value() {
        char c = text.charAt(at);
        if (c == '[') {
            return list();
        }
        if (c == '\'' || c == '"') {
            return string(c);
        }
        int start = at;
        while (at < text.length() && ",] ".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        String word = text.substring(start, at);
        return switch (word) {
            case "True" -> true;
            case "False" -> false;
            case "None" -> List.of();
            default -> Double.valueOf(word);
        };
    }

    private List<Object> list() {
        List<Object> values = new ArrayList<>();
        at++;
        while (text.charAt(at) != ']') {
            if (text.charAt(at) == ',' || text.charAt(at) == ' ') {
                at++;
            } else {
                values.add(value());
            }
        }
        at++;
        return values;
    }

    private String string(char quote) {
        StringBuilder value = new StringBuilder();
        for (at++; text.charAt(at) != quote; at++) {
            char c = text.charAt(at);
            if (c == '\\') {
                escape(value);
            } else {
                value.append(c);
            }
        }
        at++;
        return value.toString();
    }

    private void escape(StringBuilder value) {
        char c = text.charAt(++at);
        switch (c) {
            case 'n' -> value.append('\n');
            case 'r' -> value.append('\r');
            case 't' -> value.append('\t');
            case 'x' -> code(value, 2);
            case 'u' -> code(value, 4);
            case 'U' -> code(value, 8);
            default -> value.append(c);
        }
    }

    private void code(StringBuilder value, int digits) {
        value.appendCodePoint(Integer.parseInt(text.substring(at + 1, at + 1 + digits), 16));
        at += digits;
    }
}
