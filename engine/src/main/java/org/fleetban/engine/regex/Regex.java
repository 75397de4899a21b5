package org.fleetban.engine.regex;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** A compiled regular expression with the syntax and meaning of Python's {@code re}. Immutable, thread-safe. */
public final class Regex {

    private final String expression;
    private final int groupCount;
    private final Map<String, Integer> groupNames;
    private final PlainProgram plain;

    private Regex(String expression, Parser.Parsed parsed) {
        this.expression = expression;
        this.groupCount = parsed.groupCount();
        this.groupNames = Collections.unmodifiableMap(new LinkedHashMap<>(parsed.groupNames()));
        this.plain = PlainProgram.of(parsed.root());
    }

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
        return new Regex(expression, Parser.parse(expression, Flags.of(flags)));
    }

    /** The expression as it was written. */
    public String expression() {
        return expression;
    }

    /** Number of groups, group 0 not counted. */
    public int groupCount() {
        return groupCount;
    }

    /** Numbers of the named groups, in the order of the expression. */
    public Map<String, Integer> groupNames() {
        return groupNames;
    }

    /** A matcher: keeps the state of one search; not thread-safe; make one per thread and keep it. */
    public Matcher matcher() {
        return new Matcher(new PlainMachine(plain, groupCount));
    }
}
