package org.fleetban.shipper;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Change notices by the JDK's watch service, which is inotify on Linux. Used by one thread, but for {@link #nudge} and
 * {@link #wake}. A wait on the watch service can't be ended from outside, so a thread of its own waits there.
 */
final class InotifyWatch implements DirectoryWatch {

    /** The kernel's default limit for all programs of a user is 8,192; others need some, too. */
    private static final int MAX_DIRECTORIES = 2_048;

    /** Registering takes some 50 µs for each. */
    private static final int MAX_RENEWED = 64;

    private static final WatchEvent.Kind<?>[] REARRANGED = {
        StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_DELETE
    };
    private static final WatchEvent.Kind<?>[] ALL = {
        StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_DELETE, StandardWatchEventKinds.ENTRY_MODIFY
    };

    private final WatchService service;
    private final Notices notices;
    private final Map<Path, FileKey> directories = new HashMap<>();
    private final Map<WatchKey, Path> keys = new HashMap<>();
    private final BlockingQueue<Optional<WatchKey>> signals = new LinkedBlockingQueue<>();
    private final AtomicBoolean nudged = new AtomicBoolean();
    private boolean writes = true;
    private boolean complete = true;

    InotifyWatch(Notices notices) throws IOException {
        this.service = FileSystems.getDefault().newWatchService();
        this.notices = notices;
        Thread thread = new Thread(this::collect, "fleetban-shipper-watch");
        thread.setDaemon(true);
        thread.start();
    }

    /** A key is signalled once until it is reset, so the queue stays short. */
    private void collect() {
        try {
            while (true) {
                signals.add(Optional.of(service.take()));
            }
        } catch (ClosedWatchServiceException | InterruptedException closed) {
            nudge();
        }
    }

    @Override
    public void nudge() {
        if (nudged.compareAndSet(false, true)) {
            signals.add(Optional.empty());
        }
    }

    @Override
    public void watch(Path directory) {
        try {
            // A directory that was renamed away stays watched under its old name: the key tells another one.
            FileKey now = FileStat.of(directory).key();
            if (now.equals(directories.get(directory))) {
                return;
            }
            if (directories.size() >= MAX_DIRECTORIES) {
                incomplete("more than " + MAX_DIRECTORIES + " directories hold log files");
                return;
            }
            register(directory, now);
        } catch (NoSuchFileException | NotDirectoryException absent) {
            directories.remove(directory);
        } catch (ClosedWatchServiceException closing) {
            complete = false;
        } catch (IOException e) {
            incomplete("no change notices for " + directory + " (" + e.getMessage() + ")");
        }
    }

    private void register(Path directory, FileKey key) throws IOException {
        keys.put(directory.register(service, writes ? ALL : REARRANGED), directory);
        directories.put(directory, key);
    }

    /** The kernel wakes the JDK's thread at each write: a thousand lines a second cost more there than on their whole way. */
    @Override
    public void writes(boolean wanted) {
        if (wanted == writes || (!wanted && directories.size() > MAX_RENEWED)) {
            return;
        }
        writes = wanted;
        // Registered again, a directory keeps its key, and what it tells of is what was asked for last.
        List<Path> registered = List.copyOf(directories.keySet());
        directories.clear();
        registered.forEach(this::watch);
    }

    private void incomplete(String reason) {
        complete = false;
        notices.problem("inotify", reason + ": files are looked at ten times a second instead");
    }

    @Override
    public boolean complete() {
        return complete;
    }

    @Override
    public void await(long nanos, Changes changes) throws InterruptedException {
        Optional<WatchKey> signal = signals.poll(nanos, TimeUnit.NANOSECONDS);
        while (signal != null) {
            if (signal.isPresent()) {
                report(signal.get(), changes);
            } else {
                nudged.set(false);
            }
            signal = signals.poll();
        }
    }

    private void report(WatchKey key, Changes changes) {
        Path directory = keys.get(key);
        for (WatchEvent<?> event : key.pollEvents()) {
            if (directory != null
                    && event.kind() == StandardWatchEventKinds.ENTRY_MODIFY
                    && event.context() instanceof Path name) {
                changes.written(directory.resolve(name));
            } else {
                changes.rearranged();
            }
        }
        if (!key.reset()) {
            keys.remove(key);
            if (directory != null) {
                directories.remove(directory);
            }
            changes.rearranged();
        }
    }

    @Override
    public void wake() {
        close();
    }

    @Override
    public void close() {
        try {
            service.close();
        } catch (IOException e) {
            notices.info("closing the change notices: " + e);
        }
    }
}
