package org.fleetban.engine.time;

/**
 * Which years {@code %ExY} takes for the year of a log time.
 *
 * <p>fail2ban takes those of the decades from 2000 to three years after its start. Fleetban takes the whole century in
 * operation, so that the same line means the same whenever the processor was started.
 */
public enum Years {
    /** 2000 to 2099. */
    CURRENT("20"),
    /** 1960 to 2099: for testing old logs, as {@code fail2ban-regex} does. */
    ANY("(?:19(?=[6-9])|20)");

    private final String century;

    Years(String century) {
        this.century = century;
    }

    String expression() {
        return "(?P<Y>" + century + "\\d\\d)";
    }
}
