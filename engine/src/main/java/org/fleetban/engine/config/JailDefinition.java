package org.fleetban.engine.config;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An enabled jail, fully resolved.
 *
 * @param name the jail's name; holds no {@code |}
 * @param filter what it looks for
 * @param logPaths the files it watches: path patterns as configured, in order
 * @param backend {@code backend} as configured, lower case ({@code auto}, {@code polling}, {@code systemd[…]} …)
 * @param logEncoding {@code logencoding} as configured ({@code auto} where absent)
 * @param logTimeZone {@code logtimezone} as configured, or null for the system's zone
 * @param useDns {@code usedns}
 * @param maxRetry failures that make a ban
 * @param findTime within which they must lie
 * @param banTime how long a ban lasts; negative: for ever
 * @param maxMatches evidence lines kept
 * @param ignoreIp entries of {@code ignoreip}: addresses, networks, names, {@code file:…}
 * @param ignoreSelf whether the fleet's own addresses are never banned
 * @param increment {@code bantime.*}
 * @param scope where it counts and bans
 * @param ports the ports to refuse ({@code port}); null for all
 * @param protocol {@code protocol}
 * @param actions what else is done about a ban, in order
 * @param options every option of the jail's section, resolved, by name
 * @param origins where the options stand that are not Fleetban's defaults, those of the filter included, by name
 */
public record JailDefinition(
        String name,
        FilterDefinition filter,
        List<LogPath> logPaths,
        String backend,
        String logEncoding,
        @Nullable String logTimeZone,
        UseDns useDns,
        int maxRetry,
        Duration findTime,
        Duration banTime,
        int maxMatches,
        List<String> ignoreIp,
        boolean ignoreSelf,
        BanTimeIncrement increment,
        JailScope scope,
        @Nullable String ports,
        @Nullable String protocol,
        List<ActionDefinition> actions,
        Map<String, String> options,
        Map<String, Origin> origins) {

    public JailDefinition {
        logPaths = List.copyOf(logPaths);
        ignoreIp = List.copyOf(ignoreIp);
        actions = List.copyOf(actions);
        options = Map.copyOf(options);
        origins = Map.copyOf(origins);
    }

    /** A jail that no file describes. */
    public JailDefinition(
            String name,
            FilterDefinition filter,
            List<LogPath> logPaths,
            String backend,
            String logEncoding,
            @Nullable String logTimeZone,
            UseDns useDns,
            int maxRetry,
            Duration findTime,
            Duration banTime,
            int maxMatches,
            List<String> ignoreIp,
            boolean ignoreSelf,
            BanTimeIncrement increment,
            JailScope scope,
            @Nullable String ports,
            @Nullable String protocol,
            List<ActionDefinition> actions,
            Map<String, String> options) {
        this(
                name,
                filter,
                logPaths,
                backend,
                logEncoding,
                logTimeZone,
                useDns,
                maxRetry,
                findTime,
                banTime,
                maxMatches,
                ignoreIp,
                ignoreSelf,
                increment,
                scope,
                ports,
                protocol,
                actions,
                options,
                Map.of());
    }

    /**
     * An error in one of the options, with the line that sets it.
     *
     * @param option such as {@code failregex}
     * @param message what was read, what was expected, what to do
     */
    public Problem error(String option, String message) {
        return Problem.error(name, origins.containsKey(option) ? origins.get(option) : origins.get("filter"), message);
    }

    /**
     * Where {@code backend = systemd[…]} finds the journal: its parameters; empty for a jail that reads files.
     *
     * @throws IllegalArgumentException if the parameters are not {@code name=value} each
     */
    public Optional<Map<String, String>> journal() {
        if (!backend.startsWith("systemd")) {
            return Optional.empty();
        }
        return Optional.of(
                Reference.parse(options.getOrDefault("backend", backend)).parameters());
    }

    /** This jail, watching other files. */
    public JailDefinition withLogPaths(List<LogPath> paths) {
        return new JailDefinition(
                name,
                filter,
                paths,
                backend,
                logEncoding,
                logTimeZone,
                useDns,
                maxRetry,
                findTime,
                banTime,
                maxMatches,
                ignoreIp,
                ignoreSelf,
                increment,
                scope,
                ports,
                protocol,
                actions,
                options,
                origins);
    }

    /**
     * One entry of {@code logpath}.
     *
     * @param pattern a path, with {@code *}, {@code ?} and {@code […]} as the shell has them
     * @param fromEnd {@code tail}: a file found at the start is read from its end
     */
    public record LogPath(String pattern, boolean fromEnd) {}

    /** {@code usedns}: what becomes of a name in the offender's place. */
    public enum UseDns {
        YES,
        WARN,
        NO,
        RAW
    }

    /** {@code scope}: where a jail counts and bans. */
    public enum JailScope {
        FLEET,
        HOST
    }

    /**
     * {@code bantime.*}.
     *
     * @param enabled {@code bantime.increment}
     * @param factor {@code bantime.factor} as configured, or null
     * @param formula {@code bantime.formula} as configured, or null
     * @param multipliers {@code bantime.multipliers} as configured, or null
     * @param maxTime {@code bantime.maxtime}, or null
     * @param randomTime {@code bantime.rndtime}; zero where absent
     * @param overallJails {@code bantime.overalljails}
     */
    public record BanTimeIncrement(
            boolean enabled,
            @Nullable String factor,
            @Nullable String formula,
            @Nullable String multipliers,
            @Nullable Duration maxTime,
            Duration randomTime,
            boolean overallJails) {}
}
