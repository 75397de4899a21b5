package org.fleetban.engine.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** The installed fail2ban, asked what it makes of a configuration. */
final class Fail2ban {

    static final Path CONFIGURATION = Path.of("/etc/fail2ban");

    private static final Path CLIENT = Path.of("/usr/bin/fail2ban-client");

    /** The interpreter that Debian installs its packages for. */
    private static final String PYTHON = "/usr/bin/python3";

    /** A log file that is not here must not hide its path: patterns are printed as they are. */
    private static final String DUMP = """
            import sys
            from fail2ban.client.jailreader import JailReader
            from fail2ban.client import fail2banclient
            JailReader._glob = staticmethod(lambda pattern: [pattern])
            fail2banclient.exec_command_line(['fail2ban-client', '-c', sys.argv[1], '-d'])
            """;

    /**
     * As the client reads a directory, for many of them in one process. fail2ban has no bounds on what references to
     * references grow to: what takes it too long or too much is marked {@code exploded}.
     */
    private static final String MANY = """
            import logging, resource, signal, sys
            logging.disable(logging.CRITICAL)
            from fail2ban.client.jailsreader import JailsReader
            resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
            class Slow(Exception):
                pass
            def slow(number, frame):
                raise Slow()
            signal.signal(signal.SIGALRM, slow)
            for directory in open(sys.argv[1], encoding='utf-8').read().splitlines():
                lines = []
                try:
                    signal.setitimer(signal.ITIMER_REAL, 0.2)
                    reader = JailsReader(basedir=directory, share_config={})
                    reader.read()
                    reader.getOptions()
                    lines = [repr(command) for command in reader.convert(allow_no_files=True)]
                except (Slow, MemoryError):
                    lines = ["['exploded']"]
                except Exception as e:
                    lines = [repr(['failed', repr(e)])]
                signal.setitimer(signal.ITIMER_REAL, 0)
                if sum(map(len, lines)) > 100000:
                    lines = ["['exploded']"]
                print('\\n'.join(lines) + '\\nend')
            """;

    /** What fail2ban's server makes of the actions' commands before a ban's own values come in. */
    private static final String ACTIONS = """
            import logging, sys
            logging.disable(logging.CRITICAL)
            from fail2ban.client.jailsreader import JailsReader
            from fail2ban.server import action
            action.ADD_REPL_TAGS = {}
            reader = JailsReader(basedir=sys.argv[1], share_config={})
            reader.read()
            reader.getOptions()
            for command in reader.convert(allow_no_files=True):
                if command[0] == 'multi-set' and command[2] == 'action':
                    it = action.CommandAction(None, command[3])
                    for name, value in command[4]:
                        setattr(it, name, value)
                    for option in ('actionstart', 'actionstop', 'actionflush', 'actioncheck', 'actionban', 'actionunban'):
                        for family in ('inet4', 'inet6'):
                            text = it.replaceTag('<%s>' % option, it._properties, conditional='family=' + family)
                            print([command[1], command[3], option, family, text])
            """;

    private static final String SECONDS = """
            import sys
            from fail2ban.server.mytime import MyTime
            for text in sys.argv[1:]:
                try:
                    print(repr(float(MyTime.str2seconds(text))))
                except Exception:
                    print('None')
            """;

    /** What it did. */
    record Result(int exitCode, String output, String errors) {}

    private Fail2ban() {}

    static boolean isPresent() {
        return Files.exists(CLIENT) && Files.exists(CONFIGURATION.resolve("jail.conf"));
    }

    /** Skips the test where fail2ban is not installed; in CI it must be. */
    static void require() {
        boolean present = isPresent();
        if (!present && "true".equals(System.getenv("CI"))) {
            fail("CI needs Debian's package fail2ban: apt-get install fail2ban");
        }
        Assumptions.assumeTrue(present, "the package fail2ban is not installed: apt-get install fail2ban");
    }

    /** The commands by which fail2ban would set up its server. */
    static List<List<Object>> commands(Path directory) {
        Result result = dump(directory);
        assertThat(result.exitCode()).as(result.errors()).isZero();
        return parse(result.output());
    }

    static Result dump(Path directory) {
        return python(DUMP, List.of(directory.toString()));
    }

    /** For each action of each jail: jail, action, option, address family, the command with its fixed tags replaced. */
    static List<List<Object>> actionCommands(Path directory) {
        Result result = python(ACTIONS, List.of(directory.toString()));
        assertThat(result.exitCode()).as(result.errors()).isZero();
        return parse(result.output());
    }

    /** The commands for each directory; a single command {@code failed} with the reason where it gives up. */
    static List<List<List<Object>>> commandsOfMany(List<Path> directories, Path scratch) {
        try {
            Files.write(scratch, directories.stream().map(Path::toString).toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Result result = python(MANY, List.of(scratch.toString()));
        assertThat(result.exitCode()).as(result.errors()).isZero();
        return Stream.of(result.output().split("(?m)^end$"))
                .limit(directories.size())
                .map(Fail2ban::parse)
                .toList();
    }

    @SuppressWarnings("unchecked")
    static List<List<Object>> parse(String output) {
        List<List<Object>> commands = new ArrayList<>();
        for (String line : output.split("\n")) {
            if (line.startsWith("[")) {
                commands.add((List<Object>) PythonLiteral.parse(line));
            }
        }
        return commands;
    }

    /** The seconds of each time, or an empty list for one that fail2ban refuses. */
    static List<Object> seconds(List<String> times) {
        List<Object> seconds = new ArrayList<>();
        for (String line : python(SECONDS, times).output().split("\n")) {
            seconds.add(PythonLiteral.parse(line));
        }
        return seconds;
    }

    private static Result python(String program, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(PYTHON, "-c", program));
        command.addAll(arguments);
        try {
            Path output = Files.createTempFile("fail2ban", ".out");
            Path errors = Files.createTempFile("fail2ban", ".err");
            try {
                ProcessBuilder builder = new ProcessBuilder(command)
                        .redirectOutput(output.toFile())
                        .redirectError(errors.toFile());
                builder.environment().put("PYTHONIOENCODING", "utf-8");
                Process process = builder.start();
                if (!process.waitFor(120, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                    fail("fail2ban does not answer");
                }
                return new Result(
                        process.exitValue(),
                        Files.readString(output, StandardCharsets.UTF_8),
                        Files.readString(errors, StandardCharsets.UTF_8));
            } finally {
                Files.delete(output);
                Files.delete(errors);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
