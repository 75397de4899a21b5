package org.fleetban.engine.filter;

import java.util.List;

/** What a filter makes of a line. */
public sealed interface Outcome {

    /** No expression matched. */
    Outcome NO_MATCH = new NoMatch();

    /**
     * The line is a failure. A list, because a caller that resolves a name gets one failure for each address.
     *
     * @param failures at least one
     */
    record Matched(List<Failure> failures) implements Outcome {
        public Matched {
            failures = List.copyOf(failures);
        }
    }

    /**
     * A failregex matched, and the line is part of a session that is no failure so far (pending, {@code F-NOFAIL},
     * {@code F-MLFGAINED}).
     *
     * @param expression index of the failregex that matched, from 0
     */
    record Pending(int expression) implements Outcome {}

    /**
     * An ignoreregex matched.
     *
     * @param expression index of the ignoreregex that matched, from 0
     */
    record Ignored(int expression) implements Outcome {}

    /** No expression matched. */
    record NoMatch() implements Outcome {}

    /**
     * A step budget ran out before there was an answer: to be counted and shown.
     *
     * @param expression the expression, as written
     */
    record Exhausted(String expression) implements Outcome {}

    /**
     * The filter failed on the line, by an error of ours: to be counted and shown.
     *
     * @param cause a {@link RuntimeException} or {@link StackOverflowError}
     */
    record Failed(Throwable cause) implements Outcome {}
}
