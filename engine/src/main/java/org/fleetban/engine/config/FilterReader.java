package org.fleetban.engine.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The filter of one jail: what its file says, and what the jail says over it. */
final class FilterReader {

    /** The options of a filter that are not mere variables; a jail may set each of them too. */
    static final List<String> OPTIONS =
            List.of("usedns", "prefregex", "ignoreregex", "failregex", "maxlines", "datepattern", "journalmatch");

    private final String name;
    private final Definition definition;

    private FilterReader(String name, Definition definition) {
        this.name = name;
        this.definition = definition;
    }

    /**
     * Opens a filter.
     *
     * @param filter the jail's option {@code filter}, not empty
     * @param more parameters beyond those of {@code filter}
     */
    static FilterReader open(FileLoader files, Value filter, Map<String, String> more, String backend)
            throws ConfigException {
        Reference reference = parse(filter, "filter");
        Settings settings = load(files, "filter.d", reference.name(), filter);
        return open(settings, reference, filter, more, backend);
    }

    /**
     * Opens a file of its own.
     *
     * @param reference the filter's name, and its parameters
     */
    static FilterReader open(FileLoader files, Path file, Value reference, String backend) throws ConfigException {
        Settings settings = files.load(file);
        if (!settings.faults().isEmpty()) {
            throw ConfigException.of(settings.faults());
        }
        return open(settings, parse(reference, "filter"), reference, Map.of(), backend);
    }

    private static FilterReader open(
            Settings settings, Reference reference, Value filter, Map<String, String> more, String backend) {
        Map<String, Value> parameters = new LinkedHashMap<>();
        reference.parameters().forEach((option, text) -> parameters.put(option, filter.with(text)));
        more.forEach((option, text) -> parameters.put(option, new Value(text, null)));
        Value logType = parameters.get("logtype");
        if ((logType == null || logType.text().isEmpty())
                && !settings.options("Definition").contains("logtype")) {
            parameters.put("logtype", new Value(backend.startsWith("systemd") ? "journal" : "file", null));
        }
        return new FilterReader(reference.name(), new Definition(settings, OPTIONS, parameters));
    }

    static Reference parse(Value value, String option) throws ConfigException {
        try {
            return Reference.parse(value.text());
        } catch (IllegalArgumentException e) {
            throw new ConfigException(option + ": " + e.getMessage(), value.origin());
        }
    }

    /** The files of a filter or an action; its name may not lead out of their folder. */
    static Settings load(FileLoader files, String folder, String name, Value named) throws ConfigException {
        if (name.isBlank() || name.contains("/") || name.contains("\0") || name.startsWith(".")) {
            throw new ConfigException(
                    "expected the name of a file in " + folder + ", without path and suffix, read "
                            + Quoted.start(name),
                    named.origin());
        }
        Settings settings;
        try {
            settings = files.load(folder + "/" + name);
        } catch (ConfigException e) {
            throw e.origin() != null && e.origin().line() > 0
                    ? e
                    : new ConfigException(Quoted.start(name) + ": " + describe(e), named.origin());
        }
        if (!settings.faults().isEmpty()) {
            throw ConfigException.of(settings.faults());
        }
        return settings;
    }

    private static String describe(ConfigException e) {
        Origin origin = e.origin();
        return origin == null ? String.valueOf(e.getMessage()) : origin.file() + ": " + e.getMessage();
    }

    /** Every option of the filter, for {@code %(known/…)s} in the jail. */
    Map<String, Value> known(Map<String, Value> jailOptions) throws ConfigException {
        definition.read(jailOptions, true);
        return definition.combined(Set.of());
    }

    /** What remains to be taken from the filter once the jail's own options are read. */
    Map<String, Value> remaining(Map<String, Value> jailOptions) throws ConfigException {
        definition.read(jailOptions, false);
        return definition.combined(Set.of());
    }

    String name() {
        return name;
    }

    /**
     * Joins a filter's options with a jail's the way fail2ban's commands to its server do: both add their expressions
     * and journal matches; of one-line options the filter's goes over the jail's (it is set by a parameter or by
     * {@code [Init]}, or the jail's would have hidden it), {@code datepattern} excepted.
     */
    static FilterDefinition join(String name, Map<String, Value> filter, Map<String, Value> jail)
            throws ConfigException {
        List<String> fail = new ArrayList<>();
        List<String> ignore = new ArrayList<>();
        List<String> journal = new ArrayList<>();
        for (Map<String, Value> options : List.of(filter, jail)) {
            addLines(options.get("failregex"), fail);
            addLines(options.get("ignoreregex"), ignore);
            addLines(options.get("journalmatch"), journal);
        }
        Value prefix = first(filter, jail, "prefregex");
        Value pattern = first(jail, filter, "datepattern");
        return new FilterDefinition(
                name,
                prefix == null || prefix.text().isEmpty() ? null : prefix.text(),
                fail,
                ignore,
                maxLines(first(filter, jail, "maxlines")),
                pattern == null || pattern.text().isEmpty() ? null : pattern.text(),
                journal,
                origins(filter, jail));
    }

    private static Map<String, Origin> origins(Map<String, Value> filter, Map<String, Value> jail) {
        Map<String, Origin> origins = new LinkedHashMap<>();
        for (Map<String, Value> options : List.of(filter, jail)) {
            options.forEach((option, value) -> {
                if (value.origin() != null && !value.text().isEmpty()) {
                    origins.putIfAbsent(option, value.origin());
                }
            });
        }
        return origins;
    }

    private static @Nullable Value first(Map<String, Value> options, Map<String, Value> others, String option) {
        Value value = options.get(option);
        return value != null ? value : others.get(option);
    }

    private static void addLines(@Nullable Value value, List<String> lines) {
        if (value != null) {
            for (String line : value.text().split("\n")) {
                if (!line.isEmpty()) {
                    lines.add(line);
                }
            }
        }
    }

    private static int maxLines(@Nullable Value value) throws ConfigException {
        if (value == null) {
            return 1;
        }
        int lines = Numbers.integer("maxlines", value);
        if (lines < 1) {
            throw new ConfigException("maxlines: expected at least 1, read " + lines, value.origin());
        }
        return lines;
    }
}
