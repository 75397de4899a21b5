package org.fleetban.engine.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Holds fail2ban's commands against the jails that were read, value by value. */
final class Comparison {

    private static final Set<String> TIMES = Set.of("findtime", "bantime", "bantime.maxtime", "bantime.rndtime");

    private final Map<String, JailDefinition> jails;
    private final Map<String, Map<String, List<Object>>> expected = new LinkedHashMap<>();
    private final Map<String, Object> seconds = new HashMap<>();
    private final Map<String, Integer> counts = new TreeMap<>();
    private final List<String> differences = new ArrayList<>();

    Comparison(List<List<Object>> commands, List<JailDefinition> jails) {
        this.jails = jails.stream().collect(Collectors.toMap(JailDefinition::name, jail -> jail));
        commands.forEach(this::apply);
        askForTimes();
        expected.forEach(this::compare);
        check(
                "jail",
                "all",
                new ArrayList<Object>(expected.keySet()),
                new ArrayList<Object>(this.jails.keySet().stream()
                        .sorted(java.util.Comparator.comparing(new ArrayList<>(expected.keySet())::indexOf))
                        .toList()));
    }

    Map<String, Integer> counts() {
        return counts;
    }

    List<String> differences() {
        return differences;
    }

    int values() {
        return counts.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** Collects what the server would hold after all commands: a set replaces, an add appends. */
    private void apply(List<Object> command) {
        String verb = command.get(0).toString();
        if (verb.equals("add")) {
            expected.put(command.get(1).toString(), new LinkedHashMap<>(Map.of("backend", List.of(command.get(2)))));
        } else if (command.size() > 3 && (verb.equals("set") || verb.equals("multi-set"))) {
            Map<String, List<Object>> jail = expected.get(command.get(1).toString());
            if (jail == null) {
                return;
            }
            String option = command.get(2).toString();
            if (option.equals("action")) {
                jail.put("action " + command.get(3), List.of(command.get(4)));
            } else if (option.startsWith("add")) {
                List<Object> values = jail.computeIfAbsent(option, o -> new ArrayList<>());
                switch (option) {
                    case "addlogpath", "addjournalmatch" -> values.add(command.subList(3, command.size()));
                    case "addignoreip" -> values.addAll(command.subList(3, command.size()));
                    case "addaction" -> values.add(command.get(3));
                    default -> addAll(values, command.get(3));
                }
            } else {
                jail.put(option, List.of(command.get(3)));
            }
        }
    }

    private static void addAll(List<Object> values, Object added) {
        if (added instanceof List<?> several) {
            values.addAll(several);
        } else {
            values.add(added);
        }
    }

    private void askForTimes() {
        List<String> times = expected.values().stream()
                .flatMap(jail -> TIMES.stream()
                        .filter(jail::containsKey)
                        .map(option -> jail.getOrDefault(option, List.of()).get(0)))
                .map(Object::toString)
                .distinct()
                .toList();
        List<Object> answers = times.isEmpty() ? List.of() : Fail2ban.seconds(times);
        for (int i = 0; i < times.size(); i++) {
            seconds.put(times.get(i), answers.get(i));
        }
    }

    private void compare(String name, Map<String, List<Object>> options) {
        JailDefinition jail = jails.get(name);
        if (jail == null) {
            differences.add(name + ": is not read");
            return;
        }
        options.forEach((option, values) -> {
            if (option.equals("addignoreip") || !values.isEmpty()) {
                check(option, name, wanted(option, values), actual(option, jail, values));
            }
        });
        checkAbsent(jail, options);
    }

    /** What fail2ban does not set has its default. */
    private void checkAbsent(JailDefinition jail, Map<String, List<Object>> options) {
        Map<String, Object> empty = Map.of(
                "addfailregex", jail.filter().failRegex(),
                "addignoreregex", jail.filter().ignoreRegex(),
                "addjournalmatch", jail.filter().journalMatch(),
                "prefregex", jail.filter().prefRegex() == null ? List.of() : "set",
                "datepattern", jail.filter().datePattern() == null ? List.of() : "set",
                "maxlines", jail.filter().maxLines() == 1 ? List.of() : "set",
                "addignoreip", jail.ignoreIp());
        empty.forEach((option, value) -> {
            if (!options.containsKey(option)) {
                check(option + " (absent)", jail.name(), List.of(), value);
            }
        });
    }

    private Object wanted(String option, List<Object> values) {
        if (TIMES.contains(option)) {
            return seconds.getOrDefault(values.get(0).toString(), "not asked for");
        }
        if (option.startsWith("action ")) {
            Map<String, Object> pairs = new TreeMap<>();
            for (Object pair : (List<?>) values.get(0)) {
                List<?> entry = (List<?>) pair;
                pairs.put(entry.get(0).toString(), entry.get(1));
            }
            return pairs;
        }
        return option.startsWith("add") ? values : values.get(0);
    }

    private static Object actual(String option, JailDefinition jail, List<Object> wanted) {
        FilterDefinition filter = jail.filter();
        return switch (option) {
            case "backend" -> jail.backend();
            case "usedns" -> jail.useDns().name().toLowerCase(java.util.Locale.ROOT);
            case "prefregex" -> filter.prefRegex() == null ? "" : filter.prefRegex();
            case "addfailregex" -> filter.failRegex();
            case "addignoreregex" -> filter.ignoreRegex();
            case "maxlines" -> (double) filter.maxLines();
            case "datepattern" -> filter.datePattern() == null ? "" : filter.datePattern();
            case "addjournalmatch" ->
                filter.journalMatch().stream()
                        .map(match -> List.of(match.split(" ")))
                        .toList();
            case "addlogpath" ->
                jail.logPaths().stream()
                        .map(path -> List.of(path.pattern(), path.fromEnd() ? "tail" : "head"))
                        .toList();
            case "maxretry" -> (double) jail.maxRetry();
            case "maxmatches" -> (double) jail.maxMatches();
            case "findtime" -> seconds(jail.findTime());
            case "bantime" -> seconds(jail.banTime());
            case "bantime.increment" -> jail.increment().enabled();
            case "bantime.factor" -> String.valueOf(jail.increment().factor());
            case "bantime.formula" -> String.valueOf(jail.increment().formula());
            case "bantime.multipliers" -> String.valueOf(jail.increment().multipliers());
            case "bantime.maxtime" ->
                jail.increment().maxTime() == null
                        ? "none"
                        : seconds(jail.increment().maxTime());
            case "bantime.rndtime" -> seconds(jail.increment().randomTime());
            case "bantime.overalljails" -> jail.increment().overallJails();
            case "ignoreself" -> jail.ignoreSelf();
            case "addignoreip" -> jail.ignoreIp();
            case "logencoding" -> jail.logEncoding();
            case "logtimezone" -> String.valueOf(jail.logTimeZone());
            case "ignorecommand", "ignorecache" -> jail.options().getOrDefault(option, "none");
            case "addaction" ->
                jail.actions().stream().map(ActionDefinition::name).toList();
            default -> option.startsWith("action ") ? action(option.substring(7), jail, wanted) : "unknown option";
        };
    }

    private static Object action(String name, JailDefinition jail, List<Object> wanted) {
        Map<String, Object> pairs = new TreeMap<>();
        for (ActionDefinition action : jail.actions()) {
            if (action.name().equals(name)) {
                pairs.putAll(action.parameters());
                pairs.putAll(action.commands());
            }
        }
        for (Object pair : (List<?>) wanted.get(0)) {
            List<?> entry = (List<?>) pair;
            if (entry.get(1) instanceof Boolean) {
                pairs.computeIfPresent(entry.get(0).toString(), (option, text) -> Numbers.yes(text.toString()));
            }
        }
        return pairs;
    }

    private static double seconds(Duration time) {
        return time.toMillis() / 1000.0;
    }

    private void check(String option, String jail, Object wanted, Object actual) {
        String kind = option.startsWith("action ") ? "action parameters and commands" : option;
        counts.merge(kind, size(wanted), Integer::sum);
        if (!wanted.equals(actual)) {
            differences.add(jail + ": " + option + "\n  fail2ban " + wanted + "\n  Fleetban " + actual);
        }
    }

    private static int size(Object value) {
        return value instanceof List<?> list ? list.size() : value instanceof Map<?, ?> map ? map.size() : 1;
    }
}
