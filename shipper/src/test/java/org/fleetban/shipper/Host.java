package org.fleetban.shipper;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.fleetban.protocol.Topics;
import org.jspecify.annotations.Nullable;
import org.slf4j.helpers.NOPLogger;

/** A shipper on a directory of its own, with a broker in memory, moved on turn by turn, its time in the test's hand. */
final class Host implements AutoCloseable {

    static final int MAX_LINE = 200;
    static final Duration GRACE = Duration.ofMinutes(5);

    /** In the past of every line: nothing depends on it. */
    private static final Clock CLOCK = Clock.fixed(Instant.ofEpochSecond(1_700_000_000), ZoneOffset.UTC);

    private static final int PIECE = 128;
    private static final long IN_FLIGHT = 20_000;
    private static final int MANY_TURNS = 1_000;

    private final Path logs;
    private List<Source> sources;
    private final List<JournalSource> journals;
    private final List<String> journalctl;
    private final ShipperSettings settings;
    private final MemorySink broker = new MemorySink();
    private OpenFiles limit = OpenFiles.of(20_000);
    private long nanos;
    private @Nullable Tailer tailer;
    private FollowedJournal.@Nullable Context context;

    Host(Path directory, List<Source> sources) {
        this(directory, sources, List.of(), List.of(), IN_FLIGHT);
    }

    private Host(
            Path directory,
            List<Source> sources,
            List<JournalSource> journals,
            List<String> journalctl,
            long inFlight) {
        this.logs = directory.resolve("log");
        this.sources = sources;
        this.journals = journals;
        this.journalctl = journalctl;
        this.settings = new ShipperSettings(
                "web1",
                directory.resolve("data"),
                new Topics(Topics.DEFAULT_PREFIX),
                MAX_LINE,
                inFlight,
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                GRACE);
        try {
            Files.createDirectories(logs);
            Files.createDirectories(settings.dataDirectory());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A host on which the pattern is followed in its log directory. */
    static Host following(Path directory, String pattern) {
        return new Host(directory, List.of(Source.fromBeginning(directory.resolve("log") + "/" + pattern)));
    }

    /** The same, with room for so many bytes in flight. */
    static Host withRoom(Path directory, String pattern, long inFlight) {
        return new Host(
                directory,
                List.of(Source.fromBeginning(directory.resolve("log") + "/" + pattern)),
                List.of(),
                List.of(),
                inFlight);
    }

    /** A host on which journals are followed by this program, with these first arguments. */
    static Host following(Path directory, List<JournalSource> journals, List<String> journalctl) {
        return new Host(directory, List.of(), journals, journalctl, IN_FLIGHT);
    }

    /** From the next start on. */
    Host openingAtMost(int followed, int rotated) {
        limit = new OpenFiles(followed, rotated);
        return this;
    }

    Path logs() {
        return logs;
    }

    Path data() {
        return settings.dataDirectory();
    }

    MemorySink broker() {
        return broker;
    }

    void start() {
        try {
            CheckpointStore store = new CheckpointStore(settings.dataDirectory());
            Notices notices = new Notices(NOPLogger.NOP_LOGGER, () -> nanos);
            Deliveries account = new Deliveries(settings.maxInFlightBytes(), () -> nanos, notices);
            Figures figures = new Figures();
            context = new FollowedJournal.Context(
                    settings.host(),
                    journalctl,
                    settings.dataDirectory(),
                    MAX_LINE,
                    CLOCK,
                    () -> nanos,
                    figures,
                    notices,
                    () -> {});
            Tailer started = new Tailer(
                    settings,
                    sources,
                    new Tailer.Parts(
                            notices,
                            figures,
                            account,
                            FollowedJournal.of(journals, Objects.requireNonNull(context)),
                            limit,
                            PIECE),
                    broker::open,
                    new Checkpointer(store, Runnable::run, () -> nanos, notices),
                    new NoWatch(),
                    CLOCK,
                    () -> nanos);
            started.restore(store.read());
            tailer = started;
        } catch (ShipperException e) {
            throw new AssertionError(e);
        }
    }

    /** Other files from the next turn on, and after the next start. */
    void follow(String... patterns) {
        sources = Stream.of(patterns)
                .map(pattern -> Source.fromBeginning(logs + "/" + pattern))
                .toList();
        if (runs()) {
            tailer().follow(sources, null);
        }
    }

    /** Other journals from the next turn on. */
    void followJournals(List<JournalSource> next) {
        tailer().follow(sources, FollowedJournal.of(next, Objects.requireNonNull(context)));
    }

    private Tailer tailer() {
        Tailer now = tailer;
        if (now == null) {
            throw new IllegalStateException("the shipper does not run");
        }
        return now;
    }

    boolean runs() {
        return tailer != null;
    }

    /** Lets time go by, and the shipper do what is due. */
    void turn(Duration pause) {
        nanos += pause.toNanos();
        tailer().turn();
    }

    /** So many turns, with everything acknowledged after each. */
    void turns(int count) {
        for (int i = 0; i < count; i++) {
            turn(Duration.ofSeconds(2));
            broker.acknowledgeAll();
        }
    }

    /** Turns and acknowledges until nothing moves any more. */
    void settle() {
        int quiet = 0;
        for (int i = 0; quiet < 10; i++) {
            if (i > MANY_TURNS) {
                throw new AssertionError("the shipper does not come to rest: " + report());
            }
            int before = broker.arrived().size();
            turn(Duration.ofSeconds(2));
            boolean acknowledged = broker.inFlight() > 0;
            broker.acknowledgeAll();
            quiet = acknowledged || broker.arrived().size() > before ? 0 : quiet + 1;
        }
    }

    ShipperReport report() {
        return tailer().report();
    }

    /** As kill -9 does it: nothing is written any more, and what is in flight arrives all the same. */
    void kill() {
        kill(Integer.MAX_VALUE);
    }

    /** As kill -9 does it; of what is in flight only the first lines arrive. */
    void kill(int spared) {
        broker.lose(spared);
        tailer().closeFiles();
        tailer = null;
    }

    void stop() {
        tailer().close(Duration.ofSeconds(1));
        tailer = null;
    }

    List<String> lines() {
        return broker.arrived().stream().map(MemorySink.Arrived::text).toList();
    }

    @Override
    public void close() {
        if (tailer != null) {
            kill();
        }
    }
}
