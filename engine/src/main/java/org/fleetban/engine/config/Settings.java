package org.fleetban.engine.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Several files merged option by option, the later over the earlier, still raw: a value is resolved when it is asked
 * for, in the section that asks. What an option said before the last merge stays known.
 */
final class Settings {

    private static final Pattern SECTION_AND_OPTION =
            Pattern.compile("^([\\w-]+)/([^\\s>]+)$", Pattern.UNICODE_CHARACTER_CLASS);

    private final Map<String, Value> defaults = new LinkedHashMap<>();
    private final Map<String, Map<String, Value>> sections = new LinkedHashMap<>();
    private final Map<String, Map<String, Value>> known = new LinkedHashMap<>();
    private final List<IniFile.Fault> faults = new ArrayList<>();

    void merge(IniFile file) {
        defaults.putAll(file.defaults());
        file.sections().forEach((name, options) -> {
            ConditionalName conditional = ConditionalName.parse(name);
            if (conditional == null) {
                mergeSection(name, options);
            } else {
                Map<String, Value> renamed = new LinkedHashMap<>();
                options.forEach((option, value) -> renamed.put(option + conditional.condition(), value));
                mergeSection(conditional.name(), renamed);
            }
        });
        faults.addAll(file.faults());
    }

    void mergeSection(String name, Map<String, Value> options) {
        Map<String, Value> section = sections.get(name);
        if (section == null) {
            sections.put(name, new LinkedHashMap<>(options));
            return;
        }
        Map<String, Value> before = known.computeIfAbsent(name, n -> new LinkedHashMap<>());
        options.keySet().forEach(option -> {
            Value old = section.get(option);
            if (old != null) {
                before.put(option, old);
            }
        });
        section.putAll(options);
    }

    /** Sets options in {@code [DEFAULT]}. */
    void putDefaults(Map<String, Value> options) {
        defaults.putAll(options);
    }

    /** Sets {@code known/<option>} in a section for each of the options that is not a known one itself. */
    void putKnown(String name, Map<String, Value> options) {
        Map<String, Value> section = sections.computeIfAbsent(name, n -> new LinkedHashMap<>());
        options.forEach((option, value) -> {
            if (!option.startsWith("known/")) {
                section.put("known/" + option, value);
            }
        });
    }

    Set<String> sections() {
        return sections.keySet();
    }

    /** Names of a section's own options. */
    Set<String> options(String section) {
        return sections.getOrDefault(section, Map.of()).keySet();
    }

    /** Names of the options of {@code [DEFAULT]}. */
    Set<String> defaultOptions() {
        return defaults.keySet();
    }

    /** What makes a section (or, with null, everything) unusable. */
    List<IniFile.Fault> faults(@Nullable String section) {
        return faults.stream()
                .filter(fault ->
                        Objects.equals(IniFile.DEFAULT.equals(fault.section()) ? null : fault.section(), section))
                .toList();
    }

    List<IniFile.Fault> faults() {
        return faults;
    }

    /** What a section sees: variables first, then its own options, then {@code [DEFAULT]}. */
    private record Scope(String name, Map<String, Value> variables, Map<String, Value> own, Map<String, Value> known) {}

    private Scope scope(String section, Map<String, Value> variables) {
        return new Scope(
                section, variables, sections.getOrDefault(section, Map.of()), known.getOrDefault(section, Map.of()));
    }

    /**
     * The option with every {@code %(…)s} replaced.
     *
     * @param variables go over section and defaults; by lower-case name
     * @throws ConfigException where it is not set, or refers to what is not
     */
    Value get(String section, String option, Map<String, Value> variables) throws ConfigException {
        Value value = find(section, option, variables);
        if (value == null) {
            throw new ConfigException("option " + option + " is not set in [" + section + "] or [DEFAULT]", null);
        }
        return value;
    }

    /** As {@link #get}, with null where the option is not set. */
    @Nullable
    Value find(String section, String option, Map<String, Value> variables) throws ConfigException {
        return find(scope(section, variables), option);
    }

    private @Nullable Value find(Scope scope, String option) throws ConfigException {
        Value raw = raw(scope, option.toLowerCase(Locale.ROOT));
        return raw == null ? null : new Interpolation(name -> reference(scope, name)).resolve(option, raw);
    }

    private @Nullable Value raw(Scope scope, String option) {
        Value variable = scope.variables().get(option);
        if (variable != null) {
            return variable;
        }
        return orDefault(scope.own(), option);
    }

    private @Nullable Value orDefault(Map<String, Value> section, String option) {
        Value own = section.get(option);
        return own != null ? own : defaults.get(option);
    }

    /** What {@code %(name)s} stands for, unresolved. */
    private @Nullable Value reference(Scope scope, String name) {
        String key = name.toLowerCase(Locale.ROOT);
        if (key.equals("__name__")) {
            return new Value(scope.name(), null);
        }
        Value direct = raw(scope, key);
        if (direct != null) {
            return direct;
        }
        int slash = name.indexOf('/');
        // Only the whole reference is lower-cased, so one that is not in lower case finds nothing.
        if (slash <= 0 || !name.equals(key) || !SECTION_AND_OPTION.matcher(name).lookingAt()) {
            return null;
        }
        String other = name.substring(0, slash);
        String option = name.substring(slash + 1);
        return switch (other) {
            case "default" -> defaults.get(option);
            case "known" -> orDefault(scope.known(), option);
            default -> sections.containsKey(other) ? orDefault(sections.getOrDefault(other, Map.of()), option) : null;
        };
    }

    /**
     * What the tag {@code <name>} stands for: an option of the section, or one of another section written
     * {@code section/option} and resolved there. Null where there is none.
     */
    @Nullable
    Value findTag(String section, String name, Map<String, Value> variables) throws ConfigException {
        Matcher matcher = SECTION_AND_OPTION.matcher(name);
        if (matcher.matches()) {
            String other = matcher.group(1);
            String option = matcher.group(2);
            Value value = switch (other.toLowerCase(Locale.ROOT)) {
                case "known" -> findKnown(section, option);
                case "default" -> findIn(IniFile.DEFAULT, option);
                default -> findIn(other, option);
            };
            if (value != null) {
                return value;
            }
        }
        return sections.containsKey(section) ? find(section, name, variables) : null;
    }

    private @Nullable Value findIn(String section, String option) throws ConfigException {
        return section.equals(IniFile.DEFAULT) || sections.containsKey(section)
                ? find(section, option, Map.of())
                : null;
    }

    /** The value before the last merge, resolved among such values; the present one where there was none. */
    private @Nullable Value findKnown(String section, String option) throws ConfigException {
        Map<String, Value> before = known.get(section);
        Value value = before == null ? null : find(new Scope("KNOWN/" + section, Map.of(), before, Map.of()), option);
        return value != null ? value : findIn(section, option);
    }
}
