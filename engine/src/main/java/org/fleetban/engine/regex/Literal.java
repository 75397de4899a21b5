package org.fleetban.engine.regex;

/**
 * A piece of text to look for.
 *
 * @param text ASCII, not empty; lower case if {@code ignoreCase}
 * @param ignoreCase whether letters may be of either case
 */
public record Literal(String text, boolean ignoreCase) {

    public Literal {
        if (text.isEmpty() || !text.chars().allMatch(c -> c < 128)) {
            throw new IllegalArgumentException("not ASCII, or empty: " + text);
        }
    }
}
