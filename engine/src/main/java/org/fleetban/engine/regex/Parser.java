package org.fleetban.engine.regex;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Parses the syntax of Python 3.11's {@code re}. Where an expression has several errors the one that Python reports is
 * found first, because both read from left to right with one token ahead.
 */
final class Parser {

    /** Python itself gives up at about 490 nested groups. */
    private static final int MAX_DEPTH = 400;

    /** {@code re._constants.MAXREPEAT}. */
    private static final BigInteger REPEAT_LIMIT = BigInteger.valueOf(4294967295L);

    private static final CharSet NOT_NEWLINE = CharSet.of('\n').negate();

    private final Tokens tokens;
    private final Escapes escapes;
    private final GroupTable groups;
    private final Width.Meter meter;

    private Flags globalFlags;

    /** Where the first look-behind without a fixed width begins; -1 while there is none. */
    private int looseLookBehind = -1;

    private Parser(String expression, Flags flags) throws RegexSyntaxException {
        this.tokens = new Tokens(expression);
        this.escapes = new Escapes(tokens);
        this.groups = new GroupTable(tokens);
        this.meter = new Width.Meter(groups::width);
        this.globalFlags = flags;
    }

    /**
     * A parsed expression.
     *
     * @param root the tree
     * @param groupCount number of groups
     * @param groupNames numbers of the named ones, in the order of the expression
     */
    record Parsed(Node root, int groupCount, Map<String, Integer> groupNames) {}

    static Parsed parse(String expression, Flags flags) throws RegexSyntaxException {
        Parser parser = new Parser(expression, flags);
        Node root = parser.alternation(flags, false, 0);
        if (parser.globalFlags.contradict()) {
            throw parser.tokens.errorAt("ASCII and UNICODE flags are incompatible", 0);
        }
        if (parser.tokens.peek() != null) {
            throw parser.tokens.error("unbalanced parenthesis");
        }
        parser.groups.checkConditions();
        if (parser.looseLookBehind >= 0) {
            throw parser.tokens.errorAt("look-behind requires fixed-width pattern", parser.looseLookBehind);
        }
        return new Parsed(root, parser.groups.count(), parser.groups.names());
    }

    private Node alternation(Flags flags, boolean verbose, int depth) throws RegexSyntaxException {
        if (depth > MAX_DEPTH) {
            throw tokens.error("groups nested deeper than " + MAX_DEPTH);
        }
        List<Node> branches = new ArrayList<>();
        do {
            boolean outermost = depth == 0;
            Flags here = outermost ? globalFlags : flags;
            boolean skip = outermost ? globalFlags.has(Flags.VERBOSE) : verbose;
            branches.add(sequence(here, skip, depth, outermost && branches.isEmpty()));
        } while (tokens.take("|"));
        return branches.size() == 1 ? branches.get(0) : new Node.Alternation(branches);
    }

    /** What the last item of a sequence is to a quantifier that follows it. */
    private enum Last {
        NOTHING,
        ASSERTION,
        REPEAT,
        ITEM
    }

    private Node sequence(Flags outerFlags, boolean outerVerbose, int depth, boolean first)
            throws RegexSyntaxException {
        List<Node> items = new ArrayList<>();
        Last last = Last.NOTHING;
        Flags flags = outerFlags;
        boolean verbose = outerVerbose;
        while (tokens.peek() != null && !tokens.nextIn("|)")) {
            int at = tokens.position();
            String token = tokens.take();
            if (token == null) {
                throw new IllegalStateException("a token was seen and is gone");
            }
            if (verbose && Tokens.isIn(token, " \t\n\r\u000b\f")) {
                continue;
            }
            if (verbose && token.equals("#")) {
                skipLine();
                continue;
            }
            if (Tokens.isIn(token, "?*+{")) {
                Bounds bounds = bounds(token);
                if (bounds != null) {
                    repeat(items, last, bounds, at);
                    last = Last.REPEAT;
                    continue;
                }
            } else if (token.equals("(") && tokens.take("?")) {
                Extension extension = extension(flags, verbose, depth, at);
                if (extension.globalFlags != 0) {
                    if (!first || last != Last.NOTHING) {
                        throw tokens.errorAt("global flags not at the start of the expression", at);
                    }
                    globalFlags = globalFlags.with(extension.globalFlags);
                    flags = globalFlags;
                    verbose = flags.has(Flags.VERBOSE);
                } else if (extension.node != null) {
                    items.add(extension.node);
                    last = Last.ITEM;
                }
                continue;
            }
            Node item = item(token, flags, verbose, depth, at);
            items.add(item);
            last = item instanceof Node.Assertion ? Last.ASSERTION : Last.ITEM;
        }
        return items.size() == 1 ? items.get(0) : new Node.Sequence(items);
    }

    private void skipLine() throws RegexSyntaxException {
        String token = tokens.take();
        while (token != null && !token.equals("\n")) {
            token = tokens.take();
        }
    }

    private Node item(String token, Flags flags, boolean verbose, int depth, int at) throws RegexSyntaxException {
        if (token.startsWith("\\")) {
            return escape(token, flags, at);
        }
        return switch (token) {
            case "[" -> new Node.Chars(new SetParser(tokens, escapes).parse(flags), at);
            case "." -> new Node.Chars(flags.has(Flags.DOTALL) ? CharSet.ALL : NOT_NEWLINE, at);
            case "(" -> group(null, flags, verbose, depth, at);
            case "^" ->
                new Node.Assertion(flags.has(Flags.MULTILINE) ? Node.Kind.LINE_START : Node.Kind.TEXT_START, at);
            case "$" ->
                new Node.Assertion(flags.has(Flags.MULTILINE) ? Node.Kind.LINE_END : Node.Kind.LAST_LINE_END, at);
            default -> literal(token.codePointAt(0), flags, at);
        };
    }

    private Node literal(int codePoint, Flags flags, int at) {
        CharSet set = CharSet.of(codePoint);
        if (flags.has(Flags.IGNORECASE)) {
            set = CaseFolding.insensitive(set, CharSet.NONE, flags.has(Flags.ASCII));
        }
        return new Node.Chars(set, at);
    }

    private Node escape(String token, Flags flags, int at) throws RegexSyntaxException {
        boolean ascii = flags.has(Flags.ASCII);
        if (Escapes.isCategory(token)) {
            Categories meaning = ascii ? Categories.ASCII : Categories.unicode();
            CharSet set = meaning.escape(token.charAt(1));
            if (flags.has(Flags.IGNORECASE)) {
                set = CaseFolding.insensitive(CharSet.NONE, set, ascii);
            }
            return new Node.Chars(set, at);
        }
        char letter = token.charAt(1);
        return switch (letter) {
            case 'A' -> new Node.Assertion(Node.Kind.TEXT_START, at);
            case 'Z' -> new Node.Assertion(Node.Kind.TEXT_END, at);
            case 'b' -> new Node.Assertion(ascii ? Node.Kind.ASCII_WORD_BOUNDARY : Node.Kind.WORD_BOUNDARY, at);
            case 'B' -> new Node.Assertion(ascii ? Node.Kind.NO_ASCII_WORD_BOUNDARY : Node.Kind.NO_WORD_BOUNDARY, at);
            case '0' -> literal(escapes.zero(token), flags, at);
            case '1', '2', '3', '4', '5', '6', '7', '8', '9' -> {
                int number = escapes.numberOrGroup(token);
                yield number >= 0 ? literal(number, flags, at) : numbered(-number, flags, at);
            }
            default -> literal(escapes.character(token), flags, at);
        };
    }

    private Node numbered(int group, Flags flags, int at) throws RegexSyntaxException {
        if (group > groups.count()) {
            throw tokens.errorAt("invalid group reference " + group, at + 1);
        }
        if (!groups.isClosed(group)) {
            throw tokens.errorAt("cannot refer to an open group", at);
        }
        groups.checkLookBehind(group);
        return reference(group, flags, at);
    }

    private static Node reference(int group, Flags flags, int at) {
        Node.Case kind = Node.Case.SENSITIVE;
        if (flags.has(Flags.IGNORECASE)) {
            kind = flags.has(Flags.ASCII) ? Node.Case.ASCII_INSENSITIVE : Node.Case.INSENSITIVE;
        }
        return new Node.BackReference(group, kind, at);
    }

    private record Bounds(int min, int max) {}

    /** Reads a quantifier; null where a brace is meant literally. */
    private @Nullable Bounds bounds(String token) throws RegexSyntaxException {
        switch (token) {
            case "?":
                return new Bounds(0, 1);
            case "*":
                return new Bounds(0, Node.UNBOUNDED);
            case "+":
                return new Bounds(1, Node.UNBOUNDED);
            default:
        }
        if (tokens.nextIs("}")) {
            return null;
        }
        int here = tokens.position();
        String low = tokens.takeWhile(Integer.MAX_VALUE, Escapes.DIGITS);
        String high = tokens.take(",") ? tokens.takeWhile(Integer.MAX_VALUE, Escapes.DIGITS) : low;
        if (!tokens.take("}")) {
            tokens.seek(here);
            return null;
        }
        int min = low.isEmpty() ? 0 : count(low, here);
        int max = high.isEmpty() ? Node.UNBOUNDED : count(high, here);
        if (!high.isEmpty() && new BigInteger(high).compareTo(new BigInteger("0" + low)) < 0) {
            throw tokens.errorAt("min repeat greater than max repeat", here);
        }
        return new Bounds(min, max);
    }

    /** No text is as long as what is cut off here. */
    private int count(String digits, int at) throws RegexSyntaxException {
        BigInteger value = new BigInteger(digits);
        if (value.compareTo(REPEAT_LIMIT) >= 0) {
            throw tokens.errorAt("the repetition number is too large", at);
        }
        return value.min(BigInteger.valueOf(Node.UNBOUNDED - 1)).intValueExact();
    }

    private void repeat(List<Node> items, Last last, Bounds bounds, int at) throws RegexSyntaxException {
        if (last == Last.NOTHING || last == Last.ASSERTION) {
            throw tokens.errorAt("nothing to repeat", at);
        }
        if (last == Last.REPEAT) {
            throw tokens.errorAt("multiple repeat", at);
        }
        Node.Mode mode = Node.Mode.GREEDY;
        if (tokens.take("?")) {
            mode = Node.Mode.LAZY;
        } else if (tokens.take("+")) {
            mode = Node.Mode.POSSESSIVE;
        }
        int index = items.size() - 1;
        items.set(index, new Node.Repeat(items.get(index), bounds.min, bounds.max, mode));
    }

    /**
     * What follows {@code (?}.
     *
     * @param node null where nothing is to be matched
     * @param globalFlags not 0 where it is {@code (?i)} and the like
     */
    private record Extension(@Nullable Node node, int globalFlags) {}

    private Extension extension(Flags flags, boolean verbose, int depth, int start) throws RegexSyntaxException {
        String token = takeExtension();
        switch (token) {
            case "P":
                return new Extension(named(flags, verbose, depth, start), 0);
            case ":":
                return new Extension(inside(flags, verbose, depth, start), 0);
            case "#":
                skipComment(start);
                return new Extension(null, 0);
            case "=", "!", "<":
                return new Extension(look(token, flags, verbose, depth, start), 0);
            case "(":
                return new Extension(conditional(flags, verbose, depth, start), 0);
            case ">":
                return new Extension(new Node.Atomic(inside(flags, verbose, depth, start)), 0);
            default:
        }
        if (!token.equals("-") && !Flags.isLetter(token)) {
            throw tokens.error("unknown extension ?" + token, Tokens.length(token) + 1);
        }
        Flags.Change change = Flags.Change.parse(tokens, token);
        if (change.global()) {
            return new Extension(null, change.added());
        }
        boolean verboseInside =
                (verbose || (change.added() & Flags.VERBOSE) != 0) && (change.removed() & Flags.VERBOSE) == 0;
        return new Extension(inside(flags.inside(change), verboseInside, depth, start), 0);
    }

    private String takeExtension() throws RegexSyntaxException {
        String token = tokens.take();
        if (token == null) {
            throw tokens.error("unexpected end of pattern");
        }
        return token;
    }

    private void skipComment(int start) throws RegexSyntaxException {
        do {
            if (tokens.peek() == null) {
                throw tokens.errorAt("missing ), unterminated comment", start);
            }
        } while (!")".equals(tokens.take()));
    }

    private Node named(Flags flags, boolean verbose, int depth, int start) throws RegexSyntaxException {
        if (tokens.take("<")) {
            String name = tokens.takeUntil(">", "group name");
            groups.checkName(name);
            return group(name, flags, verbose, depth, start);
        }
        if (tokens.take("=")) {
            return reference(groups.closedNamed(tokens.takeUntil(")", "group name")), flags, start);
        }
        String token = takeExtension();
        throw tokens.error("unknown extension ?P" + token, Tokens.length(token) + 2);
    }

    private Node group(@Nullable String name, Flags flags, boolean verbose, int depth, int start)
            throws RegexSyntaxException {
        int number = groups.open(name);
        Node body = inside(flags, verbose, depth, start);
        groups.close(number, meter.of(body));
        return new Node.Group(number, body);
    }

    /** The alternation until a closing parenthesis. */
    private Node inside(Flags flags, boolean verbose, int depth, int start) throws RegexSyntaxException {
        Node body = alternation(flags, verbose, depth + 1);
        close(start);
        return body;
    }

    private void close(int start) throws RegexSyntaxException {
        if (!tokens.take(")")) {
            throw tokens.errorAt("missing ), unterminated subpattern", start);
        }
    }

    private Node look(String sign, Flags flags, boolean verbose, int depth, int start) throws RegexSyntaxException {
        if (!sign.equals("<")) {
            return new Node.Look(inside(flags, verbose, depth, start), sign.equals("!"), 0);
        }
        String token = takeExtension();
        if (!Tokens.isIn(token, "=!")) {
            throw tokens.error("unknown extension ?<" + token, Tokens.length(token) + 2);
        }
        int outer = groups.enterLookBehind();
        Node body = alternation(flags, verbose, depth + 1);
        groups.leaveLookBehind(outer);
        close(start);
        Width width = meter.of(body);
        if (!width.isFixed() || width.min() > Node.UNBOUNDED) {
            looseLookBehind = looseLookBehind < 0 ? start : Math.min(start, looseLookBehind);
            return Node.EMPTY;
        }
        return new Node.Look(body, token.equals("!"), (int) width.min());
    }

    private Node conditional(Flags flags, boolean verbose, int depth, int start) throws RegexSyntaxException {
        int group = groups.condition(tokens.takeUntil(")", "group name"));
        if (depth >= MAX_DEPTH) {
            throw tokens.error("groups nested deeper than " + MAX_DEPTH);
        }
        Node yes = sequence(flags, verbose, depth + 1, false);
        Node no = Node.EMPTY;
        if (tokens.take("|")) {
            no = sequence(flags, verbose, depth + 1, false);
            if (tokens.nextIs("|")) {
                throw tokens.error("conditional backref with more than two branches");
            }
        }
        close(start);
        return new Node.Conditional(group, yes, no);
    }
}
