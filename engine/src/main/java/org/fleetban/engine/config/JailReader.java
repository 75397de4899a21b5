package org.fleetban.engine.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.fleetban.engine.config.JailDefinition.BanTimeIncrement;
import org.fleetban.engine.config.JailDefinition.JailScope;
import org.fleetban.engine.config.JailDefinition.LogPath;
import org.fleetban.engine.config.JailDefinition.UseDns;
import org.jspecify.annotations.Nullable;

/** One section of the jails' files, to a jail. */
final class JailReader {

    /** The options that fail2ban itself reads, in the order in which it does. */
    private static final List<String> OPTIONS = List.of(
            "enabled",
            "backend",
            "maxretry",
            "maxmatches",
            "findtime",
            "bantime",
            "bantime.increment",
            "bantime.factor",
            "bantime.formula",
            "bantime.multipliers",
            "bantime.maxtime",
            "bantime.rndtime",
            "bantime.overalljails",
            "ignorecommand",
            "ignoreself",
            "ignoreip",
            "ignorecache",
            "filter",
            "logtimezone",
            "logencoding",
            "logpath",
            "action");

    /** What fail2ban's code has where no file says otherwise. */
    private static final int MAX_RETRY = 3;

    private static final int MAX_MATCHES = 5;
    private static final Duration TEN_MINUTES = Duration.ofMinutes(10);

    private final FileLoader files;
    private final Settings settings;
    private final String name;
    private final Consumer<Problem> problems;
    private final Map<String, Value> options = new LinkedHashMap<>();

    JailReader(FileLoader files, Settings settings, String name, Consumer<Problem> problems) {
        this.files = files;
        this.settings = settings;
        this.name = name;
        this.problems = problems;
    }

    boolean isEnabled() throws ConfigException {
        Value enabled = settings.find(name, "enabled", Map.of());
        return enabled != null && Numbers.yes(enabled.text());
    }

    JailDefinition read() throws ConfigException {
        if (name.indexOf('|') >= 0 || name.chars().anyMatch(Character::isISOControl)) {
            throw new ConfigException("a jail's name holds no | and no control character", null);
        }
        List<IniFile.Fault> faults = settings.faults(name);
        if (!faults.isEmpty()) {
            throw new ConfigException(faults.get(0).message(), faults.get(0).origin());
        }
        FilterReader filter = openFilter();
        for (String option : OPTIONS) {
            take(option);
        }
        for (String option : FilterReader.OPTIONS) {
            take(option);
        }
        Map<String, Value> ofFilter = filter == null ? Map.of() : filter.remaining(options);
        List<ActionDefinition> actions = new ActionReader(files, name, options, problems).read(text("action", ""));
        FilterDefinition joined = FilterReader.join(filter == null ? "" : filter.name(), ofFilter, options);
        if (joined.failRegex().isEmpty()) {
            warn("filter", "no failregex: this jail bans only by command");
        }
        return definition(joined, ofFilter, actions);
    }

    private @Nullable FilterReader openFilter() throws ConfigException {
        options.put("enabled", new Value("true", null));
        take("backend");
        take("filter");
        Value filter = text("filter", "");
        if (filter.text().isEmpty()) {
            return null;
        }
        FilterReader reader =
                FilterReader.open(files, filter, text("backend", "auto").text());
        settings.putKnown(name, reader.known(options));
        options.clear();
        return reader;
    }

    private void take(String option) throws ConfigException {
        Value value = settings.find(name, option, Map.of());
        if (value != null) {
            options.put(option, value);
        }
    }

    private Value text(String option, String otherwise) {
        return options.getOrDefault(option, new Value(otherwise, null));
    }

    private void warn(String option, String message) {
        Value value = options.get(option);
        problems.accept(Problem.warning(name, value == null ? null : value.origin(), message));
    }

    private JailDefinition definition(
            FilterDefinition filter, Map<String, Value> ofFilter, List<ActionDefinition> actions)
            throws ConfigException {
        Map<String, String> resolved = resolveAll();
        Duration findTime = time("findtime", TEN_MINUTES);
        if (findTime.isNegative() || findTime.isZero()) {
            throw new ConfigException(
                    "findtime: expected more than 0 seconds",
                    text("findtime", "").origin());
        }
        return new JailDefinition(
                name,
                filter,
                logPaths(),
                text("backend", "auto").text().toLowerCase(Locale.ROOT),
                text("logencoding", "auto").text(),
                orNull(options.get("logtimezone")),
                useDns(ofFilter.getOrDefault("usedns", text("usedns", "warn"))),
                integer("maxretry", MAX_RETRY),
                findTime,
                time("bantime", TEN_MINUTES),
                integer("maxmatches", MAX_MATCHES),
                words(text("ignoreip", "").text()),
                !options.containsKey("ignoreself") || yes("ignoreself"),
                increment(),
                scope(),
                Firewall.refusesAllPorts(actions) ? null : resolved.get("port"),
                resolved.get("protocol"),
                actions,
                resolved);
    }

    /** Every option of the section; one that refers to what is not set matters only to those that use it. */
    private Map<String, String> resolveAll() {
        Map<String, String> resolved = new LinkedHashMap<>();
        List<String> names = new ArrayList<>(settings.defaultOptions());
        names.addAll(settings.options(name));
        for (String option : names) {
            try {
                Value value = option.startsWith("known/") ? null : settings.find(name, option, Map.of());
                if (value != null) {
                    resolved.put(option, value.text());
                }
            } catch (ConfigException e) {
                resolved.remove(option);
            }
        }
        return resolved;
    }

    private List<LogPath> logPaths() {
        List<LogPath> paths = new ArrayList<>();
        for (String line : text("logpath", "").text().split("\n")) {
            if (!line.isEmpty()) {
                paths.add(logPath(line));
            }
        }
        return paths;
    }

    private static LogPath logPath(String line) {
        int space = line.lastIndexOf(' ');
        String last = line.substring(space + 1).toLowerCase(Locale.ROOT);
        boolean tail = last.equals("tail");
        return space > 0 && (tail || last.equals("head"))
                ? new LogPath(WhiteSpace.stripTrailing(line.substring(0, space)), tail)
                : new LogPath(line, false);
    }

    private UseDns useDns(Value value) {
        return switch (value.text().toLowerCase(Locale.ROOT)) {
            case "yes" -> UseDns.YES;
            case "warn" -> UseDns.WARN;
            case "no" -> UseDns.NO;
            case "raw" -> UseDns.RAW;
            default -> {
                problems.accept(Problem.warning(
                        name,
                        value.origin(),
                        "usedns: expected yes, warn, no or raw, read " + Quoted.start(value.text()) + "; taken as no"));
                yield UseDns.NO;
            }
        };
    }

    private BanTimeIncrement increment() throws ConfigException {
        Value maxTime = options.get("bantime.maxtime");
        return new BanTimeIncrement(
                yes("bantime.increment"),
                orNull(options.get("bantime.factor")),
                orNull(options.get("bantime.formula")),
                orNull(options.get("bantime.multipliers")),
                maxTime == null || maxTime.text().isEmpty() ? null : Numbers.time("bantime.maxtime", maxTime),
                time("bantime.rndtime", Duration.ZERO),
                yes("bantime.overalljails"));
    }

    /** {@code scope} is Fleetban's own option. */
    private JailScope scope() throws ConfigException {
        Value scope = settings.find(name, "scope", Map.of());
        if (scope == null) {
            return JailScope.FLEET;
        }
        return switch (scope.text()) {
            case "fleet" -> JailScope.FLEET;
            case "host" -> JailScope.HOST;
            default ->
                throw new ConfigException(
                        "scope: expected fleet or host, read " + Quoted.start(scope.text()), scope.origin());
        };
    }

    private int integer(String option, int otherwise) throws ConfigException {
        Value value = options.get(option);
        return value == null ? otherwise : Numbers.integer(option, value);
    }

    private Duration time(String option, Duration otherwise) throws ConfigException {
        Value value = options.get(option);
        return value == null ? otherwise : Numbers.time(option, value);
    }

    private boolean yes(String option) {
        return Numbers.yes(text(option, "").text());
    }

    private static @Nullable String orNull(@Nullable Value value) {
        return value == null || value.text().isEmpty() ? null : value.text();
    }

    private static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        for (String word : text.split("[\\s,]+")) {
            if (!word.isEmpty()) {
                words.add(word);
            }
        }
        return words;
    }
}
