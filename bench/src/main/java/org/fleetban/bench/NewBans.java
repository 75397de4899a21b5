package org.fleetban.bench;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** One new offender after the other fails in the log of the jail {@code new}, and how long until the ban's record arrives. */
final class NewBans implements AutoCloseable {

    private static final int A_SECOND = 50;
    private static final int HOSTS = 30;
    private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(2);

    private final WrittenLines lines;
    private final FollowedBans bans;
    private int offenders;

    NewBans(String bootstrapServers, String topic, FollowedBans bans) {
        this.lines = new WrittenLines(bootstrapServers, topic, 0);
        this.bans = bans;
    }

    /** Writes for so many seconds; returns what each took, in words. */
    String write(long seconds) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        return writeUntil(() -> System.nanoTime() > end);
    }

    /** Writes until something has come; returns what each took, in words. */
    String writeUntil(BooleanSupplier enough) throws InterruptedException {
        List<String> keys = new ArrayList<>();
        List<Long> written = new ArrayList<>();
        long begin = System.nanoTime();
        while (!enough.getAsBoolean() && System.nanoTime() - begin < PATIENCE_NANOS) {
            while (System.nanoTime() - begin < keys.size() * 1_000_000_000L / A_SECOND) {
                LockSupport.parkNanos(100_000);
            }
            int number = offenders++;
            String address = "11.250." + (number >> 8 & 255) + '.' + (number & 255);
            keys.add("new|" + address);
            written.add(System.nanoTime());
            lines.failure(
                    "web" + number % HOSTS, "/var/log/new.log", Instant.now().truncatedTo(ChronoUnit.MILLIS), address);
        }
        long[] waited = new long[keys.size()];
        for (int i = 0; i < waited.length; i++) {
            waited[i] = arrival(keys.get(i)) - written.get(i);
        }
        return waited.length == 0 ? "(none)" : EnforcerFigures.percentiles(waited) + " of " + waited.length;
    }

    private long arrival(String key) throws InterruptedException {
        long begin = System.nanoTime();
        while (true) {
            @Nullable Long arrived = bans.arrivedAt(key);
            if (arrived != null) {
                return arrived;
            }
            if (System.nanoTime() - begin > PATIENCE_NANOS) {
                throw new IllegalStateException("no ban of " + key);
            }
            Thread.sleep(1);
        }
    }

    @Override
    public void close() {
        lines.close();
    }
}
