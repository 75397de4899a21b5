package org.fleetban.engine.config;

/** Text of a file as a message shows it: in quotes, on one line, not too long. */
final class Quoted {

    private static final int SHOWN = 60;

    private Quoted() {}

    static String start(String text) {
        StringBuilder shown = new StringBuilder("\"");
        text.codePoints().limit(SHOWN).forEach(c -> shown.appendCodePoint(Character.isISOControl(c) ? '\u2423' : c));
        if (text.codePointCount(0, text.length()) > SHOWN) {
            shown.append('…');
        }
        return shown.append('"').toString();
    }
}
