package org.fleetban.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

final class TerminalTest {

    private static final Map<String, String> XTERM = Map.of("TERM", "xterm");

    @Test
    void isWhatTheLauncherFound() {
        assertThat(Terminal.of("", XTERM)).isEqualTo(Terminal.NONE);
        assertThat(Terminal.of("out", XTERM)).isEqualTo(new Terminal(true, false, true));
        assertThat(Terminal.of(",err", XTERM)).isEqualTo(new Terminal(false, true, false));
        assertThat(Terminal.of("out,err", XTERM)).isEqualTo(new Terminal(true, true, true));
    }

    @Test
    void coloursCanBeRefused() {
        assertThat(Terminal.of("out", Map.of("TERM", "xterm", "NO_COLOR", "1")).colours())
                .isFalse();
        assertThat(Terminal.of("out", Map.of("TERM", "xterm", "NO_COLOR", "")).colours())
                .isTrue();
        assertThat(Terminal.of("out", Map.of("TERM", "dumb")).colours()).isFalse();
        assertThat(Terminal.of("out", Map.of()).colours()).isFalse();
    }
}
