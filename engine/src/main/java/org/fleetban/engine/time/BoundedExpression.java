package org.fleetban.engine.time;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The expression of a date template with its bounds: a date begins at a word (or at the line's begin, after at most two
 * punctuation characters) and ends at a word's end, unless the pattern says otherwise; and it has a group 1, which is what
 * is cut out of the line.
 *
 * @param text the expression
 * @param lineBegin whether it can only match at the line's begin
 * @param lineEnd whether it can only match at the line's end
 */
record BoundedExpression(String text, boolean lineBegin, boolean lineEnd) {

    /** How a date may begin. */
    enum Begin {
        ANYWHERE,
        AT_WORD,
        AT_LINE
    }

    private static final String AT_WORD = "(?=^|\\b|\\W)";
    private static final String AT_LINE = "^(?:\\W{0,2})?";
    private static final String WORD_END = "(?=\\b|\\W|$)";

    private static final Pattern GLOBAL_FLAGS = Pattern.compile("\\(\\?[a-z]+\\)");
    private static final Pattern PLAIN_GROUP = Pattern.compile("(?<!\\(\\?)(?<!\\\\)\\((?!\\?)");
    private static final Pattern FRAME = Pattern.compile("^((?:\\(\\?\\w+\\))?\\^?(?:\\(\\?\\w+\\))?)(.*?)(\\$?)$");
    private static final Pattern OWN_BEGIN =
            Pattern.compile("^\\(*(?:\\(\\?\\w+\\))?(?:\\^|\\(*\\*\\*|\\((?:\\?:)?\\^)");
    private static final Pattern OWN_END = Pattern.compile("(?<!\\\\)(?:\\$\\)?|\\\\b|\\\\s|\\*\\*\\)*)$");
    private static final Pattern UNBOUND_BEGIN = Pattern.compile("^(\\(*(?:\\(\\?\\w+\\))?\\(*)\\*\\*");
    private static final Pattern UNBOUND_END = Pattern.compile("(?<!\\\\)\\*\\*(\\)*)$");
    private static final Pattern LINE_BEGIN = Pattern.compile("^(?:\\(\\?\\w+\\))?(?:\\^|\\((?:\\?:)?\\^(?!\\|))");
    private static final Pattern LINE_END = Pattern.compile("(?<![\\\\|])\\$\\)?$");

    static BoundedExpression of(String expression, Begin begin, boolean wordEnd) {
        String text = expression.strip();
        Matcher flagMatcher = GLOBAL_FLAGS.matcher(text);
        String flags = "";
        if (flagMatcher.find()) {
            flags = flagMatcher.group();
            text = text.substring(0, flagMatcher.start()) + text.substring(flagMatcher.end());
        }
        boolean boundBegin = begin != Begin.ANYWHERE && !OWN_BEGIN.matcher(text).find();
        boolean boundEnd = wordEnd && !OWN_END.matcher(text).find();
        if (!PLAIN_GROUP.matcher(text).find()) {
            text = FRAME.matcher(text).replaceFirst("$1($2)$3");
        }
        if (boundBegin) {
            text = (begin == Begin.AT_LINE ? AT_LINE : AT_WORD) + text;
        }
        if (boundEnd) {
            text += WORD_END;
        }
        boolean lineBegin =
                boundBegin && begin == Begin.AT_LINE || LINE_BEGIN.matcher(text).find();
        boolean lineEnd = LINE_END.matcher(text).find();
        text = UNBOUND_BEGIN.matcher(text).replaceFirst("$1");
        text = UNBOUND_END.matcher(text).replaceFirst("$1");
        return new BoundedExpression(flags + text, lineBegin, lineEnd);
    }
}
