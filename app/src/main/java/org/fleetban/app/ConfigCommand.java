package org.fleetban.app;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.fleetban.app.settings.Settings;
import org.fleetban.engine.config.Configuration;
import org.fleetban.engine.config.ConfigurationDump;
import org.fleetban.engine.config.ConfigurationReader;
import org.fleetban.engine.config.JailDefinition;
import org.fleetban.engine.config.Problem;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code fleetban config}: what the configuration says, and what is wrong with it. */
@Command(name = "config", description = "Check the configuration, or show what it comes to.")
final class ConfigCommand implements Callable<Integer> {

    private final Environment environment;

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @ArgGroup(multiplicity = "1")
    private Task task = new Task();

    @Option(names = "--json", description = "With --dump: as JSON.")
    private boolean json;

    /** One of the two. */
    private static final class Task {

        @Option(
                names = {"-t", "--test"},
                required = true,
                description = "List every problem at once; exit code 2 if a jail cannot run.")
        private boolean test;

        @Option(
                names = {"-d", "--dump"},
                required = true,
                description = "Print every enabled jail, all values resolved.")
        private boolean dump;
    }

    ConfigCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() throws JsonProcessingException {
        Path directory = common.config(environment);
        Settings.load(directory, environment.variables());
        Configuration configuration = ConfigurationReader.read(directory, Set.of(), Map.of());
        List<Problem> problems = new ArrayList<>(configuration.problems());
        Jails jails = new Jails(directory, List.of());
        int running = 0;
        for (JailDefinition jail : configuration.jails()) {
            List<Problem> ofJail = jails.problems(jail);
            problems.addAll(ofJail);
            running += isWrong(ofJail) ? 0 : 1;
        }
        if (task.dump) {
            dump(configuration);
        }
        problems.forEach(problem -> environment.say(problem.toString()));
        if (task.test) {
            environment.say(directory + ": " + running + (running == 1 ? " jail" : " jails") + " can run, "
                    + problems.size() + (problems.size() == 1 ? " problem" : " problems"));
        }
        return isWrong(problems) ? ExitCode.USAGE : ExitCode.OK;
    }

    private static boolean isWrong(List<Problem> problems) {
        return problems.stream().anyMatch(problem -> problem.severity() == Problem.Severity.ERROR);
    }

    private void dump(Configuration configuration) throws JsonProcessingException {
        environment
                .out()
                .println(
                        json
                                ? new JsonMapper()
                                        .writerWithDefaultPrettyPrinter()
                                        .writeValueAsString(ConfigurationDump.asMap(configuration))
                                : ConfigurationDump.asText(configuration).stripTrailing());
    }
}
