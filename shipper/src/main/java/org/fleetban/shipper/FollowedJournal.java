package org.fleetban.shipper;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.fleetban.protocol.SourceKey;
import org.jspecify.annotations.Nullable;

/**
 * One journal, followed by one journalctl for all matches together; here each entry is given to the matches that want it.
 * Owned by the thread that reads.
 */
final class FollowedJournal {

    private static final long FIRST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final long SETTLED_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final int ENTRIES_PER_TURN = 500;
    private static final String SINCE = "@";

    private final List<String> options;
    private final List<JournalStream> streams = new ArrayList<>();
    private final Duration lookBack;
    private final Context context;
    private final Deque<Step> inFlight = new ArrayDeque<>();
    private final Deque<Prepared> prepared = new ArrayDeque<>();

    private String delivered = "";
    private String read = "";
    private @Nullable String expected;
    private long entries;
    private @Nullable JournalProcess process;
    private long startedAt;
    private long nextStart;
    private long pause = FIRST_PAUSE_NANOS;

    /** What it shares with the rest of the shipper; {@code program} is journalctl, with arguments of its own if need be. */
    record Context(
            String host,
            List<String> program,
            Path directory,
            int maxLine,
            Clock clock,
            LongSupplier ticker,
            Figures figures,
            Notices notices,
            Runnable news) {}

    /** How far the journal is read once the entry with this number is delivered. */
    private record Step(long entry, String cursor) {}

    private record Prepared(Line line, byte[] value) {}

    /** @param sources with the same options */
    FollowedJournal(List<JournalSource> sources, Context context) {
        this.options = sources.get(0).options();
        this.lookBack = sources.stream()
                .map(JournalSource::lookBack)
                .max(Comparator.naturalOrder())
                .orElseThrow();
        this.context = context;
        this.nextStart = context.ticker().getAsLong();
        sources.stream()
                .map(JournalSource::match)
                .distinct()
                .map(JournalMatch::parse)
                .map(match -> new JournalStream(context.host(), match))
                .forEach(streams::add);
    }

    /** Gathers the sources of each journal. */
    static List<FollowedJournal> of(List<JournalSource> sources, Context context) {
        return sources.stream()
                .collect(Collectors.groupingBy(JournalSource::options, LinkedHashMap::new, Collectors.toList()))
                .values()
                .stream()
                .map(same -> new FollowedJournal(same, context))
                .toList();
    }

    /** The name of the journal in the checkpoint. */
    String name() {
        return String.join(" ", options);
    }

    /** Where it is followed from after a restart: a cursor, or {@code @} and seconds since 1970 where none is known yet. */
    String position() {
        long frontier =
                prepared.isEmpty() ? Long.MAX_VALUE : prepared.getFirst().line().end() - 1;
        for (JournalStream stream : streams) {
            frontier = Math.min(frontier, stream.frontier());
        }
        while (!inFlight.isEmpty() && inFlight.getFirst().entry() <= frontier) {
            delivered = inFlight.removeFirst().cursor();
        }
        return delivered;
    }

    /** Goes on where it was left; null where it was never followed. */
    void restore(@Nullable String position) {
        delivered = position != null
                ? position
                : SINCE + context.clock().instant().minus(lookBack).getEpochSecond();
        read = delivered;
    }

    /** Goes back to what is delivered. */
    void rewind() {
        position();
        stop();
        inFlight.clear();
        prepared.clear();
        streams.forEach(JournalStream::reset);
        read = delivered;
        nextStart = context.ticker().getAsLong();
    }

    /** Starts journalctl where that is due, and notices its end. */
    void supervise() {
        long now = context.ticker().getAsLong();
        JournalProcess running = process;
        String ended = running == null ? null : running.ended();
        if (ended != null) {
            failed(now, "journalctl ended (" + ended + ")");
        } else if (running == null && now - nextStart >= 0) {
            start(now);
        } else if (running != null && now - startedAt > SETTLED_NANOS) {
            pause = FIRST_PAUSE_NANOS;
            context.notices().solved(subject(), "the journal is read");
        }
    }

    private void start(long now) {
        try {
            process = new JournalProcess(
                    command(), context.directory().resolve("journalctl.err"), context.maxLine(), context.news());
            startedAt = now;
            expected = read.startsWith(SINCE) ? null : read;
        } catch (IOException e) {
            failed(now, "journalctl cannot be started (" + e.getMessage() + ")");
        }
    }

    private void failed(long now, String what) {
        stop();
        nextStart = now + pause;
        context.notices()
                .problem(
                        subject(),
                        "the journal cannot be read: " + what + "; it is tried again, and read on where it was left");
        pause = Math.min(LONGEST_PAUSE_NANOS, 2 * pause);
    }

    private String subject() {
        return "journal " + name();
    }

    private List<String> command() {
        List<String> command = new ArrayList<>(context.program());
        command.addAll(options);
        command.addAll(List.of("--follow", "--lines=all", "--quiet", "--no-pager", "--output=export"));
        // Not --after-cursor: where its entry is gone, that passes over the one after it.
        command.add(read.startsWith(SINCE) ? "--since=" + read : "--cursor=" + read);
        Set<String> fields = new TreeSet<>(JournalEntry.FIELDS);
        streams.forEach(stream -> fields.addAll(stream.match().fields()));
        command.add("--output-fields=" + String.join(",", fields));
        command.add("--");
        if (streams.stream().noneMatch(stream -> stream.match().matchesEverything())) {
            boolean first = true;
            for (JournalStream stream : streams) {
                if (!first) {
                    command.add("+");
                }
                command.addAll(stream.match().arguments());
                first = false;
            }
        }
        return command;
    }

    /** Offers what has arrived. Returns false if a line was not taken: it is to be tried again when there is room. */
    boolean read(LineReader.Taker taker) {
        for (int i = 0; i < ENTRIES_PER_TURN; i++) {
            while (!prepared.isEmpty()) {
                Prepared next = prepared.getFirst();
                if (!taker.offer(next.line(), next.value())) {
                    return false;
                }
                prepared.removeFirst();
            }
            JournalEntry entry = process == null ? null : process.poll();
            if (entry == null) {
                return true;
            }
            if (!isKnown(entry)) {
                prepare(entry);
            }
        }
        return true;
    }

    boolean hasMore() {
        return process != null && process.hasEntry();
    }

    /** Whether it is the entry up to which the journal was read before: the first one that journalctl shows again. */
    private boolean isKnown(JournalEntry entry) {
        String last = expected;
        expected = null;
        if (last == null) {
            return false;
        }
        boolean known = entry.cursor().equals(last);
        if (!known) {
            context.figures().journalGap();
            context.notices()
                    .warn(
                            "the journal no longer has the entry up to which it was read, or no jail asks for it any more:"
                                    + " it is read on from the next one; entries that were removed in between are lost");
        }
        return known;
    }

    private void prepare(JournalEntry entry) {
        entries++;
        byte[] text = entry.line();
        byte[] value = text;
        if (text.length > context.maxLine()) {
            value = Arrays.copyOf(text, context.maxLine());
            context.figures().lineCut();
        }
        JournalEntry.Identity identity = entry.identity();
        byte[] numbering = identity.numbering().getBytes(StandardCharsets.US_ASCII);
        long readAt = context.clock().millis();
        for (JournalStream stream : streams) {
            if (stream.match().matches(entry)) {
                prepared.add(new Prepared(
                        new Line(stream, numbering, value.length, identity.number(), entries, readAt, entry.time()),
                        value));
            }
        }
        inFlight.add(new Step(entries, entry.cursor()));
        read = entry.cursor();
    }

    private void stop() {
        if (process != null) {
            process.close();
            process = null;
        }
    }

    void close() {
        stop();
        context.notices().forget(subject()::equals);
    }

    /** The entries of the journal that one match wants: they are a source of their own for the processor. */
    private static final class JournalStream implements LineOrigin {
        private static final byte[] NO_NAMES = {};

        private final JournalMatch match;
        private final byte[] recordKey;
        private long offered;
        private long before;
        private volatile long delivered;

        JournalStream(String host, JournalMatch match) {
            this.match = match;
            this.recordKey = new SourceKey(host, SourceKey.JOURNAL + match.text()).toBytes();
        }

        JournalMatch match() {
            return match;
        }

        /** All entries up to this number are delivered as far as this match is concerned. */
        long frontier() {
            long now = delivered;
            return now >= offered ? Long.MAX_VALUE : now;
        }

        void reset() {
            offered = 0;
            delivered = 0;
        }

        @Override
        public byte[] recordKey() {
            return recordKey;
        }

        @Override
        public byte[] otherNames() {
            return NO_NAMES;
        }

        @Override
        public void offered(Line line) {
            before = offered;
            offered = line.end();
        }

        @Override
        public void withdrawn(Line line) {
            offered = before;
        }

        @Override
        public void delivered(Line line) {
            delivered = line.end();
        }

        @Override
        public String toString() {
            return SourceKey.JOURNAL + match.text();
        }
    }
}
