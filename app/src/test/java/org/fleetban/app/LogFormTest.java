package org.fleetban.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;

final class LogFormTest {

    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00.250Z");

    private final LogForm form = new LogForm(123, ZoneId.of("UTC"));

    @Test
    void writesABanAsFail2banDoes() {
        assertThat(form.action(NOON, LogForm.Level.NOTICE, "sshd", "Ban 192.0.2.1"))
                .isEqualTo("2026-01-01 12:00:00,250 fail2ban.actions        [123]: NOTICE  [sshd] Ban 192.0.2.1");
    }

    @Test
    void padsTheLevelToSevenCharacters() {
        assertThat(form.action(NOON, LogForm.Level.INFO, "sshd", "x")).contains("]: INFO    [sshd] x");
        assertThat(form.action(NOON, LogForm.Level.WARNING, "sshd", "x")).contains("]: WARNING [sshd] x");
    }

    @Test
    void writesTimesInItsZone() {
        assertThat(new LogForm(1, ZoneId.of("Asia/Tokyo")).action(NOON, LogForm.Level.INFO, "a", "b"))
                .startsWith("2026-01-01 21:00:00,250 ");
    }

    @Test
    void letsNoOffenderForgeALineOrCommandTheTerminal() {
        String hostile = "x\n2026-01-01 [sshd] Ban 192.0.2.9\r\u001b[2J\u2028\u202e";
        assertThat(form.action(NOON, LogForm.Level.NOTICE, "sshd", "Ban " + hostile))
                .endsWith("Ban x?2026-01-01 [sshd] Ban 192.0.2.9??[2J??");
    }
}
