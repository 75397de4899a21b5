package org.fleetban.app.regex;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.fleetban.app.UserException;
import org.fleetban.engine.config.ConfigException;
import org.fleetban.engine.config.ConfigurationReader;
import org.fleetban.engine.config.FilterDefinition;
import org.jspecify.annotations.Nullable;

/**
 * The filter that an argument means: a filter's name with options, the path of its file in a folder {@code filter.d}, or an
 * expression.
 *
 * @param definition the filter
 * @param description what is used, for the head of the report
 */
record TestedFilter(FilterDefinition definition, String description) {

    private static final Pattern NAME = Pattern.compile("(?s)/{0,3}[\\w/_\\-.]+(?:\\[.*\\])?");
    private static final int SHOWN = 53;

    static TestedFilter of(String argument, Path configuration) {
        if (NAME.matcher(argument).matches()) {
            int bracket = argument.indexOf('[');
            String name = bracket < 0 ? argument : argument.substring(0, bracket);
            String options = bracket < 0 ? "" : argument.substring(bracket);
            Path folder = configuration.endsWith("filter.d") ? configuration : configuration.resolve("filter.d");
            Path file = name.contains("/") ? Path.of(name).toAbsolutePath().normalize() : folder.resolve(name);
            for (String suffix : List.of("", ".conf", ".local")) {
                Path candidate = file.resolveSibling(file.getFileName() + suffix);
                if (Files.isRegularFile(candidate)) {
                    return read(candidate, options);
                }
            }
        }
        return new TestedFilter(
                new FilterDefinition("expression", null, List.of(argument), List.of(), 1, null, List.of(), Map.of()),
                "  failregex line : " + shortened(argument));
    }

    private static TestedFilter read(Path file, String options) {
        Path folder = file.getParent();
        if (folder == null || !folder.endsWith("filter.d") || folder.getParent() == null) {
            throw new UserException(
                    file + ": expected a file in a folder named filter.d, because filters include others from there");
        }
        String name = String.valueOf(file.getFileName()).replaceFirst("\\.(conf|local)$", "");
        try {
            FilterDefinition definition = ConfigurationReader.readFilter(folder.getParent(), name + options, Map.of());
            return new TestedFilter(
                    definition, "  failregex filter file : " + name + ", basedir: " + folder.getParent());
        } catch (ConfigException e) {
            throw new UserException("failed to load filter " + name + ": " + e.asProblem(null), e);
        }
    }

    /** The filter with what the command line says over it. */
    TestedFilter with(@Nullable Integer maxLines, @Nullable String datePattern, @Nullable String ignoreRegex) {
        List<String> ignores = new ArrayList<>(definition.ignoreRegex());
        if (ignoreRegex != null) {
            ignores.clear();
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
                description);
    }

    static String shortened(String text) {
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN - 3) + "...";
    }
}
