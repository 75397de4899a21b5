package org.fleetban.app;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.fleetban.engine.config.Configuration;
import org.fleetban.engine.config.ConfigurationReader;
import org.fleetban.engine.config.JailDefinition;
import org.fleetban.engine.config.JailDefinition.LogPath;
import org.fleetban.engine.config.Origin;
import org.fleetban.engine.config.PathPattern;
import org.fleetban.engine.config.Problem;
import org.fleetban.engine.filter.FilterException;
import org.fleetban.engine.jail.JailException;
import org.fleetban.processor.Jail;

/** The jails of a configuration directory, with the logs that the command line adds to them. */
final class Jails {

    private final Path directory;
    private final List<LogOption> logs;

    /**
     * @param directory with {@code jail.conf}
     * @param logs named on the command line: each is read by its jail, which that enables, or by every enabled jail
     */
    Jails(Path directory, List<LogOption> logs) {
        this.directory = directory;
        this.logs = List.copyOf(logs);
    }

    /** Watches their files; to be called before they are read. */
    ConfigurationWatch watch(Environment environment) {
        return new ConfigurationWatch(directory, this::reread, environment::say);
    }

    /**
     * Reads the files as they are now.
     *
     * @throws UserException if a jail named on the command line can't run, or none can
     */
    Configuration read() {
        Set<String> named = named();
        Configuration configuration = ConfigurationReader.read(directory, named, Map.of());
        for (String name : named) {
            if (configuration.jails().stream().noneMatch(jail -> jail.name().equals(name))) {
                throw new UserException(firstError(configuration, name));
            }
        }
        if (configuration.jails().isEmpty()) {
            throw new UserException(configuration.problems().stream()
                    .filter(problem -> problem.severity() == Problem.Severity.ERROR)
                    .findFirst()
                    .map(Problem::toString)
                    .orElse(directory + ": no jail is enabled: set 'enabled = true' in jail.local, or name one with"
                            + " --log JAIL=FILE"));
        }
        List<JailDefinition> jails =
                configuration.jails().stream().map(this::withLogs).toList();
        return new Configuration(jails, configuration.problems());
    }

    /** Reads the files again; a jail that any part of a process would find wrong is left out for all of them. */
    private Configuration reread() {
        Configuration configuration = read();
        List<Problem> problems = new ArrayList<>(configuration.problems());
        List<JailDefinition> right = new ArrayList<>();
        for (JailDefinition jail : configuration.jails()) {
            List<Problem> ofJail = problems(jail);
            problems.addAll(ofJail);
            if (ofJail.stream().noneMatch(problem -> problem.severity() == Problem.Severity.ERROR)) {
                right.add(jail);
            }
        }
        return new Configuration(right, problems);
    }

    /** Why a jail cannot run, or reads nothing of what it should. */
    List<Problem> problems(JailDefinition jail) {
        List<Problem> problems = new ArrayList<>(LogSources.of(onHost(new Configuration(List.of(jail), List.of())))
                .problems());
        try {
            Jail.compile(jail);
        } catch (FilterException | JailException e) {
            problems.add(problem(jail, e));
        }
        return problems;
    }

    private JailDefinition withLogs(JailDefinition jail) {
        List<LogPath> paths = new ArrayList<>(jail.logPaths());
        paths.addAll(addedTo(jail));
        return jail.withLogPaths(paths);
    }

    /**
     * The jails as a host reads their logs: as in fail2ban, a jail on the journal reads none of the files that are
     * configured for it, but those that the command line adds.
     */
    Configuration onHost(Configuration configuration) {
        return new Configuration(
                configuration.jails().stream()
                        .map(jail -> jail.backend().startsWith("systemd") ? jail.withLogPaths(addedTo(jail)) : jail)
                        .toList(),
                configuration.problems());
    }

    /**
     * Starts a shipper for what the jails of this host read, which follows their changes.
     *
     * @param configuration the jails to begin with
     */
    void shipTo(Parts parts, Configuration configuration, ConfigurationWatch watch) {
        Consumer<Configuration> shipper = parts.shipper(onHost(configuration));
        watch.add(next -> shipper.accept(onHost(next)));
    }

    private List<LogPath> addedTo(JailDefinition jail) {
        List<LogPath> paths = new ArrayList<>();
        for (LogOption log : logs) {
            if (log.jail().isEmpty() || log.jail().get().equals(jail.name())) {
                paths.add(new LogPath(PathPattern.escape(log.file().toString()), false));
            }
        }
        return paths;
    }

    private static String firstError(Configuration configuration, String jail) {
        return configuration.problems().stream()
                .filter(problem -> problem.severity() == Problem.Severity.ERROR)
                .filter(problem -> problem.jail() == null || problem.jail().equals(jail))
                .findFirst()
                .map(Problem::toString)
                .orElse("the jail '" + jail + "' cannot run");
    }

    /**
     * Compiles jails; says what is wrong with one that can't be, and leaves it out.
     *
     * @param environment for messages
     * @throws UserException if a jail named on the command line can't be compiled, or none can
     */
    List<Jail> compile(Configuration configuration, Environment environment) {
        configuration.problems().forEach(problem -> environment.say(problem.toString()));
        List<Jail> jails = new ArrayList<>();
        for (JailDefinition definition : configuration.jails()) {
            try {
                jails.add(Jail.compile(definition));
            } catch (FilterException | JailException e) {
                Problem problem = problem(definition, e);
                if (named().contains(definition.name())) {
                    throw new UserException(problem.toString(), e);
                }
                environment.say(problem + "; the jail is left out");
            }
        }
        if (jails.isEmpty()) {
            throw new UserException("no jail can run; 'fleetban config --test' shows why");
        }
        return jails;
    }

    /** Why a jail can't be compiled, with file and line where they are known. */
    static Problem problem(JailDefinition jail, Exception why) {
        Origin origin = why instanceof FilterException filter ? filter.origin() : null;
        return new Problem(
                Problem.Severity.ERROR,
                jail.name(),
                origin == null ? null : origin.file(),
                origin == null ? 0 : origin.line(),
                String.valueOf(why.getMessage()));
    }

    private Set<String> named() {
        return logs.stream().flatMap(log -> log.jail().stream()).collect(Collectors.toSet());
    }
}
