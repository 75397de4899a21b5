package org.fleetban.app.regex;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.fleetban.app.UserException;
import org.fleetban.engine.config.ConfigException;
import org.fleetban.engine.config.Configuration;
import org.fleetban.engine.config.ConfigurationReader;
import org.fleetban.engine.config.FilterDefinition;
import org.fleetban.engine.config.JailDefinition;
import org.fleetban.engine.config.Problem;
import org.jspecify.annotations.Nullable;

/**
 * The filter that the argument {@code REGEX} means: that of a jail, a filter's name or file with options, or an expression.
 *
 * @param definition the filter
 * @param jail whose filter it is, for what else a jail says of its log; null without one
 * @param description what is used, for the head of the report
 * @param options those given in brackets
 */
record TestedFilter(
        FilterDefinition definition, @Nullable JailDefinition jail, String description, Map<String, String> options) {

    private static final Pattern NAME = Pattern.compile("(?s)/{0,3}[\\w/_\\-.]+(?:\\[.*\\])?");
    private static final Pattern FILE_NAME = Pattern.compile("(?s).*(?:/.*|\\.(?:conf|local))");
    private static final int SHOWN = 53;

    /**
     * Finds what is meant.
     *
     * @param backend {@code systemd} where the log is the journal
     */
    static TestedFilter of(String argument, Path configuration, String backend) {
        if (NAME.matcher(argument).matches()) {
            int bracket = argument.indexOf('[');
            String name = bracket < 0 ? argument : argument.substring(0, bracket);
            String options = bracket < 0 ? "" : argument.substring(bracket);
            Path directory = configuration.endsWith("filter.d") ? parent(configuration) : configuration;
            Optional<Configuration> jail = FILE_NAME.matcher(name).matches()
                    ? Optional.empty()
                    : ConfigurationReader.readJail(directory, argument, backend);
            if (jail.isPresent()) {
                return ofJail(jail.get(), name, options, directory);
            }
            Path file = name.contains("/")
                    ? Path.of(name).toAbsolutePath().normalize()
                    : directory.resolve("filter.d").resolve(name);
            for (String suffix : List.of("", ".conf", ".local")) {
                Path candidate = file.resolveSibling(file.getFileName() + suffix);
                if (Files.isRegularFile(candidate)) {
                    return ofFile(candidate, options, backend);
                }
            }
        }
        return new TestedFilter(
                new FilterDefinition("expression", null, List.of(argument), List.of(), 1, null, List.of(), Map.of()),
                null,
                "Use   failregex line : " + shortened(argument),
                Map.of());
    }

    private static TestedFilter ofJail(Configuration configuration, String name, String options, Path directory) {
        if (configuration.jails().isEmpty()) {
            throw new UserException(configuration.problems().stream()
                            .filter(problem -> problem.severity() == Problem.Severity.ERROR)
                            .findFirst()
                            .map(Problem::toString)
                            .orElse("jail " + name + " cannot be read")
                    + "; to test the filter alone, name " + name + ".conf");
        }
        JailDefinition jail = configuration.jails().get(0);
        return new TestedFilter(
                jail.filter(),
                jail,
                "Use             jail : " + name + ", filter: " + jail.filter().name() + ", basedir: " + directory,
                given(options));
    }

    private static TestedFilter ofFile(Path file, String options, String backend) {
        Path folder = parent(file);
        String name = String.valueOf(file.getFileName()).replaceFirst("\\.(conf|local)$", "");
        try {
            if (folder.endsWith("filter.d")) {
                Path directory = parent(folder);
                return new TestedFilter(
                        ConfigurationReader.readFilter(directory, name + options, Map.of(), backend),
                        null,
                        "Use   failregex filter file : " + name + ", basedir: " + directory,
                        given(options));
            }
            return new TestedFilter(
                    ConfigurationReader.readFilterFile(file, name + options, backend),
                    null,
                    "Use   failregex file : " + file,
                    given(options));
        } catch (ConfigException e) {
            throw new UserException("failed to load filter " + name + ": " + e.asProblem(null), e);
        }
    }

    private static Path parent(Path path) {
        Path parent = path.toAbsolutePath().getParent();
        return parent == null ? path : parent;
    }

    /** The options of {@code [a=b][c=d]}; empty where there are none. */
    static Map<String, String> given(String brackets) {
        try {
            return brackets.isEmpty() ? Map.of() : ConfigurationReader.parameters("x" + brackets);
        } catch (ConfigException e) {
            throw new UserException(brackets + ": " + e.getMessage(), e);
        }
    }

    /** The filter with what the command line says over it. */
    TestedFilter with(@Nullable Integer maxLines, @Nullable String datePattern, @Nullable String ignoreRegex) {
        List<String> ignores = new ArrayList<>(definition.ignoreRegex());
        if (ignoreRegex != null) {
            ignores.add(ignoreRegex);
        }
        return new TestedFilter(
                new FilterDefinition(
                        definition.name(),
                        definition.prefRegex(),
                        definition.failRegex(),
                        ignores,
                        maxLines == null ? definition.maxLines() : maxLines,
                        datePattern == null ? definition.datePattern() : datePattern,
                        definition.journalMatch(),
                        definition.origins()),
                jail,
                description,
                options);
    }

    /** The options that matter, resolved. */
    Map<String, String> realOptions() {
        Map<String, String> real = new LinkedHashMap<>(options);
        real.put("maxlines", Integer.toString(definition.maxLines()));
        if (definition.datePattern() != null) {
            real.put("datepattern", definition.datePattern());
        }
        if (!definition.journalMatch().isEmpty()) {
            real.put("journalmatch", String.join("\n", definition.journalMatch()));
        }
        return real;
    }

    static String shortened(String text) {
        String line = text.replace("\n", "\\n");
        return line.length() <= SHOWN ? line : line.substring(0, SHOWN - 3) + "...";
    }
}
