package org.fleetban.app;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.fleetban.app.regex.RegexCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The {@code fleetban} command. */
@Command(
        name = "fleetban",
        description = "fail2ban for a whole fleet, on Kafka.",
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND")
public final class Main implements Runnable {

    @Mixin
    private final HelpOptions help = new HelpOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    private Main() {}

    /** Runs the command and exits with its code. */
    public static void main(String[] args) {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        PrintStream err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
        Path home = Path.of(System.getProperty("fleetban.home", "."));
        int code = run(new Environment(out, err, System.getenv(), Clock.systemUTC(), home), args);
        out.flush();
        System.exit(code);
    }

    /** Runs the command; returns its exit code, see {@link ExitCode}. */
    static int run(Environment environment, String... args) {
        CommandLine command = new CommandLine(new Main())
                .addSubcommand(new RunCommand(environment))
                .addSubcommand(new ShipperCommand(environment))
                .addSubcommand(new ProcessorCommand(environment))
                .addSubcommand(new EnforcerCommand(environment))
                .addSubcommand(new AgentCommand(environment))
                .addSubcommand(new TopicsCommand(environment))
                .addSubcommand(new ConfirmCommand(environment))
                .addSubcommand(new ScanCommand(environment))
                .addSubcommand(new ConfigCommand(environment))
                .addSubcommand(new StatusCommand(environment))
                .addSubcommand(new BannedCommand(environment))
                .addSubcommand(new WhyCommand(environment))
                .addSubcommand(new BanCommand(environment))
                .addSubcommand(new UnbanCommand(environment))
                .addSubcommand(new RegexCommand(
                        environment.out(),
                        environment.err(),
                        Terminal.of(environment.variables()),
                        environment.defaultConfig(),
                        environment.clock()));
        command.setOut(new PrintWriter(environment.out(), true));
        command.setErr(new PrintWriter(environment.err(), true));
        command.setUsageHelpLongOptionsMaxWidth(28);
        command.setParameterExceptionHandler((e, arguments) -> {
            environment.say(String.valueOf(e.getMessage()));
            CommandLine.UnmatchedArgumentException.printSuggestions(e, command.getErr());
            environment.say("'" + e.getCommandLine().getCommandSpec().qualifiedName() + " --help' shows what there is");
            return ExitCode.USAGE;
        });
        command.setExecutionExceptionHandler((e, failed, parsed) -> explain(environment, e));
        return command.execute(args);
    }

    private static int explain(Environment environment, Exception e) throws Exception {
        if (e instanceof UserException) {
            environment.say(String.valueOf(e.getMessage()));
            return ExitCode.USAGE;
        }
        if (e instanceof TopicSetup.UnreachableException || e instanceof FailureException) {
            environment.say(String.valueOf(e.getMessage()));
            return ExitCode.FAILURE;
        }
        if (e instanceof InterruptedException
                || e instanceof InterruptException
                || e instanceof WakeupException
                || e instanceof Lifecycle.StoppedException) {
            return ExitCode.FAILURE;
        }
        throw e;
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }
}
