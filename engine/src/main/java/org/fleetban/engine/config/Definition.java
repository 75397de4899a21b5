package org.fleetban.engine.config;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A filter's or an action's files as one jail uses them. The order of precedence is fail2ban's: the jail's options hide
 * those of {@code [Definition]} of the same name; parameters go over {@code [Init]}, and {@code [Init]} over
 * {@code [Definition]}.
 */
final class Definition {

    private static final String DEFINITION = "Definition";
    private static final String INIT = "Init";
    private static final String KNOWN = "known/";

    private final Settings settings;
    private final List<String> names;
    private final Map<String, Value> parameters;
    private final Map<String, Value> found = new HashMap<>();
    private final Set<String> missing = new HashSet<>();

    private Map<String, Value> options = Map.of();
    private Map<String, Value> variables = Map.of();

    /**
     * @param names the options that matter; the others are only referred to
     * @param parameters those in brackets behind the name
     */
    Definition(Settings settings, List<String> names, Map<String, Value> parameters) {
        this.settings = settings;
        this.names = names;
        this.parameters = new LinkedHashMap<>(parameters);
    }

    /**
     * Reads the options anew.
     *
     * @param jailOptions of the jail that are known by now
     * @param all whether to take every option of {@code [Definition]}, not only those that matter
     */
    void read(Map<String, Value> jailOptions, boolean all) throws ConfigException {
        Map<String, Value> given = new LinkedHashMap<>(jailOptions);
        given.putAll(parameters);
        variables = lowerCase(given);
        options = new LinkedHashMap<>();
        if (settings.sections().contains(DEFINITION)) {
            for (String name : names) {
                Value value = given.containsKey(name) ? null : settings.find(DEFINITION, name, variables);
                if (value != null) {
                    options.put(name, value);
                }
            }
        }
        long characters = 0;
        for (String name : List.copyOf(settings.options(INIT))) {
            Value value = settings.get(INIT, name, Map.of());
            if (!name.startsWith(KNOWN)) {
                parameters.put(KNOWN + name, value);
            }
            parameters.putIfAbsent(name, value);
            characters += value.text().length();
            Limits.checkAll(characters, value.origin());
        }
        if (all) {
            for (String name : settings.options(DEFINITION)) {
                if (!options.containsKey(name)) {
                    Value value = settings.get(DEFINITION, name, Map.of());
                    options.put(name, value);
                    characters += value.text().length();
                    Limits.checkAll(characters, value.origin());
                }
            }
        }
    }

    /** Options and parameters with their tags replaced, but for the tags in {@code untouched} and conditional ones. */
    Map<String, Value> combined(Set<String> untouched) throws ConfigException {
        Map<String, Value> combined = new LinkedHashMap<>(options);
        combined.putAll(parameters);
        Set<String> leave = new HashSet<>(untouched);
        for (String name : combined.keySet()) {
            ConditionalName conditional = ConditionalName.parse(name);
            if (conditional != null) {
                leave.add(conditional.name());
            }
        }
        return new Tags(combined, leave, "", this::find).resolve();
    }

    /** As given and from {@code [Init]}, tags in place. */
    Map<String, Value> parameters() {
        return parameters;
    }

    private @Nullable Value find(String tag) throws ConfigException {
        Value value = found.get(tag);
        if (value == null && !missing.contains(tag)) {
            value = settings.findTag(DEFINITION, tag, variables);
            if (value == null) {
                missing.add(tag);
            } else {
                found.put(tag, value);
            }
        }
        return value;
    }

    private static Map<String, Value> lowerCase(Map<String, Value> options) {
        Map<String, Value> lower = new LinkedHashMap<>();
        options.forEach((name, value) -> lower.put(name.toLowerCase(Locale.ROOT), value));
        return lower;
    }
}
