package org.fleetban.app.regex;

import org.fleetban.app.Terminal;

/** How the report looks on what it is written to. Colours are the terminal's own, so that they go with any background. */
record Screen(Terminal terminal) {

    String heading(String text) {
        return of("1", text);
    }

    String good(String text) {
        return of("32", text);
    }

    String bad(String text) {
        return of("31", text);
    }

    String quiet(String text) {
        return of("2", text);
    }

    String hint(String text) {
        return of("36", text);
    }

    private String of(String code, String text) {
        return terminal.colours() ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
    }

    /** Lines are other people's: what would command a terminal is shown in its place. Elsewhere they stay as they are. */
    String printable(String text) {
        if (!terminal.out()) {
            return text;
        }
        StringBuilder printable = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean control = Character.isISOControl(c) && c != '\t' && c != '\n';
            printable.append(control ? "\\x%02x".formatted((int) c) : c);
        }
        return printable.toString();
    }
}
