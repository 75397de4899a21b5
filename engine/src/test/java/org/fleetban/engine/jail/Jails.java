package org.fleetban.engine.jail;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.fleetban.engine.config.FilterDefinition;
import org.fleetban.engine.config.JailDefinition;
import org.fleetban.engine.config.JailDefinition.BanTimeIncrement;
import org.fleetban.engine.config.JailDefinition.JailScope;
import org.fleetban.engine.config.JailDefinition.UseDns;
import org.jspecify.annotations.Nullable;

/** Jails for tests: maxretry, findtime and bantime as asked, everything else fail2ban's default. */
record Jails(int maxRetry, long findSeconds, long banSeconds, int maxMatches, BanTimeIncrement increment) {

    static final BanTimeIncrement NO_INCREMENT =
            new BanTimeIncrement(false, null, null, null, null, Duration.ZERO, false);

    static Jails of(int maxRetry, long findSeconds, long banSeconds) {
        return new Jails(maxRetry, findSeconds, banSeconds, 5, NO_INCREMENT);
    }

    Jails maxMatches(int lines) {
        return new Jails(maxRetry, findSeconds, banSeconds, lines, increment);
    }

    Jails increment(
            @Nullable String factor,
            @Nullable String formula,
            @Nullable String multipliers,
            @Nullable Duration maxTime,
            Duration randomTime) {
        return new Jails(
                maxRetry,
                findSeconds,
                banSeconds,
                maxMatches,
                new BanTimeIncrement(true, factor, formula, multipliers, maxTime, randomTime, false));
    }

    Jails overallJails() {
        return new Jails(
                maxRetry,
                findSeconds,
                banSeconds,
                maxMatches,
                new BanTimeIncrement(true, null, null, null, null, Duration.ZERO, true));
    }

    JailRules rules() {
        try {
            return JailRules.compile(definition());
        } catch (JailException e) {
            throw new AssertionError(e);
        }
    }

    JailDefinition definition() {
        return new JailDefinition(
                "sshd",
                new FilterDefinition("sshd", null, List.of(), List.of(), 1, null, List.of(), Map.of()),
                List.of(),
                "auto",
                "auto",
                null,
                UseDns.WARN,
                maxRetry,
                Duration.ofSeconds(findSeconds),
                Duration.ofSeconds(banSeconds),
                maxMatches,
                List.of(),
                true,
                increment,
                JailScope.FLEET,
                null,
                null,
                List.of(),
                Map.of());
    }
}
