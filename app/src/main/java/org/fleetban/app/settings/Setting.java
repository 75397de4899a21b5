package org.fleetban.app.settings;

import java.util.Locale;

/**
 * One setting of the service.
 *
 * @param <T> what its text is read as
 * @param name its name in {@code fleetban.properties}
 * @param defaultText its text where nothing is configured
 * @param parser reads the text; throws {@link IllegalArgumentException} with what was expected
 * @param description one line for people
 */
public record Setting<T>(String name, String defaultText, Parser<T> parser, String description) {

    /**
     * Reads the text of a setting.
     *
     * @param <T> what it is read as
     */
    @FunctionalInterface
    public interface Parser<T> {
        /**
         * @throws IllegalArgumentException saying what was expected
         */
        T parse(String text);
    }

    /** The environment variable that overrides it, such as {@code FLEETBAN_BOOTSTRAP_SERVERS}. */
    public String environmentVariable() {
        return Settings.ENVIRONMENT_PREFIX
                + name.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT);
    }
}
