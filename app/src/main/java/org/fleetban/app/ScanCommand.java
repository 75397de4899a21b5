package org.fleetban.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.fleetban.app.settings.Settings;
import org.fleetban.engine.config.Configuration;
import org.fleetban.engine.config.JailDefinition;
import org.fleetban.engine.config.Problem;
import org.fleetban.engine.filter.FilterException;
import org.fleetban.engine.filter.JailFilter;
import org.fleetban.engine.jail.IgnoreList;
import org.fleetban.engine.jail.JailException;
import org.fleetban.engine.jail.JailReplay;
import org.fleetban.engine.jail.JailRules;
import org.fleetban.protocol.BanKey;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fleetban scan}: what would be banned in these files; no Kafka. */
@Command(
        name = "scan",
        description = "What would be banned in these files, when, for how long, on which evidence; no Kafka.")
final class ScanCommand implements Callable<Integer> {

    private final Environment environment;

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Parameters(
            arity = "1..*",
            paramLabel = "JAIL=FILE",
            description = "A jail and a log file for it; several files of a jail count together. A name that ends in"
                    + " .gz is unpacked.")
    private List<String> logs = new ArrayList<>();

    @Option(names = "--json", description = "One JSON object a line, in the form of the events topic.")
    private boolean json;

    ScanCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() throws IOException {
        List<LogOption> files = logs.stream().map(ScanCommand::parse).toList();
        Path directory = common.config(environment);
        String host = Settings.load(directory, environment.variables()).get(Settings.HOST_NAME);
        Configuration configuration = new Jails(directory, files).read();
        ScanReport report =
                json ? new ScanReport.Json(environment) : new ScanReport.Text(environment, ZoneId.systemDefault());
        for (JailDefinition jail : configuration.jails()) {
            List<Path> ofJail = files.stream()
                    .filter(file -> file.jail().equals(Optional.of(jail.name())))
                    .map(LogOption::file)
                    .toList();
            if (!ofJail.isEmpty()) {
                warnings(configuration, jail).forEach(environment::say);
                scan(jail, ofJail, host, report);
            }
        }
        return ExitCode.OK;
    }

    private void scan(JailDefinition jail, List<Path> files, String host, ScanReport report) throws IOException {
        JailFilter filter;
        JailReplay replay;
        try {
            filter = JailFilter.compile(jail);
            replay = new JailReplay(
                    JailRules.compile(jail), IgnoreList.compile(jail.ignoreIp(), new IgnoreSources(environment)));
        } catch (FilterException | JailException e) {
            throw new UserException(Jails.problem(jail, e).toString(), e);
        }
        List<ScannedLog> opened = files.stream()
                .map(file -> new ScannedLog(file, filter.filter(), filter.charset(), environment.clock()))
                .toList();
        ScannedJail scanned = new ScannedJail(jail.name(), replay, opened, host);
        scanned.scan((id, decision) -> report.decided(new BanKey(jail.name(), id, null), decision));
        report.finished(scanned);
    }

    private static Stream<String> warnings(Configuration configuration, JailDefinition jail) {
        return configuration.problems().stream()
                .filter(problem -> jail.name().equals(problem.jail()))
                .map(Problem::toString);
    }

    private static LogOption parse(String text) {
        LogOption log = LogOption.parse(text);
        if (log.jail().isEmpty()) {
            throw new UserException(
                    "'" + text + "': which jail is to read it? Expected JAIL=FILE, such as sshd=" + text);
        }
        return log;
    }

    /** What {@code ignoreip} names, as far as it is here; names are not looked up in a scan. */
    private record IgnoreSources(Environment environment) implements IgnoreList.Sources {

        @Override
        public Collection<String> addressesOf(String name) {
            environment.say("ignoreip: the name " + name + " is not looked up in a scan");
            return List.of();
        }

        @Override
        public Collection<String> linesOf(String file) {
            try {
                return Files.readAllLines(Path.of(file));
            } catch (IOException | InvalidPathException e) {
                environment.say("ignoreip: file " + file + " cannot be read, nothing of it is ignored: " + e);
                return List.of();
            }
        }
    }
}
