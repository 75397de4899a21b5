package org.fleetban.shipper;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Follows the files turn by turn: looks for files, reads those that changed, offers their lines, saves what is
 * delivered. Everything happens in the thread that calls {@link #turn}.
 */
final class Tailer implements DirectoryWatch.Changes {

    private static final long UNWATCHED_SCAN_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long SHORTEST_SCAN_GAP_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long REOPEN_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** Each file costs a system call at every look of the steady pace. */
    private static final int MAX_STEADY_FILES = 32;

    /** At most this part of the time is spent looking for files, and a tenth where changes press. */
    private static final int SCAN_REST = 50;

    private static final int HURRIED_SCAN_REST = 10;

    private final ShipperSettings settings;
    private final LineSink.Factory sinks;
    private final Deliveries deliveries;
    private final Checkpointer checkpointer;
    private final DirectoryWatch watch;
    private final LongSupplier ticker;
    private final Notices notices;
    private final Figures figures;
    private final FollowedFiles files = new FollowedFiles();
    private final AtomicReference<@Nullable Wanted> wanted = new AtomicReference<>();
    private volatile List<FollowedJournal> journals;
    private final Discovery discovery;
    private final LineReader reader;
    private final BrokerState broker;

    /** Where each journal of the checkpoint is followed from; one that no jail asks for now may come back. */
    private final Map<String, String> positions = new TreeMap<>();

    private final Deque<FollowedFile> queue = new ArrayDeque<>();
    private @Nullable LineSink sink;
    private long nextSink;
    private boolean blocked;
    private boolean postponed;
    private long nextScan;
    private long lastScan;
    private long scanDuration;
    private long nextCheckpoint;
    private long serial;
    private long savedLines;
    private boolean dirty;
    private boolean offered;
    private final Pace pace;
    private volatile Overview overview = Overview.NOTHING;

    Tailer(
            ShipperSettings settings,
            List<Source> sources,
            Parts parts,
            LineSink.Factory sinks,
            Checkpointer checkpointer,
            DirectoryWatch watch,
            Clock clock,
            LongSupplier ticker) {
        this.settings = settings;
        this.sinks = sinks;
        this.checkpointer = checkpointer;
        this.watch = watch;
        this.ticker = ticker;
        this.notices = parts.notices();
        this.figures = parts.figures();
        this.deliveries = parts.deliveries();
        this.journals = parts.journals();
        this.discovery =
                new Discovery(settings, sources, files, watch, this::enqueue, ticker, parts.limit(), figures, notices);
        this.reader = new LineReader(parts.pieceBytes(), settings.maxLineBytes(), clock, this::offer, figures, notices);
        this.broker = new BrokerState(ticker, notices);
        long now = ticker.getAsLong();
        this.nextScan = now;
        this.nextSink = now;
        this.nextCheckpoint = now;
        this.lastScan = now;
        this.pace = new Pace(now);
    }

    /** What the tailer shares with its reporter. */
    record Parts(
            Notices notices,
            Figures figures,
            Deliveries deliveries,
            List<FollowedJournal> journals,
            OpenFiles limit,
            int pieceBytes) {}

    /** What is to be followed from the next turn on; without journals: those that are. */
    private record Wanted(List<Source> files, @Nullable List<FollowedJournal> journals) {}

    /**
     * Follows other files, and other journals, from the next turn on; by any thread.
     *
     * @param next null: the same as before
     */
    void follow(List<Source> files, @Nullable List<FollowedJournal> next) {
        // What was asked for before and not yet done may have been other journals.
        wanted.updateAndGet(before -> new Wanted(files, next == null && before != null ? before.journals() : next));
    }

    private void change(Wanted next, long now) {
        discovery.follow(next.files());
        nextScan = now;
        List<FollowedJournal> others = next.journals();
        if (others != null) {
            journals.forEach(journal -> {
                positions.put(journal.name(), journal.position());
                journal.close();
            });
            others.forEach(journal -> journal.restore(positions.get(journal.name())));
            journals = others;
        }
        dirty = true;
    }

    /** Goes on where a checkpoint ended. */
    void restore(Checkpoint checkpoint) {
        serial = checkpoint.serial();
        discovery.restore(checkpoint);
        positions.putAll(checkpoint.journals());
        for (FollowedJournal journal : journals) {
            journal.restore(positions.get(journal.name()));
        }
        dirty = !journals.isEmpty();
    }

    /** Does what is due now, and reads a piece of every file that has something to read. */
    void turn() {
        long now = ticker.getAsLong();
        openSink(now);
        Wanted next = wanted.getAndSet(null);
        if (next != null) {
            change(next, now);
        }
        boolean look = now - nextScan >= 0;
        if (look) {
            scan(now);
        }
        readQueued(look);
        readJournals();
        keepPace();
        broker.update(sink == null || postponed, deliveries.stalledMillis(), deliveries.lines());
        if (now - nextCheckpoint >= 0) {
            saveSoon(now);
        }
    }

    /** Waits until there is something to do. */
    void await() throws InterruptedException {
        long now = ticker.getAsLong();
        long next = Math.min(nextScan - now, nextCheckpoint - now);
        if (sink == null) {
            next = Math.min(next, nextSink - now);
        }
        if (blocked && !postponed) {
            deliveries.awaitRoom(Math.max(0, Math.min(next, RETRY_NANOS)));
        } else if (blocked) {
            watch.await(Math.max(0, Math.min(next, RETRY_NANOS)), this);
        } else if (sink != null && hasMore()) {
            watch.await(0, this);
            if (pace.steady()) {
                enqueueChanged(); // a busy file keeps no other waiting
            }
        } else {
            long rest = pace.rest(now);
            TimeUnit.NANOSECONDS.sleep(rest);
            watch.await(pace.steady() ? 0 : Math.max(0, next - rest), this);
            if (pace.steady()) {
                enqueueChanged();
            }
        }
    }

    /** While lines keep coming, the clock says when to read, and the kernel need not say it for each of them. */
    private void keepPace() {
        boolean before = pace.steady();
        pace.turned(ticker.getAsLong(), offered, files.all().size() <= MAX_STEADY_FILES);
        offered = false;
        if (pace.steady() != before) {
            watch.writes(before);
            enqueueChanged(); // what was written before the notices came again
        }
    }

    private void enqueueChanged() {
        for (FollowedFile file : files.all()) {
            if (file.changed()) {
                enqueue(file);
            }
        }
    }

    private boolean hasMore() {
        return !queue.isEmpty() || journals.stream().anyMatch(FollowedJournal::hasMore);
    }

    @Override
    public void written(Path file) {
        FollowedFile known = files.byName(file);
        if (known != null) {
            enqueue(known);
        } else {
            enqueueUnlisted();
        }
    }

    @Override
    public void rearranged() {
        enqueueUnlisted();
        long soon = lastScan + Math.max(SHORTEST_SCAN_GAP_NANOS, HURRIED_SCAN_REST * scanDuration);
        if (soon - nextScan < 0) {
            nextScan = soon;
        }
    }

    /** Files that were rotated away are written to under names that are not known. */
    private void enqueueUnlisted() {
        for (FollowedFile file : files.all()) {
            if (!file.listed()) {
                enqueue(file);
            }
        }
    }

    private void enqueue(FollowedFile file) {
        if (!file.queued()) {
            file.queued(true);
            queue.add(file);
        }
    }

    private void openSink(long now) {
        Exception failure = deliveries.failure();
        if (sink != null && failure != null) {
            sink.close(Duration.ZERO);
            sink = null;
            nextSink = now + REOPEN_NANOS;
            figures.sinkReopened();
            notices.problem("kafka", "Kafka refused lines (" + failure + "): they are sent again");
            deliveries.reset();
            for (FollowedFile file : files.all()) {
                file.rewind();
                enqueue(file);
            }
            journals.forEach(FollowedJournal::rewind);
        }
        if (sink == null && now - nextSink >= 0) {
            nextSink = now + REOPEN_NANOS;
            try {
                sink = sinks.open(deliveries);
            } catch (RuntimeException e) {
                notices.problem("kafka", "no connection to Kafka (" + rootMessage(e) + "): it is tried again");
            }
        }
    }

    private static String rootMessage(Throwable problem) {
        Throwable root = problem;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return String.valueOf(root.getMessage());
    }

    private void scan(long now) {
        boolean unsaved = discovery.scan();
        files.forgetNames();
        publish(now);
        scanDuration = ticker.getAsLong() - now;
        lastScan = now;
        long interval = watch.complete() ? settings.scanInterval().toNanos() : UNWATCHED_SCAN_NANOS;
        nextScan = now + Math.max(interval, SCAN_REST * scanDuration);
        if (unsaved) {
            saveNow();
        }
    }

    /**
     * @param look whether to look at all files even if no line can be sent: a file that is truncated twice meanwhile
     *     is noticed only so
     */
    private void readQueued(boolean look) {
        blocked = sink == null;
        postponed = false;
        List<FollowedFile> named = new ArrayList<>();
        for (int i = queue.size(); i > 0 && (look || !blocked) && deliveries.failure() == null; i--) {
            FollowedFile file = queue.remove();
            file.queued(false);
            FileChannel channel = file.channel();
            if (channel != null) {
                read(file, channel, named);
            }
        }
        if (!named.isEmpty()) {
            saveNow();
            named.forEach(this::enqueue);
        }
    }

    private void readJournals() {
        for (FollowedJournal journal : journals) {
            journal.supervise();
            if (!blocked && deliveries.failure() == null && !journal.read(this::offer)) {
                blocked = true;
            }
        }
    }

    private void read(FollowedFile file, FileChannel channel, List<FollowedFile> named) {
        long positionBefore = file.position();
        long sizeBefore = file.size();
        try {
            LineReader.Result result = reader.read(file, channel);
            long now = ticker.getAsLong();
            if (file.position() != positionBefore || file.size() != sizeBefore) {
                file.lastActive(now);
            }
            file.drained(result == LineReader.Result.DRAINED, now);
            switch (result) {
                case DRAINED -> giveUpIfFinished(file, now);
                case MORE -> enqueue(file);
                case NAMED -> named.add(file);
                case REPLACED -> replaced(file);
                case BLOCKED -> {
                    blocked = true;
                    enqueue(file);
                }
            }
        } catch (IOException e) {
            notices.problem(file.path(), "log file " + file + " cannot be read on (" + e + "): it is opened again");
            files.remember(file);
            file.close();
            rearranged();
        }
    }

    /** Lets go of a file that was rotated away or deleted and to which nothing is written any more. */
    private void giveUpIfFinished(FollowedFile file, long now) {
        if (!file.listed()
                && file.settled()
                && now - file.lastActive() > settings.rotatedGrace().toNanos()) {
            files.remember(file);
            file.close();
            dirty = true;
        }
    }

    /** The file was truncated: what it holds now is new, and what was not read before may be in a copy. */
    private void replaced(FollowedFile file) {
        figures.contentReplaced();
        files.release(file);
        FollowedFile next = new FollowedFile(settings.host(), file.path(), file.key(), 0, ticker.getAsLong());
        FileChannel channel = file.surrender();
        if (channel != null) {
            next.open(channel);
        }
        files.add(next);
        enqueue(next);
        rearranged();
        if (file.hasIdentity()) {
            Neighbours.copied(file.path(), file.fingerprint(), file.position(), files::follows)
                    .ifPresent(copy -> {
                        file.moveTo(copy.key(), copy.channel());
                        file.lastActive(ticker.getAsLong());
                        files.add(file);
                        enqueue(file);
                    });
        }
        dirty = true;
    }

    private boolean offer(Line line, byte[] value) {
        LineSink open = sink;
        if (open == null || blocked || !deliveries.hasRoom()) {
            return false;
        }
        deliveries.taken(line);
        line.origin().offered(line);
        if (open.offer(line, value)) {
            offered = true;
            return true;
        }
        deliveries.returned(line);
        line.origin().withdrawn(line);
        postponed = true;
        return false;
    }

    private void saveSoon(long now) {
        nextCheckpoint = now + checkpointer.rest(settings.checkpointInterval().toNanos());
        long lines = deliveries.lines() + deliveries.refused();
        if (!dirty && lines == savedLines && !checkpointer.failed()) {
            return;
        }
        if (checkpointer.saveSoon(checkpoint(serial + 1))) {
            serial++;
            savedLines = lines;
            dirty = false;
        }
    }

    private Checkpoint checkpoint(long number) {
        journals.forEach(journal -> positions.put(journal.name(), journal.position()));
        return files.checkpoint(number, positions);
    }

    private void saveNow() {
        long lines = deliveries.lines() + deliveries.refused();
        checkpointer.saveNow(checkpoint(++serial));
        savedLines = lines;
        dirty = false;
    }

    /** Gives what is in flight some time to arrive, saves the positions, and closes the files. */
    void close(Duration patience) {
        LineSink open = sink;
        sink = null;
        if (open != null) {
            open.close(patience);
        }
        saveNow();
        closeFiles();
    }

    /** Gives all descriptors back, as the end of the process does. */
    void closeFiles() {
        journals.forEach(FollowedJournal::close);
        files.all().forEach(FollowedFile::close);
    }

    /** Sums up the files for whoever asks. */
    private void publish(long now) {
        int rotated = 0;
        long lag = 0;
        long lagNanos = 0;
        List<ShipperReport.FileState> states = new ArrayList<>();
        for (FollowedFile file : files.all()) {
            rotated += file.listed() ? 0 : 1;
            lag += file.lag();
            lagNanos = Math.max(lagNanos, file.lagNanos(now));
            states.add(new ShipperReport.FileState(file.path(), file.listed(), file.delivered(), file.size()));
        }
        overview = new Overview(true, states, rotated, lag, TimeUnit.NANOSECONDS.toMillis(lagNanos));
    }

    /** The state of the files at the last look, and of the connection; to be called by any thread. */
    ShipperReport report() {
        Overview now = overview;
        return new ShipperReport(
                now.looked(),
                now.files(),
                journals.size(),
                now.rotated(),
                now.lagBytes(),
                now.lagMillis(),
                deliveries.lines(),
                deliveries.bytes(),
                figures.cut(),
                deliveries.refused(),
                figures.replaced(),
                figures.journalGaps(),
                figures.givenUpFiles(),
                figures.givenUpBytes(),
                figures.resumed(),
                broker.away(),
                notices.problems());
    }

    private record Overview(
            boolean looked, List<ShipperReport.FileState> files, int rotated, long lagBytes, long lagMillis) {
        static final Overview NOTHING = new Overview(false, List.of(), 0, 0, 0);
    }
}
