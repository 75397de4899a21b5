package org.fleetban.processor;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;
import org.fleetban.engine.filter.Failure;
import org.fleetban.engine.filter.Outcome;
import org.fleetban.protocol.BadRecordException;
import org.fleetban.protocol.BanKey;
import org.fleetban.protocol.FailureCodec;
import org.fleetban.protocol.FailureRecord;
import org.jspecify.annotations.Nullable;

/** Lines to failures: every jail that reads a line's source judges it for itself, and none can stop another. */
final class FilterProcessor implements Processor<byte[], byte[], byte[], byte[]> {

    private static final Duration FORGETTING = Duration.ofHours(1);
    private static final Duration MENDING = Duration.ofSeconds(1);
    private static final int MAX_LINE = 2_000;
    private static final int MAX_ID_BYTES = 1_000;

    private final JailRegistry registry;
    private final Figures figures;
    private final LongAdder linesRead;
    private final String lines;
    private final ChangelogWatch watch;
    private final CommittedPositions committed;
    private @Nullable FilterSessions sessions;
    private @Nullable CommitSignal commits;
    private @Nullable ProcessorContext<byte[], byte[]> context;
    private final List<Cancellable> schedules = new ArrayList<>();

    /** @param lines the topic of that name */
    FilterProcessor(
            JailRegistry registry, Figures figures, String lines, ChangelogWatch watch, CommittedPositions committed) {
        this.registry = registry;
        this.figures = figures;
        this.lines = lines;
        this.watch = watch;
        this.committed = committed;
        this.linesRead = figures.counter("lines.read");
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> context) {
        this.context = context;
        KeyValueStore<Bytes, byte[]> store = context.getStateStore(Nodes.SESSIONS);
        Changelog changelog = new Changelog(watch, store, context);
        TopicPartition read = new TopicPartition(lines, context.taskId().partition());
        FilterSessions ofTask = new FilterSessions(store, () -> committed.of(read), figures);
        this.sessions = ofTask;
        CommitSignal commits = context.getStateStore(Nodes.LINE_COMMITS);
        commits.listen(() -> {
            ofTask.writeDown();
            changelog.mend();
        });
        this.commits = commits;
        schedules.add(context.schedule(
                FORGETTING, PunctuationType.WALL_CLOCK_TIME, now -> commits.during(ofTask::forgetSilent)));
        schedules.add(context.schedule(
                MENDING,
                PunctuationType.WALL_CLOCK_TIME,
                now -> commits.during(() -> {
                    changelog.probe();
                    changelog.mend();
                })));
    }

    /** A task that is revived or resumed keeps its schedules, and gets those of the next {@link #init} besides. */
    @Override
    public void close() {
        schedules.forEach(Cancellable::cancel);
        schedules.clear();
    }

    private ProcessorContext<byte[], byte[]> context() {
        if (context == null) {
            throw new IllegalStateException("not initialised");
        }
        return context;
    }

    private FilterSessions sessions() {
        if (sessions == null) {
            throw new IllegalStateException("not initialised");
        }
        return sessions;
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        linesRead.increment();
        if (commits == null) {
            throw new IllegalStateException("not initialised");
        }
        commits.during(() -> read(record));
    }

    private void read(Record<byte[], byte[]> record) {
        RecordMetadata at = context().recordMetadata().orElseThrow();
        SourceLine line;
        try {
            line = SourceLine.of(record, at, Instant.ofEpochMilli(record.timestamp()));
        } catch (BadRecordException e) {
            bury(record, null, String.valueOf(e.getMessage()));
            return;
        }
        Jails jails = registry.jails();
        SourceFilter filter = jails.reading(line.source().path(), line.otherPaths());
        if (filter.jails().isEmpty()) {
            figures.count("lines.unwatched");
            return;
        }
        try {
            SourceFilter.Session session = sessions().get(filter, line.source(), line.clock(), at.offset());
            if (filter.remembersEveryLine()) {
                sessions().changed(filter, line.source());
            }
            session.apply(line.bytes(), line.clock(), line.time(), (name, outcome) -> {
                Jail jail = jails.named(name);
                if (jail != null) {
                    take(jail, filter, line, outcome, record);
                }
            });
        } catch (KafkaException e) {
            throw e; // of an earlier record that did not arrive, or of the store: not this line's fault
        } catch (RuntimeException | StackOverflowError e) {
            bury(record, null, "the filters failed on this line: " + e);
        }
    }

    private void take(Jail jail, SourceFilter filter, SourceLine line, Outcome outcome, Record<byte[], byte[]> record) {
        if (outcome instanceof Outcome.Matched || outcome instanceof Outcome.Pending) {
            sessions().changed(filter, line.source());
        }
        if (outcome instanceof Outcome.Matched matched) {
            for (Failure failure : matched.failures()) {
                forward(jail, line, failure, record);
            }
        } else if (outcome instanceof Outcome.Exhausted exhausted) {
            figures.count(jail.name(), "exhausted");
            bury(record, jail.name(), "no answer within the budget of steps: " + exhausted.expression());
        } else if (outcome instanceof Outcome.Failed failed) {
            bury(record, jail.name(), "the filter failed on this line: " + failed.cause());
        }
    }

    private void forward(Jail jail, SourceLine line, Failure failure, Record<byte[], byte[]> record) {
        if (failure.dns() != null && failure.ip() == null) {
            figures.count(jail.name(), "unresolved");
            return;
        }
        byte[] key = Utf8.bytes(new BanKey(jail.name(), failure.id(), null).toString());
        if (failure.id().isEmpty() || key.length > MAX_ID_BYTES) {
            bury(record, jail.name(), "an offender's id of " + key.length + " bytes; expected 1 to " + MAX_ID_BYTES);
            return;
        }
        figures.count(jail.name(), "found");
        FailureRecord value = new FailureRecord(
                jail.name(),
                failure.id(),
                failure.id().equals(failure.ip()) ? null : failure.ip(),
                failure.time(),
                line.clock(),
                line.source().host(),
                line.source().path(),
                line.file(),
                line.offset(),
                failure.groups().get("user"),
                Utf8.shortened(String.join("\n", failure.matches()), MAX_LINE));
        context()
                .forward(
                        new Record<>(key, FailureCodec.encode(value), record.timestamp(), new RecordHeaders()),
                        Nodes.TO_FAILURES);
    }

    private void bury(Record<byte[], byte[]> record, @Nullable String jail, String reason) {
        figures.count("lines.dead");
        context().forward(DeadLetters.of(record, context().recordMetadata(), jail, reason), Nodes.LINES_TO_DEAD);
    }
}
