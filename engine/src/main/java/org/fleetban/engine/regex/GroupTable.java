package org.fleetban.engine.regex;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The groups of an expression while it is parsed: numbers, names, which are still open. */
final class GroupTable {

    /** {@code _sre.MAXGROUPS}. */
    private static final BigInteger LIMIT = BigInteger.valueOf(1073741823);

    private final Tokens tokens;
    private final Map<String, Integer> names = new LinkedHashMap<>();
    private final List<@Nullable Width> widths = new ArrayList<>();
    private final Map<Integer, Integer> conditionPositions = new TreeMap<>();

    /** Groups that were there when the outermost look-behind began; -1 outside of look-behinds. */
    private int beforeLookBehind = -1;

    GroupTable(Tokens tokens) {
        this.tokens = tokens;
        widths.add(null);
    }

    /** Number of groups, the whole match not counted. */
    int count() {
        return widths.size() - 1;
    }

    Map<String, Integer> names() {
        return names;
    }

    int open(@Nullable String name) throws RegexSyntaxException {
        int number = widths.size();
        widths.add(null);
        if (name != null) {
            Integer taken = names.putIfAbsent(name, number);
            if (taken != null) {
                throw tokens.error(
                        "redefinition of group name " + PythonText.repr(name) + " as group " + number + "; was group "
                                + taken,
                        Tokens.length(name) + 1);
            }
        }
        return number;
    }

    void close(int number, Width width) {
        widths.set(number, width);
    }

    boolean isClosed(int number) {
        return number < widths.size() && widths.get(number) != null;
    }

    /** The width of a closed group. */
    Width width(int number) {
        Width width = widths.get(number);
        if (width == null) {
            throw new IllegalStateException("group " + number + " is open");
        }
        return width;
    }

    /** Enters a look-behind; the result is for {@link #leaveLookBehind(int)}. */
    int enterLookBehind() {
        int outer = beforeLookBehind;
        if (outer < 0) {
            beforeLookBehind = widths.size();
        }
        return outer;
    }

    void leaveLookBehind(int outer) {
        beforeLookBehind = outer;
    }

    void checkLookBehind(int number) throws RegexSyntaxException {
        if (beforeLookBehind >= 0) {
            if (!isClosed(number)) {
                throw tokens.error("cannot refer to an open group");
            }
            if (number >= beforeLookBehind) {
                throw tokens.error("cannot refer to group defined in the same lookbehind subpattern");
            }
        }
    }

    void checkName(String name) throws RegexSyntaxException {
        if (!PythonText.isIdentifier(name)) {
            throw tokens.error("bad character in group name " + PythonText.repr(name), Tokens.length(name) + 1);
        }
    }

    /** The group of a {@code (?P=name)}, which must be closed. */
    int closedNamed(String name) throws RegexSyntaxException {
        checkName(name);
        int number = named(name);
        if (!isClosed(number)) {
            throw tokens.error("cannot refer to an open group", Tokens.length(name) + 1);
        }
        checkLookBehind(number);
        return number;
    }

    private int named(String name) throws RegexSyntaxException {
        Integer number = names.get(name);
        if (number == null) {
            throw tokens.error("unknown group name " + PythonText.repr(name), Tokens.length(name) + 1);
        }
        return number;
    }

    /** The group of a condition: a name that is known, or a number that must be there in the end. */
    int condition(String written) throws RegexSyntaxException {
        int number;
        if (PythonText.isIdentifier(written)) {
            number = named(written);
        } else {
            int back = Tokens.length(written) + 1;
            BigInteger value = PythonText.integer(written);
            if (value == null || value.signum() < 0) {
                throw tokens.error("bad character in group name " + PythonText.repr(written), back);
            }
            if (value.signum() == 0) {
                throw tokens.error("bad group number", back);
            }
            if (value.compareTo(LIMIT) >= 0) {
                throw tokens.error("invalid group reference " + value, back);
            }
            number = value.intValueExact();
            conditionPositions.putIfAbsent(number, tokens.position() - back);
        }
        checkLookBehind(number);
        return number;
    }

    /** To be called in the end: conditions may name groups that come after them. */
    void checkConditions() throws RegexSyntaxException {
        for (Map.Entry<Integer, Integer> condition : conditionPositions.entrySet()) {
            if (condition.getKey() >= widths.size()) {
                throw tokens.errorAt("invalid group reference " + condition.getKey(), condition.getValue());
            }
        }
    }
}
