package org.fleetban.engine.jail;

/**
 * The arithmetic of {@code bantime.formula} and {@code bantime.factor}: the part of Python's expressions that such
 * formulas use, and nothing else. No name leads out of it, and every evaluation ends: there are no loops and no powers of
 * whole numbers beyond what a double holds.
 *
 * <p>Numbers; {@code ban.Time}, {@code ban.Count}, {@code banFactor}; {@code + - * / // % ** << >>}; comparisons,
 * {@code and or not}; {@code a if c else b}; {@code min max abs int float round pow} and {@code math.exp log log2 log10
 * sqrt pow floor ceil fabs}, {@code math.e}, {@code math.pi}. All values are doubles.
 */
final class Formula {

    /** The values that a formula may name. */
    record Scope(double time, double count, double factor) {}

    /** A part of the expression. */
    @FunctionalInterface
    interface Term {
        double value(Scope scope);
    }

    private final Term term;

    private Formula(Term term) {
        this.term = term;
    }

    /**
     * Parses a formula.
     *
     * @param option the option it stands in, for the message
     * @throws JailException if it is no such expression, with the position
     */
    static Formula parse(String option, String text) throws JailException {
        return new Formula(new FormulaParser(option, text).parse());
    }

    /**
     * The value; NaN or infinite where the arithmetic leads there.
     *
     * @param time {@code ban.Time}, seconds
     * @param count {@code ban.Count}
     * @param factor {@code banFactor}
     */
    double evaluate(double time, double count, double factor) {
        return term.value(new Scope(time, count, factor));
    }
}
