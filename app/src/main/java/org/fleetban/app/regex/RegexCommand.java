package org.fleetban.app.regex;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.UnsupportedCharsetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.fleetban.app.UserException;
import org.fleetban.engine.config.JailDefinition.UseDns;
import org.fleetban.engine.filter.Failure;
import org.fleetban.engine.filter.Filter;
import org.fleetban.engine.filter.FilterException;
import org.fleetban.engine.time.LogTimeZone;
import org.fleetban.engine.time.Years;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fleetban regex}: tests a filter on a log, with fail2ban-regex's options, figures and report. */
@Command(name = "regex", description = "Test a filter on a log, with fail2ban-regex's options and figures.")
public final class RegexCommand implements Callable<Integer> {

    private static final int LONG_FILE = 50_000_000;

    private final PrintStream out;
    private final PrintStream err;
    private final Path defaultConfig;
    private final Clock clock;

    @Parameters(index = "0", paramLabel = "LOG", description = "A log file, or one or more lines of a log.")
    private String log = "";

    @Parameters(
            index = "1",
            paramLabel = "REGEX",
            description = "A filter (sshd, sshd[mode=aggressive]), the path of a filter's file, or a failregex.")
    private String regex = "";

    @Parameters(index = "2", arity = "0..1", paramLabel = "IGNOREREGEX", description = "An ignoreregex.")
    private @Nullable String ignoreRegex;

    @Option(
            names = {"-c", "--config"},
            paramLabel = "DIR",
            description = "The directory with filter.d/.")
    private @Nullable Path config;

    @Option(
            names = {"-d", "--datepattern"},
            paramLabel = "PATTERN",
            description = "A date pattern over the filter's.")
    private @Nullable String datePattern;

    @Option(
            names = {"--timezone", "--TZ"},
            paramLabel = "ZONE",
            description = "The zone of log times that name none.")
    private @Nullable String timeZone;

    @Option(
            names = {"-e", "--encoding"},
            paramLabel = "CHARSET",
            description = "The log's encoding.")
    private String encoding = "UTF-8";

    @Option(
            names = {"-r", "--raw"},
            description = "Take names in the offender's place as they are.")
    private boolean raw;

    @Option(names = "--usedns", paramLabel = "MODE", description = "yes, warn, no or raw.")
    private String useDns = "warn";

    @Option(
            names = {"-L", "--maxlines"},
            paramLabel = "N",
            description = "Lines that an expression may span.")
    private @Nullable Integer maxLines;

    @Option(
            names = {"-v", "--verbose"},
            description = "Also expressions without a hit, and what each found.")
    private boolean verbose;

    @Option(
            names = {"--verbose-date", "--VD"},
            description = "Also the patterns and expressions of the dates.")
    private boolean verboseDates;

    @Option(names = "--no-check-all", description = "End each line at the first expression that matches.")
    private boolean noCheckAll;

    @Option(
            names = {"-o", "--out"},
            paramLabel = "FORM",
            description =
                    "Print only the failures: row, id, ip, msg, a group's name, or a text such as '<ip>|<F-USER>'.")
    private @Nullable String form;

    @Option(names = "--json", description = "The report as one JSON object.")
    private boolean json;

    @Option(names = "--print-no-missed", description = "No missed lines.")
    private boolean noMissed;

    @Option(names = "--print-no-ignored", description = "No ignored lines.")
    private boolean noIgnored;

    @Option(names = "--print-all-matched", description = "All matched lines.")
    private boolean allMatched;

    @Option(names = "--print-all-missed", description = "All missed lines, however many.")
    private boolean allMissed;

    @Option(names = "--print-all-ignored", description = "All ignored lines, however many.")
    private boolean allIgnored;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    private boolean help;

    /** What of the lines is shown. */
    record Shown(
            boolean verbose,
            boolean verboseDates,
            boolean missed,
            boolean ignored,
            boolean allMatched,
            boolean allMissed,
            boolean allIgnored) {}

    /**
     * The command.
     *
     * @param out for the report
     * @param err for progress
     * @param defaultConfig where filters are looked for without {@code --config}
     * @param clock what the year is guessed by
     */
    public RegexCommand(PrintStream out, PrintStream err, Path defaultConfig, Clock clock) {
        this.out = out;
        this.err = err;
        this.defaultConfig = defaultConfig;
        this.clock = clock;
    }

    @Override
    public Integer call() throws IOException {
        if (noMissed && allMissed || noIgnored && allIgnored) {
            throw new UserException("--print-no-… and --print-all-… of the same lines exclude each other");
        }
        Charset charset = charset();
        UseDns names = raw ? UseDns.RAW : names();
        TestedFilter tested = TestedFilter.of(regex, config == null ? defaultConfig : config)
                .with(maxLines, datePattern, ignoreRegex);
        Filter filter;
        try {
            filter = Filter.compile(tested.definition(), names, zone(), Years.ANY);
        } catch (FilterException e) {
            throw new UserException(String.valueOf(e.getMessage()), e);
        }
        boolean quiet = form != null || json;
        boolean resolve = names == UseDns.YES || names == UseDns.WARN;
        LineTest test = new LineTest(filter, charset, clock.instant(), !noCheckAll && form == null, resolve);
        if (!quiet) {
            head(tested);
        }
        long start = System.nanoTime();
        OutputForm output = form == null ? null : new OutputForm(form);
        eachLine(charset, line -> {
            for (Failure failure : test.test(line)) {
                if (output != null) {
                    out.println(output.of(failure));
                }
            }
        });
        double seconds = (System.nanoTime() - start) / 1e9;
        Shown shown = new Shown(verbose, verboseDates, !noMissed, !noIgnored, allMatched, allMissed, allIgnored);
        RegexReport report = new RegexReport(out, filter, test, shown);
        if (json) {
            report.printJson();
        } else if (form == null) {
            report.print(seconds, charset, clock.instant());
        }
        return 0;
    }

    private void head(TestedFilter tested) {
        out.println("\nRunning tests\n=============\n");
        out.println("Use " + tested.description());
        out.println("Use         maxlines : " + tested.definition().maxLines());
        String pattern = tested.definition().datePattern();
        if (pattern != null) {
            out.println("Use      datepattern : " + pattern.replace("\n", " | "));
        }
        out.println(
                isFile()
                        ? "Use         log file : " + log + "\nUse         encoding : " + encoding + "\n"
                        : "Use             line : " + TestedFilter.shortened(log.replace("\n", "\\n")) + "\n");
    }

    private boolean isFile() {
        return !log.contains("\n") && log.length() < 4096 && Files.isRegularFile(Path.of(log));
    }

    /** Hands over every line that is neither empty nor a comment. */
    private void eachLine(Charset charset, Consumer<byte[]> lines) throws IOException {
        if (log.startsWith("systemd-journal")) {
            throw new UserException("the journal is not read here: expected a file; write it to one with journalctl");
        }
        if (!isFile()) {
            for (String line : log.split("\n", -1)) {
                take(line.getBytes(charset), lines);
            }
            return;
        }
        Path file = Path.of(log);
        long size = Files.size(file);
        boolean progress = size > LONG_FILE && System.console() != null;
        long read = 0;
        int shownPercent = -1;
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            int c;
            while ((c = in.read()) >= 0) {
                read++;
                if (c != '\n') {
                    line.write(c);
                    continue;
                }
                take(line.toByteArray(), lines);
                line.reset();
                int percent = (int) (100 * read / size);
                if (progress && percent != shownPercent) {
                    shownPercent = percent;
                    err.print("\r" + percent + " %" + (percent == 100 ? "\n" : ""));
                }
            }
            take(line.toByteArray(), lines);
        }
    }

    private static void take(byte[] line, Consumer<byte[]> lines) {
        int end = line.length;
        while (end > 0 && (line[end - 1] == '\r' || line[end - 1] == '\n')) {
            end--;
        }
        if (end > 0 && line[0] != '#') {
            lines.accept(end == line.length ? line : Arrays.copyOf(line, end));
        }
    }

    private UseDns names() {
        try {
            return UseDns.valueOf(useDns.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new UserException("--usedns " + useDns + ": expected yes, warn, no or raw", e);
        }
    }

    private Charset charset() {
        try {
            return encoding.toLowerCase(Locale.ROOT).equals("auto")
                    ? Charset.defaultCharset()
                    : Charset.forName(encoding);
        } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
            throw new UserException("--encoding " + encoding + ": expected the name of a character encoding", e);
        }
    }

    private ZoneId zone() {
        try {
            return timeZone == null ? ZoneId.systemDefault() : LogTimeZone.parse(timeZone);
        } catch (DateTimeException e) {
            throw new UserException("--timezone: " + e.getMessage(), e);
        }
    }
}
