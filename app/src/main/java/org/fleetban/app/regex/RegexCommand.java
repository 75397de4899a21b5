package org.fleetban.app.regex;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.fleetban.app.Terminal;
import org.fleetban.app.UserException;
import org.fleetban.app.Version;
import org.fleetban.app.regex.TestedLines.Verdict;
import org.fleetban.engine.config.JailDefinition.UseDns;
import org.fleetban.engine.filter.Filter;
import org.fleetban.engine.filter.FilterException;
import org.fleetban.engine.time.LogTimeZone;
import org.fleetban.engine.time.Years;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Mixin;

/** {@code fleetban regex}: tests a filter on a log, with fail2ban-regex's options, figures and report. */
@Command(
        name = "regex",
        description = "Test a filter on a log, with fail2ban-regex's options and figures.",
        versionProvider = RegexCommand.ShortVersion.class)
public final class RegexCommand implements Callable<Integer> {

    private final PrintStream out;
    private final PrintStream err;
    private final Terminal terminal;
    private final Path defaultConfig;
    private final Clock clock;

    @Mixin
    private final RegexOptions options = new RegexOptions();

    /** For scripts: nothing but the number. */
    static final class ShortVersion implements IVersionProvider {

        @Override
        public String[] getVersion() {
            return new String[] {Version.current()};
        }
    }

    /**
     * The command.
     *
     * @param out for the report
     * @param err for progress and notices
     * @param terminal what they are
     * @param defaultConfig where jails and filters are looked for without {@code --config}
     * @param clock what the year is guessed by
     */
    public RegexCommand(PrintStream out, PrintStream err, Terminal terminal, Path defaultConfig, Clock clock) {
        this.out = out;
        this.err = err;
        this.terminal = terminal;
        this.defaultConfig = defaultConfig;
        this.clock = clock;
    }

    @Override
    public Integer call() throws IOException {
        try {
            run();
            return 0;
        } catch (UserException e) {
            if (options.traceback) {
                e.printStackTrace(err);
            }
            throw e;
        }
    }

    private void run() throws IOException {
        options.check();
        boolean journal = options.log.startsWith(JournalLog.NAME);
        TestedFilter tested = TestedFilter.of(
                        options.regex,
                        options.config == null ? defaultConfig : options.config,
                        journal ? "systemd" : "auto")
                .with(options.maxLines, options.datePattern, options.ignoreRegex);
        UseDns names = names(tested);
        Filter filter;
        try {
            filter = Filter.compile(tested.definition(), names, zone(tested), Years.ANY);
        } catch (FilterException e) {
            throw new UserException(String.valueOf(e.getMessage()), e);
        }
        LogSource log = journal ? journal(tested) : LogSource.of(options.log, charset(tested));
        boolean resolve = names == UseDns.YES || names == UseDns.WARN;
        boolean all = !options.noCheckAll && options.form == null;
        LineTest test = new LineTest(
                filter,
                clock.instant(),
                all,
                options.form == null,
                resolve,
                options.json || options.level() > 0,
                new TestedLines(options.printedWhole()));
        if (options.form != null) {
            print(log, test, new OutputForm(options.form));
        } else {
            report(log, test, tested, filter);
        }
    }

    private void print(LogSource log, LineTest test, OutputForm form) throws IOException {
        Screen screen = new Screen(terminal);
        Progress progress = new Progress(err, terminal.err() && !terminal.out(), System::nanoTime);
        String unfinished = log.read(progress, line -> {
            LineTest.Result result = test.test(line);
            if (!options.invert) {
                result.failures().forEach(failure -> out.println(screen.printable(form.of(failure))));
            } else if (result.verdict() == Verdict.MISSED) {
                out.println(screen.printable(form.ofMissed(line, result.time())));
            }
        });
        progress.done();
        if (unfinished != null) {
            err.println("fleetban: " + RegexReport.unfinished(unfinished, screen));
        }
    }

    private void report(LogSource log, LineTest test, TestedFilter tested, Filter filter) throws IOException {
        RegexReport report = new RegexReport(out, new Screen(terminal), filter, test, options);
        if (!options.json) {
            report.head(tested, log.description());
        }
        long start = System.nanoTime();
        Progress progress = new Progress(err, terminal.err(), System::nanoTime);
        String unfinished = log.read(progress, test::test);
        progress.done();
        if (options.json) {
            report.printJson(unfinished);
        } else {
            report.print((System.nanoTime() - start) / 1e9, clock.instant(), unfinished);
        }
    }

    private JournalLog journal(TestedFilter tested) {
        List<String> matches = options.journalMatch != null
                ? List.of(options.journalMatch)
                : tested.definition().journalMatch();
        return JournalLog.of(TestedFilter.given(options.log.substring(JournalLog.NAME.length())), matches);
    }

    private UseDns names(TestedFilter tested) {
        if (options.raw) {
            return UseDns.RAW;
        }
        if (options.useDns == null) {
            return tested.jail() == null ? UseDns.WARN : tested.jail().useDns();
        }
        try {
            return UseDns.valueOf(options.useDns.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new UserException("--usedns " + options.useDns + ": expected yes, warn, no or raw", e);
        }
    }

    private Charset charset(TestedFilter tested) {
        String encoding = options.encoding;
        if (encoding != null && encoding.toLowerCase(Locale.ROOT).equals("auto")) {
            return Charset.defaultCharset();
        }
        if (encoding == null) {
            encoding = tested.jail() == null ? "auto" : tested.jail().logEncoding();
        }
        try {
            return encoding.toLowerCase(Locale.ROOT).equals("auto")
                    ? StandardCharsets.UTF_8
                    : Charset.forName(encoding);
        } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
            throw new UserException("--encoding " + encoding + ": expected the name of a character encoding", e);
        }
    }

    private ZoneId zone(TestedFilter tested) {
        @Nullable String zone = options.timeZone;
        if (zone == null && tested.jail() != null) {
            zone = tested.jail().logTimeZone();
        }
        try {
            return zone == null ? ZoneId.systemDefault() : LogTimeZone.parse(zone);
        } catch (DateTimeException e) {
            throw new UserException("--timezone: " + e.getMessage(), e);
        }
    }
}
