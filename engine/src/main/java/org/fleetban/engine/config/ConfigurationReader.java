package org.fleetban.engine.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads a directory with fail2ban's files: {@code jail.conf}, {@code jail.d/}, {@code jail.local}, {@code filter.d/}. */
public final class ConfigurationReader {

    /** The version whose language is read, for {@code %(fail2ban_version)s}. */
    private static final String LANGUAGE_VERSION = "1.1.0";

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
        FilterReader reader = FilterReader.open(new FileLoader(directory), new Value(filter, null), parameters, "auto");
        return FilterReader.join(reader.name(), reader.remaining(Map.of()), Map.of());
    }

    private void read() {
        Settings settings;
        try {
            settings = files.load("jail");
        } catch (ConfigException e) {
            problems.add(e.asProblem(null));
            return;
        }
        List<IniFile.Fault> general = settings.faults(null);
        if (!general.isEmpty()) {
            general.forEach(fault -> problems.add(Problem.error(null, fault.origin(), fault.message())));
            return;
        }
        settings.putDefaults(Map.of(
                "fail2ban_version", new Value(LANGUAGE_VERSION, null),
                "fail2ban_confpath", new Value(escape(directory.toString()), null)));
        checkNames("enabled", enable, settings);
        checkNames("configured", overrides.keySet(), settings);
        overrides.forEach((jail, options) -> {
            if (settings.sections().contains(jail)) {
                settings.mergeSection(jail, literal(options));
            }
        });
        for (String name : settings.sections()) {
            if (!name.equals("INCLUDES")) {
                readJail(name, settings);
            }
        }
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
            JailDefinition jail = reader.read();
            if (jail != null) {
                jails.add(jail);
            }
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
