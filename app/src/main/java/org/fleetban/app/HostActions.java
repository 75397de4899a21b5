package org.fleetban.app;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fleetban.enforcer.action.Action;
import org.fleetban.engine.config.ActionDefinition;
import org.fleetban.engine.config.ConfigException;
import org.fleetban.engine.config.Configuration;
import org.fleetban.engine.config.JailDefinition;
import org.fleetban.engine.config.Problem;
import org.jspecify.annotations.Nullable;

/**
 * What the jails of a configuration do about a ban beside the firewall, which the enforcer serves itself. When the jails
 * change, an action whose new definition is broken stays as it runs.
 */
final class HostActions {

    private static final List<String> OPTIONS = List.of(
            "actionstart",
            "actionstop",
            "actionflush",
            "actioncheck",
            "actionrepair",
            "actionban",
            "actionprolong",
            "actionunban");

    private final boolean dryRun;
    private final Environment environment;

    /** By jail and name. */
    private Map<String, Map<String, Running>> running;

    /** An action as it runs, and its definition. */
    private record Running(ActionDefinition definition, Action action) {}

    /**
     * The actions of all jails; says which run, and which cannot.
     *
     * @param configuration the jails to begin with
     * @param dryRun none runs, whatever jails say
     * @param environment for messages
     */
    HostActions(Configuration configuration, boolean dryRun, Environment environment) {
        this.dryRun = dryRun;
        this.environment = environment;
        this.running = Map.of();
        this.running = next(configuration);
        actions()
                .forEach(action ->
                        environment.say("[" + action.jail() + "] action " + action.name() + " runs on this host"));
    }

    /** What runs. */
    List<Action> actions() {
        return running.values().stream()
                .flatMap(ofJail -> ofJail.values().stream())
                .map(Running::action)
                .toList();
    }

    /** Takes changed jails. Returns what is to run instead, empty: nothing else than before. */
    Optional<List<Action>> changeTo(Configuration configuration) {
        List<Action> before = actions();
        running = next(configuration);
        List<Action> after = actions();
        if (after.equals(before)) {
            return Optional.empty();
        }
        after.stream()
                .filter(action -> !before.contains(action))
                .forEach(action -> environment.say(
                        "[" + action.jail() + "] action " + action.name() + " runs on this host, as it is now"));
        before.stream()
                .filter(action -> after.stream()
                        .noneMatch(other -> other.jail().equals(action.jail())
                                && other.name().equals(action.name())))
                .forEach(action ->
                        environment.say("[" + action.jail() + "] action " + action.name() + " runs here no longer"));
        return Optional.of(after);
    }

    private Map<String, Map<String, Running>> next(Configuration configuration) {
        if (dryRun) {
            return Map.of();
        }
        Map<String, Map<String, Running>> next = new LinkedHashMap<>();
        for (JailDefinition jail : configuration.jails()) {
            Map<String, Running> before = running.getOrDefault(jail.name(), Map.of());
            Map<String, Running> after = new LinkedHashMap<>();
            for (ActionDefinition action : jail.actions()) {
                if (!action.isFirewall()) {
                    Running now = now(jail.name(), action, before.get(action.name()));
                    if (now != null) {
                        after.put(action.name(), now);
                    }
                }
            }
            before.forEach((name, action) -> {
                if (configuration.leavesOut(jail.name(), action.definition())) {
                    after.putIfAbsent(name, action);
                }
            });
            next.put(jail.name(), after);
        }
        configuration.problems().stream()
                .filter(problem -> problem.severity() == Problem.Severity.ERROR)
                .map(Problem::jail)
                .forEach(broken -> {
                    if (broken != null && running.containsKey(broken)) {
                        next.putIfAbsent(broken, running.getOrDefault(broken, Map.of()));
                    }
                });
        return next;
    }

    /** An action as it is defined now; where that is broken, as it runs; null where it does not run either. */
    private @Nullable Running now(String jail, ActionDefinition action, @Nullable Running before) {
        try {
            boolean norestored = isTrue(action.parameters().get("norestored")) || isTrue(action.command("norestored"));
            Action made =
                    new Action(jail, action.name(), commands(action, "inet4"), commands(action, "inet6"), norestored);
            return new Running(action, made);
        } catch (ConfigException e) {
            environment.say("[" + jail + "] action " + action.name()
                    + (before == null ? " is left out: " : " stays as it runs: ") + e.getMessage());
            return before;
        }
    }

    private static Map<String, String> commands(ActionDefinition action, String family) throws ConfigException {
        Map<String, String> commands = new HashMap<>();
        for (String option : OPTIONS) {
            String command = action.command(option, family);
            if (command != null) {
                commands.put(option, command);
            }
        }
        return commands;
    }

    private static boolean isTrue(@Nullable String text) {
        return text != null && text.strip().matches("(?i)1|true|yes|on");
    }
}
