package org.fleetban.engine.jail;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.fleetban.engine.config.JailDefinition.BanTimeIncrement;
import org.jspecify.annotations.Nullable;

/**
 * How long a ban lasts: {@code bantime}, and {@code bantime.*} for offenders that were banned before.
 *
 * <p>The rules are fail2ban's: with n earlier bans (n &gt; 0) the {@code multipliers} give bantime · factor ·
 * multiplier[n] (the last one for every greater n), else the {@code formula} a time that is at least bantime; then at
 * most {@code maxtime}; then up to {@code rndtime} more. The random part is drawn from the event's identity, so that a
 * repetition comes to the same end.
 */
final class BanTimes {

    private static final String DEFAULT_FORMULA = "ban.Time * (1<<(ban.Count if ban.Count<20 else 20)) * banFactor";

    private static final double MAX_SECONDS = 1e12;

    private final long baseMs;
    private final boolean increment;
    private final double factor;
    private final Formula formula;
    private final List<Long> multipliers;
    private final @Nullable Duration maxTime;
    private final Duration randomTime;
    private final boolean overallJails;

    private BanTimes(long baseMs, BanTimeIncrement options, double factor, Formula formula, List<Long> multipliers) {
        this.baseMs = baseMs;
        this.increment = options.enabled();
        this.factor = factor;
        this.formula = formula;
        this.multipliers = multipliers;
        this.maxTime = options.maxTime();
        this.randomTime = options.randomTime();
        this.overallJails = options.overallJails();
    }

    static BanTimes compile(Duration banTime, BanTimeIncrement options) throws JailException {
        String factorText = orDefault(options.factor(), "1");
        double factor = Formula.parse("bantime.factor", factorText).evaluate(0, 0, 1);
        if (!Double.isFinite(factor)) {
            throw new JailException("bantime.factor = " + factorText + ": expected a finite number");
        }
        Formula formula = Formula.parse("bantime.formula", orDefault(options.formula(), DEFAULT_FORMULA));
        return new BanTimes(
                banTime.isNegative() ? Ban.NEVER : banTime.toMillis(),
                options,
                factor,
                formula,
                parseMultipliers(options.multipliers()));
    }

    private static String orDefault(@Nullable String text, String otherwise) {
        return text == null || text.isBlank() ? otherwise : text;
    }

    private static List<Long> parseMultipliers(@Nullable String text) throws JailException {
        List<Long> multipliers = new ArrayList<>();
        for (String word : text == null ? new String[0] : text.strip().split("\\s+")) {
            try {
                if (!word.isEmpty()) {
                    multipliers.add(Long.parseLong(word));
                }
            } catch (NumberFormatException e) {
                throw new JailException(
                        "bantime.multipliers: '" + word + "' is no whole number; expected numbers between blanks");
            }
        }
        return multipliers;
    }

    long baseMs() {
        return baseMs;
    }

    boolean countsOtherJails() {
        return increment && overallJails;
    }

    /**
     * The length of a ban in milliseconds, {@link Ban#NEVER} for ever.
     *
     * @param earlier how many times the offender was banned before
     * @param event identity of the ban
     */
    long durationMs(int earlier, String event) {
        if (!increment || earlier <= 0 || baseMs == Ban.NEVER) {
            return baseMs;
        }
        double base = baseMs / 1000.0;
        double seconds = multipliers.isEmpty() ? byFormula(base, earlier) : byMultiplier(base, earlier);
        if (maxTime != null) {
            seconds = Math.min(seconds, maxTime.toMillis() / 1000.0);
        }
        seconds += EventId.fraction(event) * randomTime.toMillis() / 1000.0;
        return seconds >= MAX_SECONDS ? Ban.NEVER : Math.max(0, Math.round(seconds * 1000));
    }

    private double byFormula(double base, int earlier) {
        double seconds = formula.evaluate(base, earlier, factor);
        return seconds > base ? seconds : base;
    }

    private double byMultiplier(double base, int earlier) {
        return base * factor * multipliers.get(Math.min(earlier, multipliers.size() - 1));
    }
}
