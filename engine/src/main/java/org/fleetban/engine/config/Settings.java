package org.fleetban.engine.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Several files merged option by option, the later over the earlier, still raw: a value is resolved when it is asked
 * for, in the section that asks. What an option said before the last merge stays known.
 */
final class Settings {

    private static final Pattern CONDITIONAL =
            Pattern.compile("^(\\w+)(\\?.+)$", Pattern.UNICODE_CHARACTER_CLASS | Pattern.DOTALL);

    private static final Pattern SECTION_AND_OPTION =
            Pattern.compile("^([\\w-]+)/([^\\s>]+)$", Pattern.UNICODE_CHARACTER_CLASS);

    private final Map<String, Value> defaults = new LinkedHashMap<>();
    private final Map<String, Map<String, Value>> sections = new LinkedHashMap<>();
    private final Map<String, Map<String, Value>> known = new LinkedHashMap<>();
    private final List<IniFile.Fault> faults = new ArrayList<>();

    void merge(IniFile file) {
        defaults.putAll(file.defaults());
        file.sections().forEach((name, options) -> {
            Matcher conditional = CONDITIONAL.matcher(name);
            if (conditional.matches()) {
                Map<String, Value> renamed = new LinkedHashMap<>();
                options.forEach((option, value) -> renamed.put(option + conditional.group(2), value));
                mergeSection(conditional.group(1), renamed);
            } else {
                mergeSection(name, options);
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
                .filter(fault -> java.util.Objects.equals(
                        IniFile.DEFAULT.equals(fault.section()) ? null : fault.section(), section))
                .toList();
    }

    List<IniFile.Fault> faults() {
        return faults;
    }

    /** The unresolved value, or null. */
    @Nullable
    Value raw(String section, String option) {
        Value own = sections.getOrDefault(section, Map.of()).get(option);
        return own != null ? own : defaults.get(option);
    }

    /** An option's value as a section sees it: variables first, then the section, then {@code [DEFAULT]}. */
    private @Nullable Value lookUp(String section, String option, Map<String, Value> variables) {
        Value variable = variables.get(option);
        return variable != null ? variable : raw(section, option);
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
        Value raw = lookUp(section, option.toLowerCase(Locale.ROOT), variables);
        if (raw == null) {
            return null;
        }
        return new Interpolation(name -> reference(section, name, variables)).resolve(option, raw);
    }

    /** What {@code %(name)s} stands for, unresolved. */
    private @Nullable Value reference(String section, String name, Map<String, Value> variables) {
        String key = name.toLowerCase(Locale.ROOT);
        if (key.equals("__name__")) {
            return new Value(section, null);
        }
        Value direct = lookUp(section, key, variables);
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
            case "known" -> orDefault(known.getOrDefault(section, Map.of()).get(option), option);
            default ->
                sections.containsKey(other)
                        ? orDefault(sections.getOrDefault(other, Map.of()).get(option), option)
                        : null;
        };
    }

    private @Nullable Value orDefault(@Nullable Value value, String option) {
        return value != null ? value : defaults.get(option);
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

    private @Nullable Value findKnown(String section, String option) throws ConfigException {
        Map<String, Value> before = known.get(section);
        Value raw = before == null ? null : orDefault(before.get(option.toLowerCase(Locale.ROOT)), option);
        if (raw == null) {
            return findIn(section, option);
        }
        Map<String, Value> earlier = before == null ? Map.of() : before;
        return new Interpolation(name -> {
                    String key = name.toLowerCase(Locale.ROOT);
                    Value value = earlier.get(key);
                    return value != null ? value : defaults.get(key);
                })
                .resolve(option, raw);
    }
}
