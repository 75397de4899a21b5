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
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.fleetban.app.JournalOptions;
import org.fleetban.app.UserException;
import org.fleetban.protocol.JournalText;
import org.fleetban.shipper.JournalSource;
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

    private static final String FIELDS = "MESSAGE,_HOSTNAME,SYSLOG_IDENTIFIER,_COMM,SYSLOG_PID,_PID,"
            + "_SOURCE_REALTIME_TIMESTAMP,_SOURCE_MONOTONIC_TIMESTAMP";
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
        String match = String.join(" + ", matches);
        List<String> command = new ArrayList<>(
                List.of("journalctl", "--output=json", "--output-fields=" + FIELDS, "--all", "--no-pager", "--quiet"));
        try {
            JournalSource journal = new JournalSource(match, JournalOptions.of(options), Duration.ZERO);
            command.addAll(journal.options());
            command.add("--");
            command.addAll(journal.terms());
        } catch (IllegalArgumentException e) {
            throw new UserException(NAME + ": " + e.getMessage(), e);
        }
        return new JournalLog(List.copyOf(command), match);
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
