package org.fleetban.enforcer.firewall;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** The commands of this host, found on {@code PATH} and where administrators' commands live. */
public final class SystemCommands implements CommandRunner {

    private static final List<String> ADMINISTRATORS = List.of("/usr/sbin", "/sbin", "/usr/local/sbin");
    private static final int MAX_SAID = 1000;
    private static final int PATIENCE = 10;

    /** Who waits longer for an answer does without: every batch can be run in a process of its own. */
    private static final Duration ANSWER = Duration.ofSeconds(2);

    private final List<String> prefix;
    private final Duration timeout;

    /**
     * @param prefix words before every command, such as {@code ip netns exec NAME}; usually none
     * @param timeout after which a command is killed
     */
    public SystemCommands(List<String> prefix, Duration timeout) {
        this.prefix = List.copyOf(prefix);
        this.timeout = timeout;
    }

    /** The host's own commands, each with half a minute. */
    public static SystemCommands host() {
        return new SystemCommands(List.of(), Duration.ofSeconds(30));
    }

    @Override
    public Result query(List<String> command, Consumer<String> lines) throws FirewallException {
        return run(command, false, process -> {
            process.getOutputStream().close();
            try (BufferedReader out =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
                for (String line = out.readLine(); line != null; line = out.readLine()) {
                    lines.accept(line);
                }
            }
            return beginning(process.getErrorStream());
        });
    }

    @Override
    public Result feed(List<String> command, String input) throws FirewallException {
        return run(command, true, process -> {
            try (OutputStream in = process.getOutputStream()) {
                in.write(input.getBytes(StandardCharsets.UTF_8));
            } catch (IOException closedEarly) {
                // A tool that stops at a bad line closes its input; what it said and its status tell why.
                return beginning(process.getInputStream());
            }
            return beginning(process.getInputStream());
        });
    }

    @Override
    public Conversation converse(List<String> command) throws FirewallException {
        ProcessBuilder builder = new ProcessBuilder(words(command)).redirectErrorStream(true);
        // Tools with a line editor would keep a history in the user's home.
        builder.environment().put("HOME", "/nonexistent");
        try {
            return new SystemConversation(command.get(0), builder.start(), ANSWER);
        } catch (IOException e) {
            throw new FirewallException(String.join(" ", command) + ": " + e.getMessage(), e);
        }
    }

    private List<String> words(List<String> command) throws FirewallException {
        List<String> words = new ArrayList<>(prefix);
        words.addAll(command);
        String program = words.get(0);
        words.set(
                0,
                locate(program)
                        .orElseThrow(() -> new FirewallException(program + " is not installed"))
                        .toString());
        return words;
    }

    @Override
    public CommandRunner patient() {
        return new SystemCommands(prefix, timeout.multipliedBy(PATIENCE));
    }

    @Override
    public boolean has(String program) {
        return locate(program).isPresent();
    }

    private Result run(List<String> command, boolean together, Talk talk) throws FirewallException {
        List<String> words = words(command);
        AtomicBoolean late = new AtomicBoolean();
        Process process = null;
        try {
            process = new ProcessBuilder(words).redirectErrorStream(together).start();
            Process started = process;
            started.onExit()
                    .orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                    .exceptionally(timedOut -> {
                        late.set(true);
                        return started.destroyForcibly();
                    });
            String said = talk.with(started);
            int status = started.waitFor();
            if (late.get()) {
                throw late(command);
            }
            return new Result(status, said);
        } catch (IOException e) {
            if (late.get()) {
                throw late(command);
            }
            throw new FirewallException(String.join(" ", command) + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FirewallException(String.join(" ", command) + ": interrupted", e);
        } finally {
            if (process != null) {
                process.destroyForcibly();
            }
        }
    }

    private FirewallException late(List<String> command) {
        return new FirewallException(
                String.join(" ", command) + ": did not end within " + timeout.toSeconds() + " s, killed");
    }

    private static String beginning(InputStream stream) throws IOException {
        byte[] first = stream.readNBytes(MAX_SAID);
        stream.transferTo(OutputStream.nullOutputStream());
        return new String(first, StandardCharsets.UTF_8).strip().replaceAll("\\s*\\R\\s*", " · ");
    }

    private static Optional<Path> locate(String program) {
        String path = System.getenv().getOrDefault("PATH", "");
        return Stream.concat(Stream.of(path.split(":")), ADMINISTRATORS.stream())
                .filter(folder -> folder.startsWith("/"))
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private interface Talk {
        String with(Process process) throws IOException;
    }
}
