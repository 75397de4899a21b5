package org.fleetban.engine.config;

import java.util.ArrayList;
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

    /** This, and of the other one the jails that errors leave out here. */
    public Configuration keeping(Configuration before) {
        List<JailDefinition> all = new ArrayList<>(jails);
        before.jails.stream()
                .filter(jail -> jails.stream().noneMatch(other -> other.name().equals(jail.name())))
                .filter(jail -> problems.stream()
                        .anyMatch(problem -> problem.severity() == Problem.Severity.ERROR
                                && jail.name().equals(problem.jail())))
                .forEach(all::add);
        return new Configuration(all, problems);
    }

    /** Whether a jail names this action, but with a definition that is broken. */
    public boolean leavesOut(String jail, ActionDefinition action) {
        String message = leftOut(action.file());
        return problems.stream()
                .anyMatch(problem ->
                        jail.equals(problem.jail()) && problem.message().startsWith(message));
    }

    /** The words with which a message begins about an action that is left out. */
    static String leftOut(String action) {
        return "action " + action + " is left out: ";
    }
}
