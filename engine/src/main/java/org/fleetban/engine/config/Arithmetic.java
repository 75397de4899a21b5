package org.fleetban.engine.config;

/** Python's arithmetic on numbers: {@code + - * / // % **}, signs and parentheses. */
final class Arithmetic {

    private static final int MAX_DEPTH = 100;

    private final String text;
    private int at;
    private int depth;

    Arithmetic(String text) {
        this.text = text;
    }

    /** @throws IllegalArgumentException with the place that is not arithmetic */
    double evaluate() {
        double value = sum();
        skipSpace();
        if (at < text.length()) {
            throw unexpected();
        }
        return value;
    }

    private double sum() {
        if (++depth > MAX_DEPTH) {
            throw new IllegalArgumentException("nested too deep");
        }
        double value = product();
        while (true) {
            if (accept("+")) {
                value += product();
            } else if (accept("-")) {
                value -= product();
            } else {
                depth--;
                return value;
            }
        }
    }

    private double product() {
        double value = signed();
        while (true) {
            if (accept("//")) {
                value = Math.floor(value / divisor());
            } else if (accept("/")) {
                value /= divisor();
            } else if (accept("%")) {
                double divisor = divisor();
                value -= divisor * Math.floor(value / divisor);
            } else if (!next("**") && accept("*")) {
                value *= signed();
            } else {
                return value;
            }
        }
    }

    private double divisor() {
        double value = signed();
        if (value == 0) {
            throw new IllegalArgumentException("division by zero");
        }
        return value;
    }

    private double signed() {
        boolean negative = false;
        while (true) {
            if (accept("-")) {
                negative = !negative;
            } else if (!accept("+")) {
                double value = power();
                return negative ? -value : value;
            }
        }
    }

    private double power() {
        double base = operand();
        if (!accept("**")) {
            return base;
        }
        if (++depth > MAX_DEPTH) {
            throw new IllegalArgumentException("nested too deep");
        }
        double value = Math.pow(base, signed());
        depth--;
        return value;
    }

    private double operand() {
        if (accept("(")) {
            double value = sum();
            if (!accept(")")) {
                throw unexpected();
            }
            return value;
        }
        return number();
    }

    private double number() {
        skipSpace();
        int start = at;
        int digits = digits();
        boolean fraction = at < text.length() && text.charAt(at) == '.';
        if (fraction) {
            at++;
            digits += digits();
        }
        if (digits == 0) {
            at = start;
            throw unexpected();
        }
        boolean exponent = exponent();
        String number = text.substring(start, at);
        if (!fraction && !exponent && number.length() > 1 && number.charAt(0) == '0' && !number.matches("0+")) {
            throw new IllegalArgumentException(
                    "a number with a leading zero at " + Quoted.start(text.substring(start)));
        }
        return Double.parseDouble(number);
    }

    private boolean exponent() {
        int start = at;
        if (at < text.length() && (text.charAt(at) == 'e' || text.charAt(at) == 'E')) {
            at++;
            if (at < text.length() && (text.charAt(at) == '+' || text.charAt(at) == '-')) {
                at++;
            }
            if (digits() > 0) {
                return true;
            }
        }
        at = start;
        return false;
    }

    private int digits() {
        int start = at;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        return at - start;
    }

    private boolean next(String operator) {
        skipSpace();
        return text.startsWith(operator, at);
    }

    private boolean accept(String operator) {
        boolean found = next(operator);
        if (found) {
            at += operator.length();
        }
        return found;
    }

    private void skipSpace() {
        while (at < text.length() && WhiteSpace.is(text.charAt(at))) {
            at++;
        }
    }

    private IllegalArgumentException unexpected() {
        return new IllegalArgumentException(
                at < text.length() ? "unexpected " + Quoted.start(text.substring(at)) : "it ends too early");
    }
}
