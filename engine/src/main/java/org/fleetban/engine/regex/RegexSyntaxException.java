package org.fleetban.engine.regex;

/** An expression that Python's {@code re} would reject. */
public final class RegexSyntaxException extends Exception {

    private static final long serialVersionUID = 1;

    private final String expression;
    private final int position;

    /**
     * @param message what is wrong, in the words of Python's {@code re} where it has some
     * @param expression the expression
     * @param position index of the offending character in {@code expression}
     */
    public RegexSyntaxException(String message, String expression, int position) {
        super(message + " at position " + position);
        this.expression = expression;
        this.position = position;
    }

    /** The expression. */
    public String expression() {
        return expression;
    }

    /** Index of the offending character in the expression. */
    public int position() {
        return position;
    }
}
