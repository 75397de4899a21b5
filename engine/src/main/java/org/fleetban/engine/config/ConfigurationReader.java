package org.fleetban.engine.config;

import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/** Reads a directory with fail2ban's files: {@code jail.conf}, {@code jail.d/}, {@code jail.local}, {@code filter.d/}. */
public final class ConfigurationReader {

    private ConfigurationReader() {}

    /**
     * Reads all enabled jails. Never throws for what the files say: that is in {@link Configuration#problems()}.
     *
     * @param directory with {@code jail.conf} and {@code filter.d/}
     * @param enable jails to take as enabled whatever the files say
     * @param overrides options to set per jail, over all files: jail, option, value; for {@code logpath} in place of
     *     the files' own
     */
    public static Configuration read(Path directory, Set<String> enable, Map<String, Map<String, String>> overrides) {
        throw new UnsupportedOperationException();
    }
}
