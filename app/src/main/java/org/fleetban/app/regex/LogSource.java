package org.fleetban.app.regex;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.fleetban.app.LogFileReader;
import org.jspecify.annotations.Nullable;

/** What the argument {@code LOG} means: the journal, a file, or the lines themselves. */
interface LogSource {

    /** What the head of the report says of it. */
    String description();

    /**
     * Reads every line that is neither empty nor a comment.
     *
     * @return the line at the end that has no newline, and so was left out: it may be half written; null where there is
     *     none
     */
    @Nullable
    String read(Progress progress, Consumer<TestLine> lines) throws IOException;

    /** A file, or else the lines that the argument consists of. */
    static LogSource of(String log, Charset charset) {
        Path file = file(log);
        return file == null ? new Given(log) : new File(file, charset);
    }

    private static @Nullable Path file(String log) {
        try {
            return !log.contains("\n") && log.length() < 4096 && Files.isRegularFile(Path.of(log))
                    ? Path.of(log)
                    : null;
        } catch (InvalidPathException noPath) {
            return null;
        }
    }

    /** Lines in the argument. */
    record Given(String log) implements LogSource {

        private static final int SHOWN = 5;

        @Override
        public String description() {
            List<String> given = List.of(log.split("\n", -1));
            if (given.size() == 1) {
                return "Use      single line : " + TestedFilter.shortened(log) + "\n";
            }
            StringBuilder text = new StringBuilder("Use      multi line : " + given.size() + " line(s)\n");
            for (int i = 0; i < Math.min(SHOWN, given.size()); i++) {
                text.append("| %2d: %s%n".formatted(i + 1, TestedFilter.shortened(given.get(i))));
            }
            return text.append(given.size() > SHOWN ? "| ...\n`-\n" : "`-\n").toString();
        }

        @Override
        public @Nullable String read(Progress progress, Consumer<TestLine> lines) {
            for (String line : log.split("\n", -1)) {
                take(line.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8, lines);
            }
            return null;
        }
    }

    /** A file. */
    record File(Path file, Charset charset) implements LogSource {

        @Override
        public String description() {
            return "Use         log file : " + file + "\nUse         encoding : " + charset + "\n";
        }

        @Override
        public @Nullable String read(Progress progress, Consumer<TestLine> lines) throws IOException {
            return Arrays.equals("a\n".getBytes(charset), new byte[] {'a', '\n'})
                    ? readBytes(progress, lines)
                    : readCharacters(progress, lines);
        }

        private @Nullable String readBytes(Progress progress, Consumer<TestLine> lines) throws IOException {
            long size = Files.size(file);
            try (LogFileReader reader = new LogFileReader(file)) {
                for (byte[] line = reader.next(); line != null; line = reader.next()) {
                    // fail2ban takes a carriage return for an end too.
                    if (!reader.finished() && line[line.length - 1] != '\r') {
                        return new String(line, charset);
                    }
                    take(line, charset, lines);
                    progress.line(reader::bytesRead, size);
                }
            }
            return null;
        }

        /** Encodings in which a newline is more than one byte. */
        private @Nullable String readCharacters(Progress progress, Consumer<TestLine> lines) throws IOException {
            StringBuilder line = new StringBuilder();
            try (BufferedReader reader = new BufferedReader(new InputStreamReader(
                    Files.newInputStream(file),
                    charset.newDecoder()
                            .onMalformedInput(CodingErrorAction.REPLACE)
                            .onUnmappableCharacter(CodingErrorAction.REPLACE)))) {
                for (int c = reader.read(); c >= 0; c = reader.read()) {
                    if (c == '\n') {
                        take(line.toString().getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8, lines);
                        progress.line(() -> 0, 0);
                        line.setLength(0);
                    } else if (line.length() < LogFileReader.MAX_LINE_BYTES) {
                        line.append((char) c);
                    }
                }
            }
            return line.isEmpty() ? null : line.toString();
        }
    }

    private static void take(byte[] line, Charset charset, Consumer<TestLine> lines) {
        int end = line.length;
        while (end > 0 && (line[end - 1] == '\r' || line[end - 1] == '\n')) {
            end--;
        }
        if (end > 0 && line[0] != '#') {
            lines.accept(new TestLine(end == line.length ? line : Arrays.copyOf(line, end), charset, null));
        }
    }
}
