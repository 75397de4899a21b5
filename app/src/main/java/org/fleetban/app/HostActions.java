package org.fleetban.app;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.fleetban.enforcer.action.Action;
import org.fleetban.engine.config.ActionDefinition;
import org.fleetban.engine.config.ConfigException;
import org.fleetban.engine.config.Configuration;
import org.fleetban.engine.config.JailDefinition;
import org.jspecify.annotations.Nullable;

/** What the jails of a configuration do about a ban beside the firewall, which the enforcer serves itself. */
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

    private HostActions() {}

    /**
     * The commands of all jails; says which run, and which cannot.
     *
     * @param configuration the jails
     * @param environment for messages
     */
    static List<Action> of(Configuration configuration, Environment environment) {
        List<Action> actions = new ArrayList<>();
        for (JailDefinition jail : configuration.jails()) {
            for (ActionDefinition action : jail.actions()) {
                if (action.isFirewall()) {
                    continue;
                }
                try {
                    boolean norestored =
                            isTrue(action.parameters().get("norestored")) || isTrue(action.command("norestored"));
                    actions.add(new Action(
                            jail.name(),
                            action.name(),
                            commands(action, "inet4"),
                            commands(action, "inet6"),
                            norestored));
                    environment.say("[" + jail.name() + "] action " + action.name() + " runs on this host");
                } catch (ConfigException e) {
                    environment.say(
                            "[" + jail.name() + "] action " + action.name() + " is left out: " + e.getMessage());
                }
            }
        }
        return actions;
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
