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
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Change notices by the JDK's watch service, which is inotify on Linux. Used by one thread, but for {@link #wake}. */
final class InotifyWatch implements DirectoryWatch {

    /** The kernel's default limit for all programs of a user is 8,192; others need some, too. */
    private static final int MAX_DIRECTORIES = 2_048;

    private final WatchService service;
    private final Notices notices;
    private final Map<Path, FileKey> directories = new HashMap<>();
    private final Map<WatchKey, Path> keys = new HashMap<>();
    private boolean complete = true;

    InotifyWatch(Notices notices) throws IOException {
        this.service = FileSystems.getDefault().newWatchService();
        this.notices = notices;
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
            WatchKey key = directory.register(
                    service,
                    StandardWatchEventKinds.ENTRY_CREATE,
                    StandardWatchEventKinds.ENTRY_DELETE,
                    StandardWatchEventKinds.ENTRY_MODIFY);
            directories.put(directory, now);
            keys.put(key, directory);
        } catch (NoSuchFileException | NotDirectoryException absent) {
            directories.remove(directory);
        } catch (ClosedWatchServiceException closing) {
            complete = false;
        } catch (IOException e) {
            incomplete("no change notices for " + directory + " (" + e.getMessage() + ")");
        }
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
        try {
            WatchKey key = service.poll(nanos, TimeUnit.NANOSECONDS);
            while (key != null) {
                report(key, changes);
                key = service.poll();
            }
        } catch (ClosedWatchServiceException closing) {
            complete = false;
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
