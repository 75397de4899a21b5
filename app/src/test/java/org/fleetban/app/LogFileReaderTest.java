package org.fleetban.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LogFileReaderTest {

    @TempDir
    private Path directory;

    @Test
    void readsLinesOfEveryLengthWithTheirOffsets() throws IOException {
        Random random = new Random(4711);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        List<byte[]> lines = new ArrayList<>();
        List<Long> offsets = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            byte[] line = new byte[random.nextInt(10) == 0 ? random.nextInt(200_000) : random.nextInt(100)];
            random.nextBytes(line);
            for (int j = 0; j < line.length; j++) {
                line[j] = line[j] == '\n' ? (byte) 'n' : line[j];
            }
            offsets.add((long) bytes.size());
            lines.add(line);
            bytes.write(line);
            bytes.write('\n');
        }
        Path plain = Files.write(directory.resolve("log"), bytes.toByteArray());
        Path packed = directory.resolve("log.1.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(packed))) {
            out.write(bytes.toByteArray());
        }
        for (Path file : List.of(plain, packed)) {
            try (LogFileReader reader = new LogFileReader(file)) {
                for (int i = 0; i < lines.size(); i++) {
                    assertThat(reader.next()).as("line %d of %s", i, file).isEqualTo(lines.get(i));
                    assertThat(reader.lineOffset()).as("line %d of %s", i, file).isEqualTo(offsets.get(i));
                }
                assertThat(reader.next()).isNull();
                assertThat(reader.bytesRead()).isEqualTo(Files.size(file));
            }
        }
    }

    @Test
    void givesAnUnfinishedLastLine() throws IOException {
        Path file = Files.writeString(directory.resolve("log"), "one\n\ntwo");
        try (LogFileReader reader = new LogFileReader(file)) {
            assertThat(reader.next()).asString(StandardCharsets.UTF_8).isEqualTo("one");
            assertThat(reader.next()).isEmpty();
            assertThat(reader.next()).asString(StandardCharsets.UTF_8).isEqualTo("two");
            assertThat(reader.next()).isNull();
        }
    }

    @Test
    void cutsALineThatNeverEnds() throws IOException {
        byte[] endless = new byte[LogFileReader.MAX_LINE_BYTES + 300_000];
        Arrays.fill(endless, (byte) 'x');
        Path file = Files.write(directory.resolve("log"), endless);
        Files.writeString(file, "\nnext\n", java.nio.file.StandardOpenOption.APPEND);
        try (LogFileReader reader = new LogFileReader(file)) {
            assertThat(reader.next()).hasSize(LogFileReader.MAX_LINE_BYTES);
            assertThat(reader.next()).asString(StandardCharsets.UTF_8).isEqualTo("next");
        }
    }
}
