package org.fleetban.engine.filter;

import java.util.List;
import java.util.Optional;
import org.fleetban.engine.regex.Matcher;
import org.fleetban.engine.regex.Matcher.Progress;
import org.fleetban.engine.regex.Text;

/**
 * The expression that got furthest in a line that it does not match.
 *
 * @param option {@code prefregex} or {@code failregex}
 * @param index its index among the expressions of the option, from 0
 * @param expected the part of the expression as configured that did not fit, up to its end
 * @param matched the text up to there
 * @param found the text that it did not fit, which may be empty
 */
public record ClosestExpression(String option, int index, String expected, String matched, String found) {

    static Optional<ClosestExpression> behind(Expression prefix, List<Expression> expressions, Text text) {
        Matcher matcher = prefix.regex().matcher();
        if (matcher.search(text) != Matcher.Result.MATCH) {
            return among(List.of(prefix), "prefregex", text);
        }
        int content = prefix.number("content");
        Text narrowed = content == 0 ? null : matcher.text(content);
        return among(
                expressions,
                "failregex",
                narrowed == null || narrowed.length() == 0 ? text : narrowed.concat(Text.of("\n")));
    }

    static Optional<ClosestExpression> among(List<Expression> expressions, String option, Text text) {
        ClosestExpression closest = null;
        int furthest = 0;
        for (int i = 0; i < expressions.size(); i++) {
            Optional<Progress> progress = expressions.get(i).regex().matcher().progress(text);
            if (progress.isEmpty()) {
                return Optional.empty();
            }
            int reached = Math.min(progress.get().textIndex(), text.length());
            if (reached > furthest) {
                furthest = reached;
                String expression = expressions.get(i).regex().expression();
                int at = expression.offsetByCodePoints(
                        0,
                        Math.min(progress.get().expressionIndex(), expression.codePointCount(0, expression.length())));
                closest = new ClosestExpression(
                        option,
                        i,
                        expressions.get(i).sourceFrom(at),
                        text.substring(0, reached),
                        text.substring(reached, text.length()).strip());
            }
        }
        return Optional.ofNullable(closest);
    }
}
