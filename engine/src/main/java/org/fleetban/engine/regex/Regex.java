package org.fleetban.engine.regex;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A compiled regular expression with the syntax and meaning of Python's {@code re}. Immutable, thread-safe. */
public final class Regex {

    private final String expression;
    private final Node root;
    private final int groupCount;
    private final Map<String, Integer> groupNames;
    private final Program narrow;

    /** Made when a first text needs it; made twice at worst. */
    private volatile @Nullable Wide wide;

    /** Made when a matcher has searched often; empty where the expression is too large. */
    private volatile @Nullable Optional<TranslatedClass.Translation> translation;

    private Regex(String expression, Parser.Parsed parsed) {
        this.expression = expression;
        this.root = parsed.root();
        this.groupCount = parsed.groupCount();
        this.groupNames = Collections.unmodifiableMap(new LinkedHashMap<>(parsed.groupNames()));
        this.narrow = Compiler.compile(root, groupCount, set -> set);
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
        return new Matcher(this);
    }

    /**
     * Literals of which at least one occurs in every text that matches: what a {@link LiteralScanner} can look for first.
     * Empty where nothing is known. All are ASCII.
     */
    public List<Literal> requiredLiterals() {
        return RequiredLiterals.of(root);
    }

    /** Literals in several lists; of each list at least one occurs in every text that matches. All are ASCII. */
    public List<List<Literal>> allRequiredLiterals() {
        return RequiredLiterals.allOf(root);
    }

    /** Whether it can match only at the begin of a text. */
    public boolean isAtTextStart() {
        return narrow.anchor() == Program.Anchor.TEXT_START;
    }

    /** Whether a match can begin with a character below 256. */
    public boolean canStartWith(int character) {
        return narrow.canStartWith(character);
    }

    /**
     * By place and character what can stand at the first places of a text that matches from its begin on; a character of 256 is the
     * text's end. Characters above 255 may stand anywhere.
     *
     * @param places how many; at most 63
     */
    public boolean[][] beginning(int places) {
        return Beginning.of(root, places);
    }

    Program narrow() {
        return narrow;
    }

    /** The expression as a class of the JVM; null if it is too large. */
    TranslatedClass.@Nullable Translation translation() {
        Optional<TranslatedClass.Translation> known = translation;
        if (known == null) {
            synchronized (this) {
                known = translation;
                if (known == null) {
                    known = Optional.ofNullable(Translator.translate(Compiler.compileForClass(root, groupCount)));
                    translation = known;
                }
            }
        }
        return known.orElse(null);
    }

    Wide wide() {
        Wide known = wide;
        if (known == null) {
            Alphabet alphabet = Alphabet.of(root);
            known = new Wide(alphabet, alphabet == null ? null : Compiler.compile(root, groupCount, alphabet::map));
            wide = known;
        }
        return known;
    }

    PlainProgram plain() {
        return PlainProgram.of(root);
    }

    /**
     * How texts with characters above 255 are searched.
     *
     * @param alphabet null if the expression needs too large a one
     * @param program over the stand-ins of the alphabet; null without one
     */
    record Wide(@Nullable Alphabet alphabet, @Nullable Program program) {}
}
