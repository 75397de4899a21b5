package org.fleetban.engine.time;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.fleetban.engine.regex.Regex;
import org.fleetban.engine.regex.RegexSyntaxException;
import org.fleetban.engine.time.BoundedExpression.Begin;
import org.fleetban.engine.time.DateTemplate.Kind;
import org.jspecify.annotations.Nullable;

/** Makes templates of {@code datepattern} and fail2ban's default list, in fail2ban's order. */
final class DateTemplates {

    private static final String LINE_BEGIN_WORD = "{^LN-BEG}";
    private static final String UNBOUND_WORD = "{UNB}";

    /** Weight of the line-begin forms of the defaults: a date at the begin of a line is the line's own. */
    private static final double PREFERRED = 100;

    private static final List<String> DEFAULTS = List.of(
            "%ExY(?P<_sep>[-/.])%m(?P=_sep)%d(?:T|  ?)%H:%M:%S(?:[.,]%f)?(?:\\s*%z)?",
            "(?:%a )?%b %d %k:%M:%S(?:\\.%f)?(?: %ExY)?",
            "(?:%a )?%b %d %ExY %k:%M:%S(?:\\.%f)?",
            "%d(?P<_sep>[-/])%m(?P=_sep)(?:%ExY|%Exy) %k:%M:%S",
            "%d(?P<_sep>[-/])%b(?P=_sep)%ExY[ :]?%H:%M:%S(?:\\.%f)?(?: %z)?",
            "%m/%d/%ExY:%H:%M:%S",
            "%m-%d-%ExY %k:%M:%S(?:\\.%f)?",
            "EPOCH",
            "{^LN-BEG}%H:%M:%S",
            "^<%m/%d/%Exy@%H:%M:%S>",
            "%Exy%Exm%Exd  ?%H:%M:%S",
            "%b %d, %ExY %I:%M:%S %p",
            "^%b-%d-%Exy %k:%M:%S",
            "%ExY%Exm%Exd(?:-|T|  ?)%ExH:?%ExM:?%ExS(?:[.,]%f)?(?:\\s*%z)?",
            "(?:%Z )?(?:%a )?%b %d %k:%M:%S(?:\\.%f)?(?: %ExY)?",
            "(?:%z )?(?:%a )?%b %d %k:%M:%S(?:\\.%f)?(?: %ExY)?",
            "TAI64N");

    private static final Pattern LINES = Pattern.compile("\n+");
    private static final Pattern DATE_WORD = Pattern.compile("(?<!\\\\)\\{DATE\\}", Pattern.CASE_INSENSITIVE);
    private static final Pattern EPOCH_WORD = Pattern.compile("(?<!\\\\)\\{L?EPOCH\\}", Pattern.CASE_INSENSITIVE);
    private static final Pattern LETTER_TOKEN = Pattern.compile("(?<!%)%[aAbBpc]");
    private final DateTokens tokens;

    DateTemplates(Years years) {
        this.tokens = new DateTokens(years);
    }

    /**
     * The templates of a {@code datepattern}, in order.
     *
     * @param datePattern one pattern a line; null or empty for the defaults
     * @throws DatePatternException if one can't be compiled, or two are the same
     */
    List<DateTemplate> read(@Nullable String datePattern) throws DatePatternException {
        List<DateTemplate> templates = new ArrayList<>();
        Set<String> names = new HashSet<>();
        if (datePattern != null) {
            for (String line : LINES.split(datePattern)) {
                if (!line.isBlank()) {
                    append(line.strip(), templates, names);
                }
            }
        }
        return templates.isEmpty() ? defaults(true) : templates;
    }

    private void append(String pattern, List<DateTemplate> templates, Set<String> names) throws DatePatternException {
        String key = key(pattern);
        List<DateTemplate> added;
        boolean several = true;
        if (key.equals("{DEFAULT}")) {
            // fail2ban adds nothing here; a pattern that is all is then an empty list, which means the defaults.
            return;
        } else if (key.equals(LINE_BEGIN_WORD)) {
            added = defaults(true).stream().filter(DateTemplate::lineBegin).toList();
        } else if (key.contains("{DATE}")) {
            added = aroundDefaults(pattern);
        } else {
            several = false;
            added = List.of(key.equals("{NONE}") ? fields(UNBOUND_WORD + "^", 1) : single(pattern, key, weight(key)));
        }
        boolean first = templates.isEmpty();
        for (DateTemplate template : added) {
            if (names.add(template.name())) {
                templates.add(template);
            } else if (!several || first) {
                throw new DatePatternException(
                        "date pattern '" + pattern + "' is there twice: remove one of the two lines");
            }
        }
    }

    private static String key(String pattern) {
        return pattern.contains("%") ? pattern : pattern.toUpperCase(Locale.ROOT);
    }

    /** fail2ban has each template once for all patterns that name it, so the line-begin form of a default is preferred there too. */
    private static double weight(String key) {
        return DEFAULTS.stream()
                        .anyMatch(pattern -> key(LINE_BEGIN_WORD + pattern).equals(key))
                ? PREFERRED
                : 1;
    }

    /** The default list; {@code withLineBegin} puts the preferred line-begin forms before it. */
    private List<DateTemplate> defaults(boolean withLineBegin) throws DatePatternException {
        List<DateTemplate> preferred = new ArrayList<>();
        List<DateTemplate> plain = new ArrayList<>();
        for (String pattern : DEFAULTS) {
            if (withLineBegin && !pattern.startsWith("^") && !pattern.startsWith(LINE_BEGIN_WORD)) {
                String atLine = LINE_BEGIN_WORD + pattern;
                preferred.add(single(atLine, key(atLine), PREFERRED));
            }
            plain.add(single(pattern, key(pattern), 1));
        }
        preferred.addAll(plain);
        return preferred;
    }

    /** One template for each default, with the default in the place of {@code {DATE}}. */
    private List<DateTemplate> aroundDefaults(String pattern) throws DatePatternException {
        List<DateTemplate> templates = new ArrayList<>();
        for (DateTemplate template : defaults(false)) {
            String inner = template.pattern() != null ? template.pattern() : template.name();
            String unbound = inner.startsWith(LINE_BEGIN_WORD) ? inner.substring(LINE_BEGIN_WORD.length()) : inner;
            String around = DATE_WORD.matcher(pattern).replaceAll(Matcher.quoteReplacement(unbound));
            templates.add(single(around, key(around), 1));
        }
        return templates;
    }

    private DateTemplate single(String pattern, String key, double weight) throws DatePatternException {
        if (key.contains("EPOCH")) {
            if (EPOCH_WORD.matcher(pattern).find()) {
                return epochWithin(pattern, key.contains("LEPOCH"));
            }
            switch (key) {
                case "EPOCH":
                    return epoch(false, false, weight);
                case "{^LN-BEG}EPOCH", "^EPOCH":
                    return epoch(true, false, weight);
                case "LEPOCH":
                    return epoch(false, true, weight);
                case "{^LN-BEG}LEPOCH", "^LEPOCH":
                    return epoch(true, true, weight);
                default:
            }
        }
        return switch (key) {
            case "TAI64N" -> tai64n(Begin.ANYWHERE, weight);
            case "{^LN-BEG}TAI64N", "^TAI64N" -> tai64n(Begin.AT_LINE, weight);
            default -> fields(pattern, weight);
        };
    }

    private static String epochDigits(boolean longForm) {
        return longForm ? "\\d{10,11}(?:\\d{3}(?:\\.\\d{1,6}|\\d{3})?)?" : "\\d{10,11}\\b(?:\\.\\d{3,6})?";
    }

    private static DateTemplate epoch(boolean lineBegin, boolean longForm, double weight) throws DatePatternException {
        String name = longForm ? "LongEpoch" : "Epoch";
        String digits = epochDigits(longForm);
        BoundedExpression expression = lineBegin
                ? BoundedExpression.of("((?P<square>(?<=^\\[))?" + digits + ")(?(square)(?=\\]))", Begin.AT_LINE, true)
                : BoundedExpression.of(
                        "((?:^|(?P<square>(?<=^\\[))|(?P<selinux>(?<=\\baudit\\()))" + digits
                                + ")(?:(?(selinux)(?=:\\d+\\)))|(?(square)(?=\\])))",
                        Begin.ANYWHERE,
                        true);
        return number(lineBegin ? LINE_BEGIN_WORD + name : name, longForm, expression, weight, 1);
    }

    private static DateTemplate epochWithin(String pattern, boolean longForm) throws DatePatternException {
        String around =
                EPOCH_WORD.matcher(pattern).replaceAll(Matcher.quoteReplacement("(" + epochDigits(longForm) + ")"));
        return number(pattern, longForm, BoundedExpression.of("(" + around + ")", Begin.AT_WORD, true), 1, 2);
    }

    private static DateTemplate number(
            String name, boolean longForm, BoundedExpression expression, double weight, int valueGroup)
            throws DatePatternException {
        Kind kind = longForm ? Kind.LONG_EPOCH : Kind.EPOCH;
        return new DateTemplate(name, null, kind, compile(name, expression), expression, weight, valueGroup);
    }

    private static DateTemplate tai64n(Begin begin, double weight) throws DatePatternException {
        BoundedExpression expression = BoundedExpression.of("@[0-9a-f]{24}", begin, true);
        String name = begin == Begin.AT_LINE ? LINE_BEGIN_WORD + "TAI64N" : "TAI64N";
        return new DateTemplate(name, null, Kind.TAI64N, compile(name, expression), expression, weight, 1);
    }

    private DateTemplate fields(String pattern, double weight) throws DatePatternException {
        String rest = pattern;
        Begin begin = Begin.AT_WORD;
        boolean wordEnd = true;
        if (rest.startsWith(UNBOUND_WORD)) {
            rest = rest.substring(UNBOUND_WORD.length());
            begin = Begin.ANYWHERE;
            wordEnd = false;
        } else if (rest.startsWith(LINE_BEGIN_WORD)) {
            rest = rest.substring(LINE_BEGIN_WORD.length());
            begin = Begin.AT_LINE;
        }
        StringBuilder regex = new StringBuilder(LETTER_TOKEN.matcher(rest).find() ? "(?iu)" : "");
        StringBuilder name = new StringBuilder();
        for (int i = 0; i < rest.length(); i++) {
            char c = rest.charAt(i);
            if (c != '%') {
                regex.append(c);
                name.append(c);
                continue;
            }
            String token = tokens.tokenAt(rest, i);
            String expression = token == null ? null : tokens.expression(token);
            if (token == null || expression == null) {
                throw new DatePatternException("date pattern '" + pattern + "' has no known token at its position " + i
                        + ": expected one such as %Y, %d, %H, %ExY, or %% for a percent sign");
            }
            regex.append(expression);
            name.append(DateTokens.label(token));
            i += token.length();
        }
        BoundedExpression expression = BoundedExpression.of(regex.toString(), begin, wordEnd);
        String fullName = begin == Begin.AT_LINE ? LINE_BEGIN_WORD + name : name.toString();
        return new DateTemplate(fullName, pattern, Kind.FIELDS, compile(pattern, expression), expression, weight, 1);
    }

    private static Regex compile(String pattern, BoundedExpression expression) throws DatePatternException {
        try {
            return Regex.compile(expression.text(), Set.of());
        } catch (RegexSyntaxException wrong) {
            throw new DatePatternException(
                    "date pattern '" + pattern + "' is no valid expression: " + wrong.getMessage() + " of '"
                            + expression.text() + "'",
                    wrong);
        }
    }
}
