package org.fleetban.engine.regex;

import java.util.Map;
import java.util.Set;

/** A compiled regular expression with the syntax and meaning of Python's {@code re}. Immutable, thread-safe. */
public final class Regex {

    private Regex() {}

    /** Flags of {@code re.compile}. */
    public enum Flag {
        IGNORECASE,
        MULTILINE,
        DOTALL,
        VERBOSE,
        ASCII
    }

    /**
     * Compiles an expression.
     *
     * @throws RegexSyntaxException if Python would reject it, with the position
     */
    public static Regex compile(String expression, Set<Flag> flags) throws RegexSyntaxException {
        throw new UnsupportedOperationException();
    }

    /** The expression as it was written. */
    public String expression() {
        throw new UnsupportedOperationException();
    }

    /** Number of groups, group 0 not counted. */
    public int groupCount() {
        throw new UnsupportedOperationException();
    }

    /** Numbers of the named groups, in the order of the expression. */
    public Map<String, Integer> groupNames() {
        throw new UnsupportedOperationException();
    }

    /** A matcher: keeps the state of one search; not thread-safe; make one per thread and keep it. */
    public Matcher matcher() {
        throw new UnsupportedOperationException();
    }
}
