package org.fleetban.engine.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PathPatternTest {

    @ParameterizedTest
    @CsvSource({
        "/var/log/auth.log, /var/log/auth.log, true",
        "/var/log/auth.log, /var/log/auth.log.1, false",
        "/var/log/*.log, /var/log/auth.log, true",
        "/var/log/*.log, /var/log/apache2/error.log, false",
        "/var/log/*.log, /var/log/.hidden.log, false",
        "/var/log/.*.log, /var/log/.hidden.log, true",
        "/var/log/?ail, /var/log/mail, true",
        "/var/log/?ail, /var/log/ail, false",
        "/var/log/?ail, /var/log/.ail, false",
        "/var/log/[am]*, /var/log/mail, true",
        "/var/log/[!am]*, /var/log/mail, false",
        "/var/log/[!am]*, /var/log/syslog, true",
        "/var/log/log[0-9], /var/log/log7, true",
        "/var/log/log[9-0], /var/log/log7, false",
        "/var/log/x[]a], /var/log/x], true",
        "/var/log/x[!]a], /var/log/x], false",
        "/var/log/x[a-], /var/log/x-, true",
        "/var/log/x[a, /var/log/x[a, true",
        "/var/*/error.log, /var/www/error.log, true",
        "/var/*/error.log, /var/www/site/error.log, false",
        "/var/**/error.log, /var/www/site/error.log, false",
        "/var//log/a, /var/log/a, true",
        "var/log/a, /var/log/a, false",
        "/var/log/*, /var/log/, false",
        "/l/*a*b*c, /l/xxaxxbxxc, true",
        "/l/*a*b*c, /l/xxaxxbxx, false",
        "/l/*.log, /l/日本.log, true",
        "/l/?.log, /l/😀.log, true",
        "/l/[[]x, /l/[x, true",
    })
    void agreesWithPythonsGlob(String pattern, String path, boolean expected) {
        assertThat(PathPattern.of(pattern).matches(path)).isEqualTo(expected);
    }

    @Test
    void anEscapedPathMatchesItselfAlone() {
        String path = "/srv/[old] logs/what?*.log";
        PathPattern pattern = PathPattern.of(PathPattern.escape(path));
        assertThat(pattern.matches(path)).isTrue();
        assertThat(pattern.matches("/srv/o logs/whatever.log")).isFalse();
    }

    @Test
    void manyStarsTakeNoExponentialTime() {
        PathPattern pattern = PathPattern.of("/" + "*a".repeat(200) + "b");
        assertThat(pattern.matches("/" + "a".repeat(4000))).isFalse();
    }
}
