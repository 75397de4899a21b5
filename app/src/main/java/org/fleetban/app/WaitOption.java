package org.fleetban.app;

import java.time.Duration;
import org.fleetban.engine.config.TimeExpression;
import picocli.CommandLine.Option;

/** {@code --wait}. */
final class WaitOption {

    @Option(
            names = "--wait",
            paramLabel = "TIME",
            defaultValue = "10s",
            description = "How long to wait for the processor's answer, such as 30s. Default: 10s; 0: not at all.")
    private String wait = "10s";

    /**
     * The time to wait.
     *
     * @throws UserException if it is none
     */
    Duration patience() {
        Duration patience = parse("--wait", wait);
        if (patience.isNegative()) {
            throw new UserException("--wait " + wait + ": expected a time from 0 on");
        }
        return patience;
    }

    /** A time as fail2ban's options write it. */
    static Duration parse(String option, String text) {
        try {
            return TimeExpression.parse(text);
        } catch (IllegalArgumentException e) {
            throw new UserException(option + ": " + e.getMessage(), e);
        }
    }
}
