package org.fleetban.enforcer.action;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Runs commands of actions with {@code /bin/sh}, each with a time limit for everything that it starts. */
final class ShellRunner {

    private static final int MAX_SAID = 500;

    private final List<String> prefix;
    private final Duration timeout;
    private volatile @Nullable Process current;

    /**
     * @param prefix words before the shell, such as {@code ip netns exec NAME}; usually none
     * @param timeout after which a command is killed
     */
    ShellRunner(List<String> prefix, Duration timeout) {
        this.prefix = List.copyOf(prefix);
        this.timeout = timeout;
    }

    /**
     * Runs a script.
     *
     * @return why it failed, in one line; empty: it did not
     */
    String run(ShellScript script) throws InterruptedException {
        List<String> words = new ArrayList<>(prefix);
        words.addAll(List.of("/bin/sh", "-c", script.text()));
        Path output = null;
        Process process = null;
        try {
            // A file and no pipe: what the command leaves running may keep a pipe open for ever.
            output = Files.createTempFile("fleetban-action", ".out");
            ProcessBuilder builder = new ProcessBuilder(words)
                    .redirectErrorStream(true)
                    .redirectInput(new File("/dev/null"))
                    .redirectOutput(output.toFile());
            // The settings in the environment hold passwords: they are none of the commands' business.
            builder.environment().keySet().removeIf(name -> name.startsWith("FLEETBAN_") || name.startsWith("KAFKA_"));
            builder.environment().putAll(script.variables());
            process = builder.start();
            current = process;
            if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                return "did not end within " + timeout.toSeconds() + " s, killed";
            }
            return process.exitValue() == 0 ? "" : "status " + process.exitValue() + said(output);
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        } finally {
            current = null;
            if (process != null) {
                kill(process);
            }
            if (output != null) {
                delete(output);
            }
        }
    }

    /** Ends what runs. */
    void stop() {
        Process process = current;
        if (process != null) {
            kill(process);
        }
    }

    private static void kill(Process process) {
        if (process.isAlive()) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private static String said(Path output) throws IOException {
        try (InputStream in = Files.newInputStream(output)) {
            String text = new String(in.readNBytes(MAX_SAID), StandardCharsets.UTF_8).strip();
            return text.isEmpty()
                    ? ""
                    : ": " + text.replaceAll("\\s*\\R\\s*", " · ").replaceAll("\\p{Cntrl}", "?");
        }
    }

    private static void delete(Path output) {
        try {
            Files.deleteIfExists(output);
        } catch (IOException e) {
            output.toFile().deleteOnExit();
        }
    }
}
