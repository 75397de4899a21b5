package org.fleetban.app.regex;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.fleetban.app.UserException;
import org.fleetban.app.regex.TestedLines.Verdict;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What {@code fleetban regex} takes: fail2ban-regex's arguments and options, and {@code --json}. */
final class RegexOptions {

    private static final List<String> LOG_LEVELS =
            List.of("CRITICAL", "ERROR", "WARNING", "NOTICE", "INFO", "MSG", "DEBUG", "TRACEDEBUG", "HEAVYDEBUG");

    /** The Python number of {@code DEBUG}. */
    private static final int DEBUG = 10;

    @Parameters(
            index = "0",
            paramLabel = "LOG",
            description = "A log file, one or more lines of a log, or systemd-journal[journalpath=DIR, …].")
    String log = "";

    @Parameters(
            index = "1",
            paramLabel = "REGEX",
            description =
                    "A jail or a filter (sshd, sshd[mode=aggressive]; sshd.conf is the filter in any case), the path"
                            + " of a filter's file, or a failregex.")
    String regex = "";

    @Parameters(index = "2", arity = "0..1", paramLabel = "IGNOREREGEX", description = "One more ignoreregex.")
    @Nullable
    String ignoreRegex;

    @Option(
            names = {"-c", "--config"},
            paramLabel = "DIR",
            description = "The directory with jail.conf and filter.d/.")
    @Nullable
    Path config;

    @Option(
            names = {"-d", "--datepattern"},
            paramLabel = "PATTERN",
            description = "A date pattern over the filter's.")
    @Nullable
    String datePattern;

    @Option(
            names = {"--timezone", "--TZ"},
            paramLabel = "ZONE",
            description = "The zone of log times that name none.")
    @Nullable
    String timeZone;

    @Option(
            names = {"-e", "--encoding"},
            paramLabel = "CHARSET",
            description = "The log's encoding. Default: the jail's, else UTF-8; auto is the system's.")
    @Nullable
    String encoding;

    @Option(
            names = {"-r", "--raw"},
            description = "Take names in the offender's place as they are.")
    boolean raw;

    @Option(
            names = "--usedns",
            paramLabel = "MODE",
            description = "yes, warn, no or raw. Default: the jail's, else warn.")
    @Nullable
    String useDns;

    @Option(
            names = {"-L", "--maxlines"},
            paramLabel = "N",
            description = "Lines that an expression may span.")
    @Nullable
    Integer maxLines;

    @Option(
            names = {"-m", "--journalmatch"},
            paramLabel = "MATCH",
            description = "Entries of systemd-journal to read, as journalctl takes them, in place of the filter's.")
    @Nullable
    String journalMatch;

    @Option(
            names = {"-l", "--log-level"},
            paramLabel = "LEVEL",
            description = "As -vv from DEBUG on; there is no log else.")
    String logLevel = "critical";

    @Option(
            names = {"-v", "--verbose"},
            description = "Also expressions without a hit, and what each found; twice: the filter's resolved options.")
    boolean[] verbose = {};

    @Option(names = "--verbosity", paramLabel = "N", description = "0 to 4: as many -v.")
    @Nullable
    Integer verbosity;

    @Option(
            names = {"--verbose-date", "--VD"},
            description = "Also the patterns and expressions of the dates.")
    boolean verboseDates;

    @Option(
            names = {"-D", "--debuggex"},
            description = "A link to debuggex.com for each line and expression. It holds both.")
    boolean debuggex;

    @Option(names = "--no-check-all", description = "End each line at the first expression that matches.")
    boolean noCheckAll;

    @Option(
            names = {"-o", "--out"},
            paramLabel = "FORM",
            description =
                    "Print only the failures: row, id, ip, msg, a group's name, or a text such as '<ip>|<F-USER>'.")
    @Nullable
    String form;

    @Option(
            names = {"-i", "--invert"},
            description = "With -o: print the lines that are missed instead.")
    boolean invert;

    @Option(names = "--json", description = "The report as one JSON object.")
    boolean json;

    @Option(names = "--print-no-missed", description = "No missed lines.")
    boolean noMissed;

    @Option(names = "--print-no-ignored", description = "No ignored lines.")
    boolean noIgnored;

    @Option(names = "--print-all-matched", description = "All matched lines.")
    boolean allMatched;

    @Option(names = "--print-all-missed", description = "All missed lines, however many.")
    boolean allMissed;

    @Option(names = "--print-all-ignored", description = "All ignored lines, however many.")
    boolean allIgnored;

    @Option(
            names = {"-t", "--log-traceback", "--full-traceback"},
            description = "With an error, also the stack trace of where it comes from.")
    boolean traceback;

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Show the version and exit.")
    boolean version;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    boolean help;

    /** @throws UserException if options exclude each other or have no meaning */
    void check() {
        if (noMissed && allMissed || noIgnored && allIgnored) {
            throw new UserException("--print-no-… and --print-all-… of the same lines exclude each other");
        }
        if (invert && form == null) {
            throw new UserException("--invert: expected --out with it, such as -i -o msg");
        }
        if (form != null && json) {
            throw new UserException("--out and --json exclude each other");
        }
        if (verbosity != null && (verbosity < 0 || verbosity > 4)) {
            throw new UserException("--verbosity " + verbosity + ": expected 0 to 4");
        }
        if (maxLines != null && maxLines < 1) {
            throw new UserException("--maxlines " + maxLines + ": expected at least 1");
        }
        isDebug();
    }

    /** The lines of which all are printed, however many. */
    Set<Verdict> printedWhole() {
        Set<Verdict> whole = EnumSet.noneOf(Verdict.class);
        if (allMatched) {
            whole.add(Verdict.MATCHED);
        }
        if (allIgnored) {
            whole.add(Verdict.IGNORED);
        }
        if (allMissed) {
            whole.add(Verdict.MISSED);
        }
        return whole;
    }

    /** How many {@code -v} there are, in whatever way they are said. */
    int level() {
        int level = verbosity != null ? verbosity : verbose.length;
        return isDebug() ? Math.max(2, level) : level;
    }

    private boolean isDebug() {
        String level = logLevel.toUpperCase(Locale.ROOT);
        if (level.matches("\\d{1,3}")) {
            return Integer.parseInt(level) <= DEBUG;
        }
        int index = LOG_LEVELS.indexOf(level);
        if (index < 0) {
            throw new UserException("--log-level " + logLevel + ": expected one of " + LOG_LEVELS);
        }
        return index >= LOG_LEVELS.indexOf("DEBUG");
    }
}
