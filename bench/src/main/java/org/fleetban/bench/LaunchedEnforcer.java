package org.fleetban.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** {@code fleetban enforcer} as the launcher starts it; what it says tells when the kernel held each ban. */
final class LaunchedEnforcer implements AutoCloseable {

    private static final int PATIENCE_S = 600;
    private static final String BAN = " Ban ";

    private final Map<String, Long> at = new ConcurrentHashMap<>();
    private final Map<String, Long> said = new ConcurrentHashMap<>();
    private final AtomicInteger count = new AtomicInteger();
    private final long begin = System.nanoTime();
    private final Process process;

    /**
     * @param launcher the command {@code fleetban}
     * @param config its configuration directory
     * @param data where it keeps its state
     */
    LaunchedEnforcer(String launcher, Path config, Path data) throws IOException {
        this.process = new ProcessBuilder(
                        launcher, "enforcer", "--config", config.toString(), "--data", data.toString())
                .redirectErrorStream(true)
                .start();
        Thread reader = new Thread(this::read, "enforcer's output");
        reader.setDaemon(true);
        reader.start();
    }

    private void read() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                long now = System.nanoTime();
                int ban = line.lastIndexOf(BAN);
                if (ban >= 0) {
                    at.put(line.substring(ban + BAN.length()), now);
                    count.incrementAndGet();
                } else {
                    said.putIfAbsent(line, now);
                    if (line.contains("WARNING") || line.startsWith("fleetban: the ")) {
                        System.out.println("  it says: " + line);
                    }
                }
            }
        } catch (IOException e) {
            said.putIfAbsent(e.toString(), System.nanoTime());
        }
    }

    /** How many bans it told of. */
    int count() {
        return count.get();
    }

    /** When it told of a ban, by {@link System#nanoTime}. */
    long at(String id) {
        return at.getOrDefault(id, Long.MAX_VALUE);
    }

    /** Waits until it told of so many bans; returns how many milliseconds after its start that was. */
    long awaitBans(int expected) throws IOException, InterruptedException {
        while (count.get() < expected) {
            pause();
        }
        return millis(System.nanoTime());
    }

    /** Waits until it says this; returns how many milliseconds after its start that was. */
    long awaitSaid(String line) throws IOException, InterruptedException {
        while (!said.containsKey(line)) {
            pause();
        }
        return millis(said.getOrDefault(line, 0L));
    }

    private void pause() throws IOException, InterruptedException {
        if (!process.isAlive() || System.nanoTime() - begin > TimeUnit.SECONDS.toNanos(PATIENCE_S)) {
            throw new IOException("the enforcer told of " + count + " bans, and said " + said.keySet());
        }
        Thread.sleep(1);
    }

    private long millis(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(nanos - begin);
    }

    long residentMegabytes() throws IOException {
        return MeasuredProcess.residentMegabytes(process.pid());
    }

    /** Stops it; the firewall stays. */
    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }
}
