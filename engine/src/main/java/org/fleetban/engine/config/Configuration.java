package org.fleetban.engine.config;

import java.util.List;

/**
 * What a configuration directory says.
 *
 * @param jails the enabled jails that can run, in the order of the files
 * @param problems everything wrong with the files, in the order found
 */
public record Configuration(List<JailDefinition> jails, List<Problem> problems) {

    public Configuration {
        jails = List.copyOf(jails);
        problems = List.copyOf(problems);
    }
}
