package org.fleetban.engine.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads a directory with fail2ban's files: {@code jail.conf}, {@code jail.d/}, {@code jail.local}, {@code filter.d/}. */
public final class ConfigurationReader {

    /** The version whose language is read, for {@code %(fail2ban_version)s}. */
    private static final String LANGUAGE_VERSION = "1.1.0";

    private static final String INCLUDES = "INCLUDES";

    private final Path directory;
    private final Set<String> enable;
    private final Map<String, Map<String, String>> overrides;
    private final FileLoader files;
    private final List<JailDefinition> jails = new ArrayList<>();
    private final List<Problem> problems = new ArrayList<>();

    private ConfigurationReader(Path directory, Set<String> enable, Map<String, Map<String, String>> overrides) {
        this.directory = directory;
        this.enable = enable;
        this.overrides = overrides;
        this.files = new FileLoader(directory);
    }

    /**
     * Reads all enabled jails. Never throws for what the files say: that is in {@link Configuration#problems()}.
     *
     * @param directory with {@code jail.conf} and {@code filter.d/}
     * @param enable jails to take as enabled whatever the files say
     * @param overrides options to set per jail, over all files: jail, option, value; for {@code logpath} in place of
     *     the files' own. Values are taken as they are: a {@code %} in them is a {@code %}
     */
    public static Configuration read(Path directory, Set<String> enable, Map<String, Map<String, String>> overrides) {
        ConfigurationReader reader = new ConfigurationReader(directory, enable, overrides);
        reader.read();
        return new Configuration(reader.jails, reader.problems);
    }

    /**
     * Reads one filter without a jail, as {@code fail2ban-regex} does.
     *
     * @param directory with {@code filter.d/}
     * @param filter name and options, such as {@code sshd[mode=aggressive]}
     * @param parameters further options of the filter, over those of {@code filter}
     * @throws ConfigException if there is no such filter, or something is wrong in its files
     */
    public static FilterDefinition readFilter(Path directory, String filter, Map<String, String> parameters)
            throws ConfigException {
        return readFilter(directory, filter, parameters, "auto");
    }

    /**
     * {@link #readFilter(Path, String, Map)} for a kind of log.
     *
     * @param backend {@code systemd} for the journal: it decides about a filter's {@code logtype}
     */
    public static FilterDefinition readFilter(
            Path directory, String filter, Map<String, String> parameters, String backend) throws ConfigException {
        return withoutJail(FilterReader.open(new FileLoader(directory), new Value(filter, null), parameters, backend));
    }

    /**
     * Reads a filter from a file of its own, in whatever folder: with the files that it includes and its {@code .local}.
     *
     * @param file the filter's file
     * @param filter the filter's name, and its options in brackets
     * @param backend as for {@link #readFilter(Path, String, Map, String)}
     * @throws ConfigException if something is wrong in the files
     */
    public static FilterDefinition readFilterFile(Path file, String filter, String backend) throws ConfigException {
        Path folder = file.toAbsolutePath().getParent();
        return withoutJail(FilterReader.open(
                new FileLoader(folder == null ? file : folder), file, new Value(filter, null), backend));
    }

    private static FilterDefinition withoutJail(FilterReader reader) throws ConfigException {
        return FilterReader.join(reader.name(), reader.remaining(Map.of()), Map.of());
    }

    /**
     * Reads one jail, enabled or not, to test its filter.
     *
     * @param directory with {@code jail.conf} and {@code filter.d/}
     * @param jail name and options, such as {@code sshd[mode=aggressive]}: they go over the jail's own and its filter's
     * @param backend as for {@link #readFilter(Path, String, Map, String)}, in place of the jail's
     * @return with the jail, or with what is wrong with it; empty where no file describes such a jail
     */
    public static Optional<Configuration> readJail(Path directory, String jail, String backend) {
        ConfigurationReader reader = new ConfigurationReader(directory, Set.of(), Map.of());
        try {
            Reference reference = FilterReader.parse(new Value(jail, null), "jail");
            Settings settings = reader.files.load("jail");
            if (!settings.sections().contains(reference.name())
                    || reference.name().equals(INCLUDES)) {
                return Optional.empty();
            }
            if (reader.prepare(settings)) {
                Map<String, String> options = new LinkedHashMap<>();
                reference.parameters().forEach((option, text) -> options.put(option.toLowerCase(Locale.ROOT), text));
                options.put("backend", backend);
                settings.mergeSection(reference.name(), literal(options));
                reader.take(new JailReader(reader.files, settings, reference.name(), reference.parameters()));
            }
        } catch (ConfigException e) {
            if (e.origin() == null || e.origin().line() == 0) {
                return Optional.empty();
            }
            reader.problems.add(e.asProblem(null));
        }
        return Optional.of(new Configuration(reader.jails, reader.problems));
    }

    /**
     * The parameters of {@code name[option=value, …]}.
     *
     * @throws ConfigException if it is of another form
     */
    public static Map<String, String> parameters(String reference) throws ConfigException {
        return FilterReader.parse(new Value(reference, null), "options").parameters();
    }

    private void read() {
        Settings settings;
        try {
            settings = files.load("jail");
        } catch (ConfigException e) {
            problems.add(e.asProblem(null));
            return;
        }
        if (!prepare(settings)) {
            return;
        }
        checkNames("enabled", enable, settings);
        checkNames("configured", overrides.keySet(), settings);
        overrides.forEach((jail, options) -> {
            if (settings.sections().contains(jail)) {
                settings.mergeSection(jail, literal(options));
            }
        });
        for (String name : settings.sections()) {
            if (!name.equals(INCLUDES)) {
                readJail(name, settings);
            }
        }
    }

    /** False where the files as a whole can't be used. */
    private boolean prepare(Settings settings) {
        List<IniFile.Fault> general = settings.faults(null);
        general.forEach(fault -> problems.add(Problem.error(null, fault.origin(), fault.message())));
        settings.putDefaults(Map.of(
                "fail2ban_version", new Value(LANGUAGE_VERSION, null),
                "fail2ban_confpath", new Value(escape(directory.toString()), null)));
        return general.isEmpty();
    }

    private void checkNames(String what, Set<String> names, Settings settings) {
        for (String name : names) {
            if (!settings.sections().contains(name)) {
                problems.add(Problem.error(
                        name,
                        new Origin(directory, 0),
                        "there is no such jail to be " + what + ": expected a section [" + name
                                + "] in jail.conf, jail.local or jail.d/"));
            }
        }
    }

    private void readJail(String name, Settings settings) {
        JailReader reader = new JailReader(files, settings, name);
        if (enable.contains(name) || reader.isEnabled()) {
            take(reader);
        } else {
            problems.addAll(reader.problems());
        }
    }

    private void take(JailReader reader) {
        JailDefinition jail = reader.read();
        if (jail != null) {
            jails.add(jail);
        }
        problems.addAll(reader.problems());
    }

    private static Map<String, Value> literal(Map<String, String> options) {
        Map<String, Value> values = new LinkedHashMap<>();
        options.forEach((option, text) -> values.put(option, new Value(escape(text), null)));
        return values;
    }

    private static String escape(String text) {
        return text.replace("%", "%%");
    }
}
