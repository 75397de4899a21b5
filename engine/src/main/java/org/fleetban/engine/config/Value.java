package org.fleetban.engine.config;

import org.jspecify.annotations.Nullable;

/**
 * What an option is set to.
 *
 * @param text as written (raw) or resolved, by context
 * @param origin the line that sets it; null for what comes from the command line or from Fleetban itself
 */
record Value(String text, @Nullable Origin origin) {

    /** The same place, another text. */
    Value with(String resolved) {
        return new Value(resolved, origin);
    }
}
