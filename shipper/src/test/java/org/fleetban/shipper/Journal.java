package org.fleetban.shipper;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A journal for tests: real journal files, written by systemd-journal-remote. */
final class Journal {

    private static final String WRITER = "/lib/systemd/systemd-journal-remote";
    private static final String BOOT = "0123456789abcdef0123456789abcdef";

    private final Path directory;
    private final Path input;
    private long second;
    private int files;

    Journal(Path directory) {
        if (!"true".equals(System.getenv("CI"))) {
            assumeTrue(Files.exists(Path.of(WRITER)), "the package systemd-journal-remote is not installed");
        }
        this.directory = directory.resolve("journal");
        this.input = directory.resolve("export");
        try {
            Files.createDirectories(this.directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path directory() {
        return directory;
    }

    /** Options of journalctl that read it. */
    List<String> options() {
        return List.of("--directory=" + directory);
    }

    /** Begins a new file, as a rotation does. */
    Path rotate() {
        files++;
        return file();
    }

    Path file() {
        return directory.resolve("system-" + files + ".journal");
    }

    /** Writes an entry of a unit. */
    void sshd(String message) {
        write(Map.of("_SYSTEMD_UNIT", "ssh.service", "SYSLOG_IDENTIFIER", "sshd", "_PID", "77", "MESSAGE", message));
    }

    /** Writes entries with host name and times; values of more than text are written as such. */
    @SafeVarargs
    final void write(Map<String, String>... entries) {
        StringBuilder export = new StringBuilder();
        for (Map<String, String> fields : entries) {
            second++;
            export.append("__REALTIME_TIMESTAMP=").append(time(second)).append('\n');
            export.append("__MONOTONIC_TIMESTAMP=").append(second * 1_000_000).append('\n');
            export.append("_BOOT_ID=").append(BOOT).append("\n_HOSTNAME=web1\n");
            fields.forEach((name, value) -> append(export, name, value));
            export.append('\n');
        }
        try {
            Files.write(input, export.toString().getBytes(ISO_8859_1));
            Process writer = new ProcessBuilder(WRITER, "--output=" + file(), input.toString())
                    .redirectErrorStream(true)
                    .start();
            String said = new String(writer.getInputStream().readAllBytes(), ISO_8859_1);
            assertThat(writer.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(writer.exitValue()).as(said).isZero();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** The time of the entry with this number, in microseconds since 1970. */
    static long time(long number) {
        return (1_700_000_000L + number) * 1_000_000;
    }

    private static void append(StringBuilder export, String name, String value) {
        export.append(name);
        if (value.chars().allMatch(c -> c >= ' ' && c < 127)) {
            export.append('=').append(value);
        } else {
            export.append('\n');
            for (int i = 0; i < Long.BYTES; i++) {
                export.append((char) ((long) value.length() >> (8 * i) & 0xff));
            }
            export.append(value);
        }
        export.append('\n');
    }
}
