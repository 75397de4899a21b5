package org.fleetban.engine.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.fleetban.engine.config.JailDefinition.UseDns;
import org.jspecify.annotations.Nullable;

/** One section of the jails' files, to a jail, or to all that is wrong with it. */
final class JailReader {

    /** The options that fail2ban itself reads, in the order in which it does; {@code scope} is Fleetban's. */
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
            "action",
            "scope");

    private static final Value NOTHING = new Value("", null);
    private static final Value WARN = new Value("warn", null);

    private final FileLoader files;
    private final Settings settings;
    private final String name;
    private final Map<String, String> parameters;
    private final Map<String, Value> options = new LinkedHashMap<>();
    private final Set<Problem> problems = new LinkedHashSet<>();

    JailReader(FileLoader files, Settings settings, String name) {
        this(files, settings, name, Map.of());
    }

    /** @param parameters of the jail's filter, over those that the jail gives it */
    JailReader(FileLoader files, Settings settings, String name, Map<String, String> parameters) {
        this.files = files;
        this.settings = settings;
        this.name = name;
        this.parameters = Map.copyOf(parameters);
    }

    /** What is wrong, as far as the jail was read. */
    Set<Problem> problems() {
        return problems;
    }

    boolean isEnabled() {
        take("enabled");
        Value enabled = options.get("enabled");
        return enabled != null && Numbers.yes(enabled.text());
    }

    /** The jail; null where {@link #problems} holds an error. */
    @Nullable
    JailDefinition read() {
        JailDefinition jail = null;
        try {
            jail = definition();
        } catch (ConfigException e) {
            error(e);
        }
        boolean wrong = problems.stream().anyMatch(problem -> problem.severity() == Problem.Severity.ERROR);
        return wrong ? null : jail;
    }

    private JailDefinition definition() throws ConfigException {
        if (name.indexOf('|') >= 0 || name.chars().anyMatch(Character::isISOControl)) {
            throw new ConfigException("a jail's name holds no | and no control character", null);
        }
        List<IniFile.Fault> faults = settings.faults(name);
        if (!faults.isEmpty()) {
            throw ConfigException.of(faults);
        }
        FilterReader filter = openFilter();
        OPTIONS.forEach(this::take);
        FilterDefinition joined = FilterDefinition.NONE;
        Map<String, Value> ofFilter = Map.of();
        // Where the filter is wrong, the options that may build on it are not looked at.
        if (filter != null || text("filter").isEmpty()) {
            FilterReader.OPTIONS.forEach(this::take);
            ofFilter = filter == null ? Map.of() : filter.remaining(options);
            joined = FilterReader.join(filter == null ? "" : filter.name(), ofFilter, options);
            if (joined.failRegex().isEmpty()) {
                problems.add(Problem.warning(name, origin("filter"), "no failregex: this jail bans only by command"));
            }
        }
        return definition(joined, ofFilter);
    }

    /** The filter as fail2ban first reads it, when no more of the jail is known; null where there is none. */
    private @Nullable FilterReader openFilter() {
        take("backend");
        take("filter");
        Value filter = options.get("filter");
        if (filter == null || filter.text().isEmpty()) {
            return null;
        }
        try {
            FilterReader reader = FilterReader.open(files, filter, parameters, text("backend"));
            settings.putKnown(
                    name,
                    reader.known(Map.of(
                            "enabled",
                            new Value("True", null),
                            "backend",
                            options.getOrDefault("backend", new Value("auto", null)),
                            "filter",
                            filter)));
            return reader;
        } catch (ConfigException e) {
            error(e);
            return null;
        }
    }

    private void take(String option) {
        try {
            Value value = settings.find(name, option, Map.of());
            if (value != null) {
                options.put(option, value);
            }
        } catch (ConfigException e) {
            error(e);
        }
    }

    private void error(ConfigException e) {
        problems.addAll(e.asProblems(name));
    }

    private String text(String option) {
        Value value = options.get(option);
        return value == null ? "" : value.text();
    }

    private @Nullable Origin origin(String option) {
        Value value = options.get(option);
        return value == null ? null : value.origin();
    }

    private JailDefinition definition(FilterDefinition filter, Map<String, Value> ofFilter) throws ConfigException {
        List<ActionDefinition> actions =
                new ActionReader(files, name, options, problems::add).read(options.getOrDefault("action", NOTHING));
        for (ActionDefinition action : actions) {
            if (Firewall.opens(action)) {
                error(new ConfigException(
                        "action " + action.name() + " with blocktype = "
                                + action.parameters().get("blocktype")
                                + " lets in those that the filter finds; Fleetban only shuts out, so this jail cannot run",
                        origin("action")));
            }
        }
        Map<String, String> resolved = resolveAll();
        JailOptions typed = new JailOptions(options, this::error);
        return new JailDefinition(
                name,
                filter,
                typed.logPaths(),
                typed.text("backend", "auto").toLowerCase(Locale.ROOT),
                typed.text("logencoding", "auto"),
                typed.orNull("logtimezone"),
                useDns(ofFilter.getOrDefault("usedns", options.getOrDefault("usedns", WARN))),
                typed.maxRetry(),
                typed.findTime(),
                typed.banTime(),
                typed.maxMatches(),
                typed.words("ignoreip"),
                typed.yes("ignoreself", true),
                typed.increment(),
                typed.scope(),
                Firewall.refusesAllPorts(actions, resolved.getOrDefault("banaction", "")) ? null : resolved.get("port"),
                resolved.get("protocol"),
                actions,
                resolved,
                origins(ofFilter));
    }

    private Map<String, Origin> origins(Map<String, Value> ofFilter) {
        Map<String, Value> all = new LinkedHashMap<>(ofFilter);
        all.putAll(options);
        Map<String, Origin> origins = new LinkedHashMap<>();
        all.forEach((option, value) -> {
            if (value.origin() != null) {
                origins.put(option, value.origin());
            }
        });
        return origins;
    }

    private UseDns useDns(Value value) {
        UseDns useDns = JailOptions.useDns(value.text());
        if (useDns == null) {
            problems.add(Problem.warning(
                    name,
                    value.origin(),
                    "usedns: expected yes, warn, no or raw, read " + Quoted.start(value.text()) + "; taken as no"));
            return UseDns.NO;
        }
        return useDns;
    }

    /** Every option of the section; one that refers to what is not set matters only to those that use it. */
    private Map<String, String> resolveAll() throws ConfigException {
        Map<String, String> resolved = new LinkedHashMap<>();
        List<String> names = new ArrayList<>(settings.defaultOptions());
        names.addAll(settings.options(name));
        long characters = 0;
        for (String option : names) {
            try {
                Value value = option.startsWith("known/") ? null : settings.find(name, option, Map.of());
                if (value != null) {
                    resolved.put(option, value.text());
                    characters += value.text().length();
                }
            } catch (ConfigException e) {
                resolved.remove(option);
            }
            Limits.checkAll(characters, origin("filter"));
        }
        return resolved;
    }
}
