package org.fleetban.engine.config;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One file, parsed and not merged.
 *
 * @param defaults the section {@code [DEFAULT]}
 * @param sections the others by name, in order; each option by its lower-case name, in order
 * @param faults what Python's parser would refuse the file for
 */
record IniFile(Map<String, Value> defaults, Map<String, Map<String, Value>> sections, List<Fault> faults) {

    static final String DEFAULT = "DEFAULT";

    /**
     * Text that is not in the ini grammar.
     *
     * @param section it makes unusable; null for the whole file
     */
    record Fault(@Nullable String section, Origin origin, String message) {}
}
