package org.fleetban.app.fleet;

import java.time.Duration;

/** Durations as fail2ban's options write them: {@code 10m}, {@code 1d 12h}, {@code 42s}. */
public final class DurationText {

    private DurationText() {}

    /** The two largest units, the rest left out; whole seconds. */
    public static String of(Duration duration) {
        long seconds = duration.toSeconds();
        long[] values = {seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60, seconds % 60};
        String units = "dhms";
        StringBuilder text = new StringBuilder();
        int shown = 0;
        for (int i = 0; i < values.length && shown < 2; i++) {
            if (values[i] > 0) {
                text.append(shown++ > 0 ? " " : "").append(values[i]).append(units.charAt(i));
            }
        }
        return shown == 0 ? "0s" : text.toString();
    }
}
