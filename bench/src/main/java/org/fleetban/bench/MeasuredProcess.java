package org.fleetban.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A process whose memory and processor time are looked at. */
final class MeasuredProcess implements AutoCloseable {

    private static final int PATIENCE_S = 60;
    private static final int MILLIS_A_TICK = 10;

    private final Process process;
    private final Path output;
    private final long begin = System.nanoTime();

    /** @param output takes what it says */
    MeasuredProcess(List<String> command, Path output) throws IOException {
        this.output = output;
        this.process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
    }

    /** Waits until it says this; returns how many milliseconds after its start that was. */
    long awaitSaid(String text) throws IOException, InterruptedException {
        while (!Files.readString(output).contains(text)) {
            if (!process.isAlive() || System.nanoTime() - begin > TimeUnit.SECONDS.toNanos(PATIENCE_S)) {
                throw new IOException("not '" + text + "' but: " + Files.readString(output));
            }
            Thread.sleep(2);
        }
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
    }

    /** Processor time since its start, in milliseconds. */
    long processorMillis() throws IOException {
        String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return MILLIS_A_TICK * (Long.parseLong(fields[11]) + Long.parseLong(fields[12]));
    }

    /** Resident memory in megabytes. */
    long residentMegabytes() throws IOException {
        try {
            return residentMegabytes(process.pid());
        } catch (IOException e) {
            throw new IOException(e.getMessage() + ": " + Files.readString(output), e);
        }
    }

    /** The same of any process. */
    static long residentMegabytes(long pid) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) / 1024;
            }
        }
        throw new IOException("process " + pid + " has ended");
    }

    /** Heap in use in megabytes, of a JVM, after a full collection. */
    long usedHeapMegabytes() throws IOException, InterruptedException {
        jcmd("GC.run");
        String heap = jcmd("GC.heap_info");
        return Long.parseLong(heap.replaceAll("(?s).*?used (\\d+)K.*", "$1")) / 1024;
    }

    private String jcmd(String command) throws IOException, InterruptedException {
        Process jcmd = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        Long.toString(process.pid()),
                        command)
                .redirectErrorStream(true)
                .start();
        String said = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (jcmd.waitFor() != 0) {
            throw new IOException("jcmd " + command + ": " + said);
        }
        return said;
    }

    /** With SIGKILL. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() throws InterruptedException {
        try {
            process.getOutputStream().close();
        } catch (IOException ended) {
            // It need not be told, then.
        }
        process.destroy();
        if (!process.waitFor(PATIENCE_S, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }
}
