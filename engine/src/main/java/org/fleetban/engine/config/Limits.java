package org.fleetban.engine.config;

import org.jspecify.annotations.Nullable;

/** Bounds on what a configuration may cost; far above what real ones need. */
final class Limits {

    static final int FILE_BYTES = 4 << 20;

    /** Files loaded for one jail, filter or action, repeated includes counted. */
    static final int FILES = 1_000;

    static final int INCLUDE_DEPTH = 50;

    /** Characters of a resolved value: references to references grow exponentially. */
    static final int VALUE_LENGTH = 1 << 18;

    /** Characters of all options of a jail, a filter or an action together. */
    static final int ALL_VALUES = 1 << 24;

    static final int ACTIONS = 100;

    /** Python's {@code configparser.MAX_INTERPOLATION_DEPTH}. */
    static final int INTERPOLATION_DEPTH = 10;

    /** Characters written while the tags of one filter or action are replaced; Debian's 91 jails need up to 48,000. */
    static final int TAG_CHARACTERS = 1 << 22;

    /** How often fail2ban replaces one tag within one option. */
    static final int TAG_REPLACEMENTS = 25;

    private Limits() {}

    /** @throws ConfigException where the options of something grow over {@link #ALL_VALUES} */
    static void checkAll(long characters, @Nullable Origin origin) throws ConfigException {
        if (characters > ALL_VALUES) {
            throw new ConfigException("all options together grow over " + ALL_VALUES + " characters", origin);
        }
    }
}
