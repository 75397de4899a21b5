package org.fleetban.engine.regex;

/** Where Python's assertions hold. */
final class Assertions {

    private Assertions() {}

    /** @param text the text, cut off where the search ends */
    static boolean holds(Node.Kind kind, Text text, int i) {
        int end = text.length();
        return switch (kind) {
            case TEXT_START -> i == 0;
            case LINE_START -> i == 0 || text.at(i - 1) == '\n';
            case TEXT_END -> i == end;
            case LAST_LINE_END -> i == end || i == end - 1 && text.at(i) == '\n';
            case LINE_END -> i == end || text.at(i) == '\n';
            case WORD_BOUNDARY -> end > 0 && boundary(Categories.unicode().word(), text, i);
            case NO_WORD_BOUNDARY -> end > 0 && !boundary(Categories.unicode().word(), text, i);
            case ASCII_WORD_BOUNDARY -> end > 0 && boundary(Categories.ASCII.word(), text, i);
            case NO_ASCII_WORD_BOUNDARY -> end > 0 && !boundary(Categories.ASCII.word(), text, i);
        };
    }

    private static boolean boundary(CharSet word, Text text, int i) {
        boolean before = i > 0 && word.contains(text.at(i - 1));
        boolean after = i < text.length() && word.contains(text.at(i));
        return before != after;
    }
}
