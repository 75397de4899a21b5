package org.fleetban.app.faults;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One process of the fleet: started, killed, started again. Its output is kept over all its lives. */
final class FleetProcess {

    private static final long PATIENCE_S = 90;

    private final String name;
    private final List<String> command;
    private final Map<String, String> variables;
    private final Path output;
    private final String readyWord;
    private @Nullable Process process;
    private long saidBefore;

    /**
     * @param main and arguments of a Java program
     * @param readyWord what it says as soon as it does its work
     */
    FleetProcess(String name, List<String> main, Map<String, String> variables, Path logs, String readyWord) {
        this.name = name;
        this.variables = variables;
        this.output = logs.resolve(name + ".log");
        this.readyWord = readyWord;
        this.command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-Xshare:auto",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dfleetban.home=..",
                "-Dlog4j2.configurationFile=" + System.getProperty("log4j2.configurationFile"),
                "-cp",
                System.getProperty("java.class.path")));
        command.addAll(main);
    }

    String name() {
        return name;
    }

    void start() throws IOException {
        saidBefore = Files.exists(output) ? Files.size(output) : 0;
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
        builder.environment().putAll(variables);
        process = builder.start();
    }

    /** Waits until it does its work. */
    void awaitReady() throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_S);
        while (!said().contains(readyWord)) {
            if (process == null || !process.isAlive() || System.nanoTime() > end) {
                throw new IOException(name + " is not ready but says: " + said());
            }
            Thread.sleep(20);
        }
    }

    boolean isAlive() {
        return process != null && process.isAlive();
    }

    /** With SIGKILL. */
    void kill() throws InterruptedException {
        if (process != null) {
            process.destroyForcibly().waitFor();
        }
    }

    /** With SIGSTOP: it stands still amid its work, its connections stay. */
    void freeze() throws IOException, InterruptedException {
        signal("STOP");
    }

    /** It goes on where it was frozen. */
    void thaw() throws IOException, InterruptedException {
        signal("CONT");
    }

    private void signal(String name) throws IOException, InterruptedException {
        if (process != null) {
            int code = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                    .inheritIO()
                    .start()
                    .waitFor();
            if (code != 0) {
                throw new IOException("no SIG" + name + " to " + this.name);
            }
        }
    }

    /** What it has said since its last start. */
    String said() throws IOException {
        byte[] all = Files.exists(output) ? Files.readAllBytes(output) : new byte[0];
        int from = (int) Math.min(saidBefore, all.length);
        return new String(all, from, all.length - from, StandardCharsets.UTF_8);
    }
}
