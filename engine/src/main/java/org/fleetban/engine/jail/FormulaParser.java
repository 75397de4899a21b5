package org.fleetban.engine.jail;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import org.fleetban.engine.jail.Formula.Term;

/** Recursive descent over Python's precedence of operators, with a limit on depth. */
final class FormulaParser {

    private static final int MAX_LENGTH = 1_000;
    private static final int MAX_DEPTH = 50;

    private static final Map<String, Term> NAMES = Map.of(
            "ban.Time", Formula.Scope::time,
            "ban.Count", Formula.Scope::count,
            "banFactor", Formula.Scope::factor,
            "math.e", scope -> Math.E,
            "math.pi", scope -> Math.PI,
            "True", scope -> 1,
            "False", scope -> 0);

    private static final Map<String, DoubleUnaryOperator> FUNCTIONS = Map.ofEntries(
            Map.entry("float", x -> x),
            Map.entry("int", x -> x < 0 ? Math.ceil(x) : Math.floor(x)),
            Map.entry("round", Math::rint),
            Map.entry("abs", Math::abs),
            Map.entry("math.fabs", Math::abs),
            Map.entry("math.floor", Math::floor),
            Map.entry("math.ceil", Math::ceil),
            Map.entry("math.exp", Math::exp),
            Map.entry("math.log", Math::log),
            Map.entry("math.log10", Math::log10),
            Map.entry("math.log2", x -> Math.log(x) / Math.log(2)),
            Map.entry("math.sqrt", Math::sqrt));

    private static final Map<String, DoubleBinaryOperator> FOLDS =
            Map.of("min", Math::min, "max", Math::max, "pow", Math::pow, "math.pow", Math::pow);

    private final String option;
    private final String text;
    private int at;
    private int depth;

    FormulaParser(String option, String text) {
        this.option = option;
        this.text = text;
    }

    Term parse() throws JailException {
        if (text.length() > MAX_LENGTH) {
            throw new JailException(option + ": longer than " + MAX_LENGTH + " characters");
        }
        Term term = conditional();
        skipBlanks();
        if (at < text.length()) {
            throw unexpected("the end or an operator");
        }
        return term;
    }

    private Term conditional() throws JailException {
        if (++depth > MAX_DEPTH) {
            throw new JailException(option + " = " + text + ": nested deeper than " + MAX_DEPTH);
        }
        Term yes = or();
        if (acceptWord("if")) {
            Term condition = or();
            if (!acceptWord("else")) {
                throw unexpected("'else'");
            }
            Term no = conditional();
            depth--;
            return scope -> condition.value(scope) != 0 ? yes.value(scope) : no.value(scope);
        }
        depth--;
        return yes;
    }

    private Term or() throws JailException {
        Term left = and();
        while (acceptWord("or")) {
            Term first = left;
            Term second = and();
            left = scope -> {
                double value = first.value(scope);
                return value != 0 ? value : second.value(scope);
            };
        }
        return left;
    }

    private Term and() throws JailException {
        Term left = not();
        while (acceptWord("and")) {
            Term first = left;
            Term second = not();
            left = scope -> {
                double value = first.value(scope);
                return value == 0 ? value : second.value(scope);
            };
        }
        return left;
    }

    private Term not() throws JailException {
        boolean negated = false;
        while (acceptWord("not")) {
            negated = !negated;
        }
        Term term = comparison();
        return negated ? scope -> term.value(scope) == 0 ? 1 : 0 : term;
    }

    private Term comparison() throws JailException {
        Term left = shift();
        if (accept("<=")) {
            return compare(left, shift(), (a, b) -> a <= b ? 1 : 0);
        } else if (accept(">=")) {
            return compare(left, shift(), (a, b) -> a >= b ? 1 : 0);
        } else if (accept("==")) {
            return compare(left, shift(), (a, b) -> a == b ? 1 : 0);
        } else if (accept("!=")) {
            return compare(left, shift(), (a, b) -> a != b ? 1 : 0);
        } else if (accept("<")) {
            return compare(left, shift(), (a, b) -> a < b ? 1 : 0);
        } else if (accept(">")) {
            return compare(left, shift(), (a, b) -> a > b ? 1 : 0);
        }
        return left;
    }

    private static Term compare(Term left, Term right, DoubleBinaryOperator operator) {
        return scope -> operator.applyAsDouble(left.value(scope), right.value(scope));
    }

    private Term shift() throws JailException {
        Term left = sum();
        while (true) {
            if (accept("<<")) {
                left = compare(left, sum(), (a, b) -> a * Math.pow(2, Math.floor(b)));
            } else if (accept(">>")) {
                left = compare(left, sum(), (a, b) -> Math.floor(a / Math.pow(2, Math.floor(b))));
            } else {
                return left;
            }
        }
    }

    private Term sum() throws JailException {
        Term left = product();
        while (true) {
            if (accept("+")) {
                left = compare(left, product(), Double::sum);
            } else if (accept("-")) {
                left = compare(left, product(), (a, b) -> a - b);
            } else {
                return left;
            }
        }
    }

    private Term product() throws JailException {
        Term left = unary();
        while (true) {
            if (accept("//")) {
                left = compare(left, unary(), (a, b) -> Math.floor(a / b));
            } else if (accept("/")) {
                left = compare(left, unary(), (a, b) -> a / b);
            } else if (accept("%")) {
                left = compare(left, unary(), (a, b) -> a - b * Math.floor(a / b));
            } else if (accept("*")) {
                left = compare(left, unary(), (a, b) -> a * b);
            } else {
                return left;
            }
        }
    }

    private Term unary() throws JailException {
        int signs = 0;
        boolean negative = false;
        while (true) {
            if (accept("-")) {
                negative = !negative;
            } else if (!accept("+")) {
                break;
            }
            if (++signs > MAX_DEPTH) {
                throw unexpected("a value");
            }
        }
        Term term = power();
        return negative ? scope -> -term.value(scope) : term;
    }

    private Term power() throws JailException {
        Term base = atom();
        if (accept("**")) {
            if (++depth > MAX_DEPTH) {
                throw new JailException(option + " = " + text + ": nested deeper than " + MAX_DEPTH);
            }
            Term exponent = unary();
            depth--;
            return compare(base, exponent, Math::pow);
        }
        return base;
    }

    private Term atom() throws JailException {
        skipBlanks();
        if (accept("(")) {
            Term inner = conditional();
            expect(")");
            return inner;
        }
        int start = at;
        if (at < text.length() && (isDigit(text.charAt(at)) || text.charAt(at) == '.')) {
            return number(start);
        }
        while (at < text.length() && isNamePart(text.charAt(at))) {
            at++;
        }
        String name = text.substring(start, at);
        Term value = NAMES.get(name);
        if (value != null) {
            return value;
        }
        if (FUNCTIONS.containsKey(name) || FOLDS.containsKey(name)) {
            return call(name);
        }
        at = start;
        throw unexpected("a number, ban.Time, ban.Count, banFactor, '(' or a function of math");
    }

    private Term number(int start) throws JailException {
        while (at < text.length() && (isNamePart(text.charAt(at)) || isSignOfExponent())) {
            at++;
        }
        String digits = text.substring(start, at);
        if (digits.matches("(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:[eE][+-]?[0-9]+)?")) {
            double value = Double.parseDouble(digits);
            return scope -> value;
        }
        at = start;
        throw unexpected("a decimal number");
    }

    private boolean isSignOfExponent() {
        char sign = text.charAt(at);
        char before = text.charAt(at - 1);
        return (sign == '-' || sign == '+') && (before == 'e' || before == 'E');
    }

    private Term call(String name) throws JailException {
        int start = at;
        expect("(");
        List<Term> arguments = new ArrayList<>();
        do {
            arguments.add(conditional());
        } while (accept(","));
        expect(")");
        DoubleUnaryOperator function = FUNCTIONS.get(name);
        if (function != null && arguments.size() == 1) {
            Term argument = arguments.get(0);
            return scope -> function.applyAsDouble(argument.value(scope));
        }
        DoubleBinaryOperator fold = FOLDS.get(name);
        if (fold != null && arguments.size() >= 2) {
            Term result = arguments.get(0);
            for (Term argument : arguments.subList(1, arguments.size())) {
                result = compare(result, argument, fold);
            }
            return result;
        }
        at = start;
        throw unexpected(function != null ? "one argument" : "two arguments");
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isNamePart(char c) {
        return isDigit(c) || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c == '.';
    }

    private void skipBlanks() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }

    private boolean accept(String operator) {
        skipBlanks();
        boolean longer = operator.length() == 1
                && at + 1 < text.length()
                && "*<>=/".indexOf(text.charAt(at)) >= 0
                && text.charAt(at) == text.charAt(at + 1);
        if (text.startsWith(operator, at) && !longer) {
            at += operator.length();
            return true;
        }
        return false;
    }

    private boolean acceptWord(String word) {
        skipBlanks();
        int end = at + word.length();
        if (text.startsWith(word, at) && (end == text.length() || !isNamePart(text.charAt(end)))) {
            at = end;
            return true;
        }
        return false;
    }

    private void expect(String symbol) throws JailException {
        if (!accept(symbol)) {
            throw unexpected("'" + symbol + "'");
        }
    }

    private JailException unexpected(String expected) {
        skipBlanks();
        String found = at < text.length() ? "'" + text.charAt(at) + "'" : "the end";
        return new JailException(
                option + " = " + text + ": found " + found + " at position " + at + ", expected " + expected);
    }
}
