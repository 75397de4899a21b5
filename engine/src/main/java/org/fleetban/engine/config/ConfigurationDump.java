package org.fleetban.engine.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.fleetban.engine.config.JailDefinition.BanTimeIncrement;
import org.fleetban.engine.config.JailDefinition.LogPath;
import org.jspecify.annotations.Nullable;

/** A configuration as it was understood, every value resolved, for {@code fleetban config --dump}. */
public final class ConfigurationDump {

    private ConfigurationDump() {}

    /**
     * For JSON: only maps, lists, strings, numbers, booleans and nulls, in a stable order. Names are fail2ban's; times are
     * in seconds, with {@code -1} for a ban that never ends.
     */
    public static Map<String, Object> asMap(Configuration configuration) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put(
                "jails",
                configuration.jails().stream().map(ConfigurationDump::jail).toList());
        map.put(
                "problems",
                configuration.problems().stream()
                        .map(ConfigurationDump::problem)
                        .toList());
        return map;
    }

    /**
     * For people: one section a jail, one line an option and one more for each further value. Values stand as they are,
     * so this is not a file to be read again.
     */
    public static String asText(Configuration configuration) {
        StringBuilder text = new StringBuilder();
        for (JailDefinition jail : configuration.jails()) {
            text.append(text.isEmpty() ? "" : "\n")
                    .append('[')
                    .append(jail.name())
                    .append("]\n");
            jail(jail).forEach((option, value) -> {
                if (!option.equals("name") && !option.equals("options")) {
                    append(text, option, value);
                }
            });
        }
        return text.toString();
    }

    private static Map<String, Object> jail(JailDefinition jail) {
        FilterDefinition filter = jail.filter();
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("name", jail.name());
        map.put("filter", filter.name());
        map.put("backend", jail.backend());
        map.put(
                "logpath",
                jail.logPaths().stream().map(ConfigurationDump::logPath).toList());
        map.put("logencoding", jail.logEncoding());
        map.put("logtimezone", jail.logTimeZone());
        map.put("journalmatch", filter.journalMatch());
        map.put("datepattern", filter.datePattern());
        map.put("usedns", jail.useDns().name().toLowerCase(Locale.ROOT));
        map.put("maxlines", filter.maxLines());
        map.put("prefregex", filter.prefRegex());
        map.put("failregex", filter.failRegex());
        map.put("ignoreregex", filter.ignoreRegex());
        map.put("ignoreip", jail.ignoreIp());
        map.put("ignoreself", jail.ignoreSelf());
        map.put("maxretry", jail.maxRetry());
        map.put("findtime", seconds(jail.findTime()));
        map.put("bantime", seconds(jail.banTime()));
        increment(jail.increment(), map);
        map.put("maxmatches", jail.maxMatches());
        map.put("scope", jail.scope().name().toLowerCase(Locale.ROOT));
        map.put("port", jail.ports() == null ? "all" : jail.ports());
        map.put("protocol", jail.protocol());
        map.put("action", jail.actions().stream().map(ConfigurationDump::action).toList());
        map.put("options", new TreeMap<>(jail.options()));
        return map;
    }

    private static void increment(BanTimeIncrement increment, Map<String, Object> map) {
        map.put("bantime.increment", increment.enabled());
        map.put("bantime.factor", increment.factor());
        map.put("bantime.formula", increment.formula());
        map.put("bantime.multipliers", increment.multipliers());
        map.put("bantime.maxtime", increment.maxTime() == null ? null : seconds(increment.maxTime()));
        map.put("bantime.rndtime", seconds(increment.randomTime()));
        map.put("bantime.overalljails", increment.overallJails());
    }

    private static String logPath(LogPath path) {
        return path.fromEnd() ? path.pattern() + " tail" : path.pattern();
    }

    private static Map<String, Object> action(ActionDefinition action) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("name", action.name());
        map.put("file", action.file());
        map.put("parameters", action.parameters());
        map.put("commands", action.commands());
        return map;
    }

    private static Map<String, Object> problem(Problem problem) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("severity", problem.severity().name().toLowerCase(Locale.ROOT));
        map.put("jail", problem.jail());
        map.put("file", problem.file() == null ? null : problem.file().toString());
        map.put("line", problem.line() == 0 ? null : problem.line());
        map.put("message", problem.message());
        return map;
    }

    /** Whole seconds where there are no others. */
    private static Number seconds(Duration time) {
        if (time.toMillis() % 1000 == 0) {
            return time.toSeconds();
        }
        return time.toMillis() / 1000.0;
    }

    private static void append(StringBuilder text, String option, @Nullable Object value) {
        List<String> lines = new ArrayList<>();
        if (value instanceof List<?> several) {
            several.forEach(each -> lines.addAll(lines(each)));
        } else if (value != null) {
            lines.addAll(lines(value));
        }
        if (!lines.isEmpty()) {
            String indent = " ".repeat(option.length() + 3);
            text.append(option)
                    .append(" = ")
                    .append(String.join("\n" + indent, lines))
                    .append('\n');
        }
    }

    private static List<String> lines(Object value) {
        if (value instanceof Map<?, ?> action) {
            return List.of(action.get("name") + parameters(action.get("parameters")));
        }
        return List.of(value.toString().split("\n"));
    }

    private static String parameters(@Nullable Object parameters) {
        if (!(parameters instanceof Map<?, ?> map) || map.isEmpty()) {
            return "";
        }
        return map.entrySet().stream()
                .map(entry -> entry.getKey() + "=\"" + entry.getValue() + "\"")
                .collect(Collectors.joining(", ", "[", "]"));
    }
}
