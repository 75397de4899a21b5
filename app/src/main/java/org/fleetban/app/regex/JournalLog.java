package org.fleetban.app.regex;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.fleetban.app.UserException;
import org.fleetban.protocol.JournalText;
import org.jspecify.annotations.Nullable;

/**
 * {@code systemd-journal} as a log: its entries through {@code journalctl}, as the lines that fail2ban's systemd back-end
 * makes of them.
 *
 * @param command journalctl with all of its arguments; no shell reads them
 * @param match shown
 */
record JournalLog(List<String> command, String match) implements LogSource {

    static final String NAME = "systemd-journal";

    private static final Pattern TERM = Pattern.compile("\\+|(?!__)[A-Z0-9_]{1,64}=.*", Pattern.DOTALL);
    private static final Pattern WORD =
            Pattern.compile("(?:[^\\s\"'\\\\]|\\\\.|\"(?:[^\"\\\\]|\\\\.)*+\"|'[^']*+')++", Pattern.DOTALL);
    private static final Pattern QUOTED =
            Pattern.compile("'([^']*+)'|\"((?:[^\"\\\\]|\\\\.)*+)\"|\\\\(.)", Pattern.DOTALL);
    private static final String FIELDS = "MESSAGE,_HOSTNAME,SYSLOG_IDENTIFIER,_COMM,SYSLOG_PID,_PID,"
            + "_SOURCE_REALTIME_TIMESTAMP,_SOURCE_MONOTONIC_TIMESTAMP";
    private static final int SYSTEM_ONLY = 4;
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * The journal of this machine, or of the files that the options name.
     *
     * @param options those of fail2ban's systemd back-end: {@code journalpath}, {@code journalfiles},
     *     {@code journalflags}, {@code namespace}
     * @param matches of {@code journalmatch}, one of which must hold; none: every entry
     * @throws UserException if an option or match is wrong
     */
    static JournalLog of(Map<String, String> options, List<String> matches) {
        List<String> command = new ArrayList<>(
                List.of("journalctl", "--output=json", "--output-fields=" + FIELDS, "--all", "--no-pager", "--quiet"));
        command.addAll(arguments(options));
        command.add("--");
        List<String> terms = new ArrayList<>();
        for (String match : matches) {
            if (!terms.isEmpty()) {
                terms.add("+");
            }
            terms.addAll(terms(match));
        }
        command.addAll(terms);
        return new JournalLog(List.copyOf(command), String.join(" + ", matches));
    }

    private static List<String> arguments(Map<String, String> options) {
        List<String> arguments = new ArrayList<>();
        int flags = options.containsKey("journalpath") || options.containsKey("journalfiles") ? 0 : SYSTEM_ONLY;
        for (Map.Entry<String, String> option : options.entrySet()) {
            String value = option.getValue();
            switch (option.getKey()) {
                case "journalpath" -> arguments.add("--directory=" + value);
                case "journalfiles" -> {
                    for (String file : value.split("[\\s,]+")) {
                        arguments.add("--file=" + file);
                    }
                }
                case "namespace" -> arguments.add("--namespace=" + value);
                case "journalflags" -> {
                    if (!value.matches("\\d{1,3}")) {
                        throw new UserException(NAME + "[journalflags=" + value + "]: expected a number");
                    }
                    flags = Integer.parseInt(value);
                }
                default ->
                    throw new UserException(NAME + "[" + option.getKey()
                            + "=…]: expected journalpath, journalfiles, journalflags or namespace");
            }
        }
        // sd_journal_open(3): 4 the system's services and the kernel, 8 the current user's.
        if ((flags & 12) == 4) {
            arguments.add("--system");
        } else if ((flags & 12) == 8) {
            arguments.add("--user");
        }
        return arguments;
    }

    /** The words of a match, as a shell would part them. */
    static List<String> terms(String match) {
        List<String> terms = new ArrayList<>();
        Matcher words = WORD.matcher(match);
        int end = 0;
        while (words.find()) {
            String between = match.substring(end, words.start());
            String word = QUOTED.matcher(words.group()).replaceAll(JournalLog::unquoted);
            if (!between.isBlank() || !TERM.matcher(word).matches()) {
                throw wrong(match, word);
            }
            terms.add(word);
            end = words.end();
        }
        if (!match.substring(end).isBlank()) {
            throw wrong(match, match.substring(end));
        }
        return terms;
    }

    private static String unquoted(java.util.regex.MatchResult quoted) {
        String inner = quoted.group(1) != null
                ? quoted.group(1)
                : quoted.group(2) != null ? quoted.group(2).replaceAll("\\\\([\"\\\\])", "$1") : quoted.group(3);
        return Matcher.quoteReplacement(inner);
    }

    private static UserException wrong(String match, String term) {
        return new UserException(
                "journalmatch '" + match + "': expected FIELD=value or +, read '" + TestedFilter.shortened(term) + "'");
    }

    @Override
    public String description() {
        return "Use         systemd journal\n" + (match.isEmpty() ? "" : "Use    journal match : " + match + "\n");
    }

    @Override
    public @Nullable String read(Progress progress, Consumer<TestLine> lines) throws IOException {
        Path errors = Files.createTempFile("fleetban-journal", ".txt");
        Process process = null;
        try {
            process = start(errors);
            try (BufferedReader reader =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
                for (String entry = reader.readLine(); entry != null; entry = reader.readLine()) {
                    lines.accept(line(JSON.readTree(entry)));
                    progress.line(() -> 0, 0);
                }
            }
            check(process, errors);
            return null;
        } catch (JsonProcessingException e) {
            throw new UserException("journalctl: an entry that is no JSON object: " + e.getOriginalMessage(), e);
        } finally {
            if (process != null) {
                process.destroy();
            }
            Files.delete(errors);
        }
    }

    private Process start(Path errors) {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectError(errors.toFile());
        builder.environment().put("LC_ALL", "C.UTF-8");
        try {
            return builder.start();
        } catch (IOException e) {
            throw new UserException(
                    "the journal is read through journalctl, which cannot be run: " + e.getMessage(), e);
        }
    }

    /** journalctl ends with 1 where it finds no entry, too; only then it says nothing. */
    private static void check(Process process, Path errors) throws IOException {
        try {
            int code = process.waitFor();
            String said = Files.readString(errors).strip();
            if (code != 0 && !said.isEmpty()) {
                throw new UserException(
                        "journalctl: " + said.lines().findFirst().orElse(said));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static TestLine line(JsonNode entry) {
        String text = JournalText.of(name -> field(entry.path(name), name));
        return new TestLine(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8, time(entry));
    }

    /** A field of text; of several values all where it is the message, else the first. */
    private static @Nullable String field(JsonNode value, String name) {
        if (value.isArray() && !value.isEmpty() && !value.get(0).isNumber()) {
            if (!name.equals("MESSAGE")) {
                return field(value.get(0), name);
            }
            List<String> parts = new ArrayList<>();
            value.forEach(part -> parts.add(String.valueOf(field(part, name))));
            return String.join(" ", parts);
        }
        if (value.isArray()) {
            byte[] bytes = new byte[value.size()];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) value.get(i).asInt();
            }
            return new String(bytes, StandardCharsets.UTF_8);
        }
        return value.isTextual() ? value.asText() : null;
    }

    private static Instant time(JsonNode entry) {
        for (String name : List.of("_SOURCE_REALTIME_TIMESTAMP", "__REALTIME_TIMESTAMP")) {
            String micros = field(entry.path(name), name);
            if (micros != null && micros.matches("\\d{1,18}")) {
                return Instant.EPOCH.plus(Long.parseLong(micros), ChronoUnit.MICROS);
            }
        }
        return Instant.EPOCH;
    }
}
