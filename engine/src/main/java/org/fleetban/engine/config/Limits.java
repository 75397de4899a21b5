package org.fleetban.engine.config;

/** Bounds on what a configuration may cost; far above what real ones need. */
final class Limits {

    static final int FILE_BYTES = 4 << 20;

    /** Files loaded for one jail, filter or action, repeated includes counted. */
    static final int FILES = 1_000;

    static final int INCLUDE_DEPTH = 50;

    /** Characters of a resolved value: references to references grow exponentially. */
    static final int VALUE_LENGTH = 1 << 20;

    /** Python's {@code configparser.MAX_INTERPOLATION_DEPTH}. */
    static final int INTERPOLATION_DEPTH = 10;

    /** Characters written while the tags of one filter or action are replaced; stock ones need up to 100,000. */
    static final int TAG_CHARACTERS = 16 << 20;

    /** How often fail2ban replaces one tag within one option. */
    static final int TAG_REPLACEMENTS = 25;

    private Limits() {}
}
