package org.fleetban.processor;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.fleetban.engine.config.FilterDefinition;
import org.fleetban.engine.config.JailDefinition;
import org.fleetban.engine.config.JailDefinition.BanTimeIncrement;
import org.fleetban.engine.config.JailDefinition.JailScope;
import org.fleetban.engine.config.JailDefinition.LogPath;
import org.fleetban.engine.config.JailDefinition.UseDns;
import org.fleetban.engine.jail.JailException;

/** Jails for tests, reading {@code /var/log/<name>.log} and failing on the word {@code fail}. */
record TestJail(
        String name, int maxRetry, int banSeconds, JailScope scope, List<String> ignoreIp, boolean overallJails) {

    static TestJail named(String name) {
        return new TestJail(name, 3, 600, JailScope.FLEET, List.of(), false);
    }

    TestJail maxRetry(int failures) {
        return new TestJail(name, failures, banSeconds, scope, ignoreIp, overallJails);
    }

    TestJail banSeconds(int seconds) {
        return new TestJail(name, maxRetry, seconds, scope, ignoreIp, overallJails);
    }

    TestJail hostScoped() {
        return new TestJail(name, maxRetry, banSeconds, JailScope.HOST, ignoreIp, overallJails);
    }

    TestJail ignoring(String... entries) {
        return new TestJail(name, maxRetry, banSeconds, scope, List.of(entries), overallJails);
    }

    TestJail countingAllJails() {
        return new TestJail(name, maxRetry, banSeconds, scope, ignoreIp, true);
    }

    Jail compile() {
        return compile(new WordFilter("fail"));
    }

    Jail compile(LineFilter filter) {
        try {
            return new Jail(definition(), filter);
        } catch (JailException e) {
            throw new AssertionError(e);
        }
    }

    JailDefinition definition() {
        return new JailDefinition(
                name,
                new FilterDefinition(name, null, List.of(), List.of(), 1, null, List.of(), Map.of()),
                List.of(new LogPath("/var/log/" + name + "*.log", false)),
                "auto",
                "auto",
                null,
                UseDns.NO,
                maxRetry,
                Duration.ofSeconds(600),
                Duration.ofSeconds(banSeconds),
                5,
                ignoreIp,
                true,
                new BanTimeIncrement(overallJails, null, null, null, null, Duration.ZERO, overallJails),
                scope,
                "22",
                "tcp",
                List.of(),
                Map.of());
    }
}
