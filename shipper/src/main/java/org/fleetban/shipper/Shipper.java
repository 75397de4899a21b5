package org.fleetban.shipper;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows log files and journals and brings each complete line to the topic {@code lines}: one record per line, key
 * {@code host|path}, value the bytes without the line feed, time stamp the moment of reading, headers the identity of
 * the line. A line that was sent before carries the same identity when it is sent again after a crash.
 *
 * <p>While Kafka is away nothing is dropped: the files are the buffer. What is lost is what is deleted or truncated
 * without a copy before it could be read.
 */
public final class Shipper implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Shipper.class);

    private static final Duration FLUSH_PATIENCE = Duration.ofSeconds(2);
    private static final long JOIN_MILLIS = 4_000;
    private static final List<String> JOURNALCTL = List.of("journalctl");

    private final ShipperSettings settings;
    private List<Source> sources;
    private List<JournalSource> journals;
    private final LineSink.Factory sinks;
    private final Clock clock;
    private final LongSupplier ticker = System::nanoTime;
    private final Notices notices = new Notices(LOG, ticker);

    private volatile boolean closing;
    private @Nullable Running running;

    private record Running(
            Tailer tailer,
            DirectoryWatch watch,
            Figures figures,
            ExecutorService background,
            Thread thread,
            FileChannel lock) {}

    /**
     * @param sources files to follow
     * @param journals journals to follow
     * @param producerConfiguration Kafka's client settings, at least {@code bootstrap.servers}; they override the
     *     shipper's own where these promise nothing
     * @param clock tells when a line was read
     * @throws ShipperException if a client setting is wrong, or breaks what the shipper promises
     */
    public Shipper(
            ShipperSettings settings,
            List<Source> sources,
            List<JournalSource> journals,
            Map<String, Object> producerConfiguration,
            Clock clock)
            throws ShipperException {
        this.settings = settings;
        this.sources = List.copyOf(sources);
        this.journals = List.copyOf(journals);
        this.sinks = kafka(settings, producerConfiguration);
        this.clock = clock;
    }

    private static LineSink.Factory kafka(ShipperSettings settings, Map<String, Object> given) throws ShipperException {
        Map<String, Object> configuration = ProducerSettings.complete(settings, given);
        return outcome -> new KafkaLineSink(configuration, settings.topics().lines(), outcome);
    }

    /**
     * Begins to follow, where the last run ended. Returns at once; Kafka need not be reachable yet.
     *
     * @throws ShipperException if the data directory or the checkpoint cannot be used, or another shipper uses them
     */
    public synchronized void start() throws ShipperException {
        if (running != null || closing) {
            throw new IllegalStateException("a shipper is started once");
        }
        checkNames(sources, journals);
        FileChannel lock = lockDataDirectory();
        boolean started = false;
        try {
            CheckpointStore store = new CheckpointStore(settings.dataDirectory());
            Checkpoint checkpoint = store.read();
            DirectoryWatch watch = openWatch();
            ExecutorService background = Executors.newSingleThreadExecutor(task -> daemon(task, "checkpoints"));
            Figures figures = new Figures();
            Deliveries deliveries = new Deliveries(settings.maxInFlightBytes(), ticker, notices);
            Tailer tailer = new Tailer(
                    settings,
                    sources,
                    new Tailer.Parts(
                            notices,
                            figures,
                            deliveries,
                            FollowedJournal.of(journals, journalContext(figures, watch)),
                            OpenFiles.ofThisProcess(),
                            LineReader.PIECE),
                    sinks,
                    new Checkpointer(store, background, ticker, notices),
                    watch,
                    clock,
                    ticker);
            Thread thread = daemon(() -> follow(tailer, checkpoint), "reader");
            running = new Running(tailer, watch, figures, background, thread, lock);
            thread.start();
            started = true;
        } finally {
            if (!started) {
                closeQuietly(lock);
            }
        }
    }

    /**
     * Follows other logs from now on. What was followed before and is named again goes on as it is; the rest is let go of, and is
     * taken up where it was left when it is named again. Rotated files are read to their end in any case.
     *
     * @throws ShipperException if a name can't be used; nothing changes then
     */
    public synchronized void follow(List<Source> files, List<JournalSource> entries) throws ShipperException {
        Running now = running;
        if (now == null) {
            throw new IllegalStateException("the shipper is not started");
        }
        checkNames(files, entries);
        boolean same = Set.copyOf(entries).equals(Set.copyOf(journals));
        sources = List.copyOf(files);
        journals = List.copyOf(entries);
        now.tailer()
                .follow(
                        sources,
                        same ? null : FollowedJournal.of(journals, journalContext(now.figures(), now.watch())));
        now.watch().nudge();
    }

    private FollowedJournal.Context journalContext(Figures figures, DirectoryWatch watch) {
        return new FollowedJournal.Context(
                settings.host(),
                JOURNALCTL,
                settings.dataDirectory(),
                settings.maxLineBytes(),
                clock,
                ticker,
                figures,
                notices,
                watch::nudge);
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, "fleetban-shipper-" + name);
        thread.setDaemon(true);
        return thread;
    }

    private static void checkNames(List<Source> sources, List<JournalSource> journals) throws ShipperException {
        for (Source source : sources) {
            checkName("log path", source.pattern());
        }
        for (JournalSource journal : journals) {
            checkName("journalmatch", journal.match());
        }
    }

    private static void checkName(String kind, String name) throws ShipperException {
        try {
            LOG.debug("following {}", Path.of(name));
        } catch (InvalidPathException e) {
            throw new ShipperException(
                    kind + " '" + name + "' cannot be written in the character set "
                            + System.getProperty("sun.jnu.encoding") + ": start with LC_ALL=C.UTF-8",
                    e);
        }
    }

    private FileChannel lockDataDirectory() throws ShipperException {
        Path directory = settings.dataDirectory();
        try {
            Files.createDirectories(directory);
            FileChannel channel = FileChannel.open(
                    directory.resolve("shipper.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (!locked(channel)) {
                channel.close();
                throw new ShipperException("another shipper works in data directory " + directory
                        + ": stop it, or give this one another directory");
            }
            return channel;
        } catch (IOException e) {
            throw new ShipperException("data directory " + directory + " cannot be used: " + e, e);
        }
    }

    private static boolean locked(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException sameProcess) {
            return false;
        }
    }

    private DirectoryWatch openWatch() {
        try {
            return new InotifyWatch(notices);
        } catch (IOException e) {
            notices.problem(
                    "inotify",
                    "no change notices from the kernel (" + e.getMessage()
                            + "): files are looked at ten times a second instead");
            return new NoWatch();
        }
    }

    private void follow(Tailer tailer, Checkpoint checkpoint) {
        boolean restored = false;
        while (!closing) {
            try {
                if (!restored) {
                    tailer.restore(checkpoint);
                    restored = true;
                }
                tailer.turn();
                tailer.await();
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                LOG.error("the shipper met an error in itself and goes on; please report it", e);
                pause();
            }
        }
    }

    /** Keeps an error that comes back at every turn from filling the disk with its reports. */
    private static void pause() {
        try {
            Thread.sleep(1_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What is followed, how far, and what stands in the way. */
    public ShipperReport report() {
        Running now;
        synchronized (this) {
            now = running;
        }
        if (now == null) {
            throw new IllegalStateException("the shipper is not started");
        }
        return now.tailer().report();
    }

    /** Gives lines in flight two seconds to arrive, and saves how far the files are shipped. */
    @Override
    public void close() {
        Running stopping;
        synchronized (this) {
            if (closing) {
                // A second checkpoint, without the lock, could overwrite that of the next shipper.
                return;
            }
            closing = true;
            stopping = running;
        }
        if (stopping == null) {
            return;
        }
        stopping.watch().wake();
        try {
            stopping.thread().join(JOIN_MILLIS);
            if (!stopping.thread().isAlive()) {
                stopping.background().shutdown();
                stopping.background().awaitTermination(JOIN_MILLIS, TimeUnit.MILLISECONDS);
                stopping.tailer().close(FLUSH_PATIENCE);
            } else {
                LOG.warn("the shipper is held up by a file system and is left behind; its last checkpoint holds");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            stopping.watch().close();
            closeQuietly(stopping.lock());
        }
    }

    private static void closeQuietly(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.warn("closing the lock of the data directory: {}", e.toString());
        }
    }
}
