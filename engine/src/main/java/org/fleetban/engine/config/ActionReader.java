package org.fleetban.engine.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The actions of one jail. */
final class ActionReader {

    /** Not replaced when the files are read: parameters may still stand for them, but a ban may too. */
    private static final Set<String> LATER = Set.of("matches", "ipmatches", "ipjailmatches", "timeout", "bantime");

    private final FileLoader files;
    private final String jail;
    private final Map<String, Value> jailOptions;
    private final Consumer<Problem> problems;

    ActionReader(FileLoader files, String jail, Map<String, Value> jailOptions, Consumer<Problem> problems) {
        this.files = files;
        this.jail = jail;
        this.jailOptions = jailOptions;
        this.problems = problems;
    }

    /** @param action the jail's option {@code action}: any number of references */
    List<ActionDefinition> read(Value action) throws ConfigException {
        List<ActionDefinition> actions = new ArrayList<>();
        List<String> references = Reference.split(action.text());
        if (references.size() > Limits.ACTIONS) {
            throw new ConfigException(
                    "action: more than " + Limits.ACTIONS + " of them: " + references.size(), action.origin());
        }
        for (String text : references) {
            Value value = action.with(text);
            Reference reference = FilterReader.parse(value, "action");
            try {
                ActionDefinition read = read(reference, value);
                if (actions.stream().anyMatch(other -> other.name().equals(read.name()))) {
                    warn(
                            value.origin(),
                            "action " + read.name() + " appears twice, the second is left out: give it an actname");
                } else {
                    actions.add(read);
                }
            } catch (ConfigException e) {
                String name = reference.name();
                if (Firewall.isKnown(name)) {
                    actions.add(new ActionDefinition(name, name, Map.of(), reference.parameters()));
                } else {
                    warn(e.origin(), Configuration.leftOut(name) + e.getMessage());
                }
            }
        }
        return actions;
    }

    private void warn(@Nullable Origin origin, String message) {
        problems.accept(Problem.warning(jail, origin, message));
    }

    private ActionDefinition read(Reference reference, Value value) throws ConfigException {
        if (reference.name().endsWith(".py")) {
            throw new ConfigException("it is a Python program, which Fleetban does not run", value.origin());
        }
        Settings settings = FilterReader.load(files, "action.d", reference.name(), value);
        Map<String, Value> parameters = new LinkedHashMap<>();
        reference.parameters().forEach((option, text) -> parameters.put(option, value.with(text)));
        String name = parameters.computeIfAbsent("name", n -> value.with(jail)).text();
        String unique = parameters
                .computeIfAbsent("actname", n -> value.with(reference.name() + suffix(name)))
                .text();
        Definition definition = new Definition(settings, ActionDefinition.OPTIONS, parameters);
        definition.read(jailOptions, false);
        Map<String, String> commands = new LinkedHashMap<>();
        definition.combined(LATER).forEach((option, resolved) -> {
            if (ActionDefinition.OPTIONS.contains(option)) {
                commands.put(option, resolved.text());
            }
        });
        Map<String, String> variables = new LinkedHashMap<>();
        definition.parameters().forEach((option, written) -> {
            if (!ActionDefinition.OPTIONS.contains(option) && !option.startsWith("known/")) {
                variables.put(option, written.text());
            }
        });
        return new ActionDefinition(unique, reference.name(), commands, variables);
    }

    /** Keeps two uses of one action apart that differ in their {@code name}. */
    private String suffix(String name) {
        if (name.equals(jail)) {
            return "";
        }
        return name.startsWith(jail) ? name.substring(jail.length()) : "-" + name;
    }
}
