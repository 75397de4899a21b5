package org.fleetban.engine.filter;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.fleetban.engine.regex.Matcher;
import org.fleetban.engine.regex.Text;

/**
 * A line in the buffer of a filter with {@code maxlines}.
 *
 * @param whole the line
 * @param rest the line without its date: what expressions see
 */
record BufferedLine(Text whole, Text rest) {

    /** The lines as one text, a newline after each. */
    static Text join(Collection<BufferedLine> lines) {
        Text text = Text.of("");
        for (BufferedLine line : lines) {
            text = text.concat(line.rest().withNewline());
        }
        return text;
    }

    static List<String> wholes(Collection<BufferedLine> lines) {
        return lines.stream().map(line -> line.whole().toString()).toList();
    }

    /**
     * The buffer divided by a match.
     *
     * @param matched the lines from the first to the last that the match touches, without the skipped ones
     * @param unmatched the others
     */
    record Division(List<BufferedLine> matched, List<BufferedLine> unmatched) {

        static Division of(List<BufferedLine> lines, Expression expression, Matcher match, Text searched) {
            if (lines.size() <= 1) {
                return new Division(lines, List.of());
            }
            int first = newlines(searched, Math.min(match.start(0) + 1, searched.length()));
            int end = Math.max(0, match.end(0) - 1);
            while (end < searched.length() && searched.at(end) != '\n') {
                end++;
            }
            int last = newlines(searched, Math.min(end + 1, searched.length()));
            List<BufferedLine> matched = new ArrayList<>(part(lines, first, last));
            List<BufferedLine> unmatched = new ArrayList<>(part(lines, 0, first));
            // A line of another shipper may hold thousands of newlines, so each line is made a string once.
            List<String> texts = new ArrayList<>(
                    matched.stream().map(line -> line.rest().toString()).toList());
            int from = 0;
            for (String skipped : expression.skippedLines(match)) {
                int at = texts.subList(from, texts.size()).indexOf(skipped);
                if (at >= 0) {
                    from += at;
                    texts.remove(from);
                    unmatched.add(matched.remove(from));
                }
            }
            unmatched.addAll(part(lines, last, lines.size()));
            return new Division(matched, unmatched);
        }

        private static List<BufferedLine> part(List<BufferedLine> lines, int from, int to) {
            int end = Math.min(to, lines.size());
            return lines.subList(Math.min(from, end), end);
        }

        private static int newlines(Text text, int to) {
            int count = 0;
            for (int i = 0; i < to; i++) {
                count += text.at(i) == '\n' ? 1 : 0;
            }
            return count;
        }
    }
}
