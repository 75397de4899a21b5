package org.fleetban.processor;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;
import org.fleetban.protocol.BadRecordException;
import org.fleetban.protocol.BanKey;
import org.fleetban.protocol.Topics;
import org.jspecify.annotations.Nullable;

/** Failures and commands to bans and events: the jail side of the topology, one for each partition of offenders. */
final class JailProcessor implements Processor<byte[], byte[], byte[], byte[]> {

    /**
     * How often a task tries to go on where a pass was not enough. Each schedule that fires makes Kafka Streams process
     * fewer records between two looks at everything else, so there is none that fires this often for nothing.
     */
    private static final Duration GO_ON_EVERY = Duration.ofMillis(5);

    private static final Duration FORGET_COMMANDS_EVERY = Duration.ofHours(1);
    private static final long DAY_MS = Duration.ofDays(1).toMillis();

    private final JailRegistry registry;
    private final FleetAddresses fleet;
    private final Topics topics;
    private final Figures figures;
    private final Duration sweepEvery;
    private final SweepShare share;
    private final ChangelogWatch watch;
    private final List<Cancellable> schedules = new ArrayList<>();
    private @Nullable Parts parts;
    private @Nullable Cancellable goingOn;

    /** @param share of the thread's time, one for all tasks of a topology */
    JailProcessor(
            JailRegistry registry,
            FleetAddresses fleet,
            Topics topics,
            Figures figures,
            Duration sweepEvery,
            SweepShare share,
            ChangelogWatch watch) {
        this.registry = registry;
        this.fleet = fleet;
        this.topics = topics;
        this.figures = figures;
        this.sweepEvery = sweepEvery;
        this.share = share;
        this.watch = watch;
    }

    private record Parts(
            ProcessorContext<byte[], byte[]> context,
            Outbox outbox,
            FailureCounter failures,
            CommandExecutor commands,
            CommandPosition position,
            Sweeper sweeper,
            CommitSignal commits,
            Changelog changelog,
            Queue<BanKey> mended,
            BanDesk desk) {

        /** Before anything is processed: what the last commit settled. */
        void catchUp() {
            outbox.catchUp();
            position.catchUp();
        }

        /** What another processor has still written, which has lost this task, is replaced by what is right. */
        void mend() {
            for (Bytes key : changelog.mend()) {
                if (OffenderKey.isOffender(key)) {
                    mended.add(OffenderKey.read(key));
                }
            }
        }

        /** The same in the table; not while the task commits, for then Kafka Streams forwards nothing. */
        void tellAgain() {
            for (BanKey key = mended.peek(); key != null; key = mended.peek()) {
                desk.tellAgain(key);
                mended.remove();
            }
        }
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> context) {
        KeyValueStore<Bytes, byte[]> store = context.getStateStore(Nodes.OFFENDERS);
        Outbox outbox = new Outbox(store, context, new Recidivists(registry), figures);
        Deadlines deadlines = new Deadlines(store);
        OffenderStore offenders = new OffenderStore(store);
        BanDesk desk = new BanDesk(registry, offenders, deadlines, outbox, figures, context::currentSystemTimeMs);
        Sweeper sweeper = new Sweeper(registry, offenders, deadlines, desk, figures, context::currentSystemTimeMs);
        CommandExecutor commands = new CommandExecutor(registry, store, offenders, deadlines, desk, outbox, context);
        CommandPosition position = new CommandPosition(store);
        CommitSignal commits = context.getStateStore(Nodes.COMMITS);
        Parts with = new Parts(
                context,
                outbox,
                new FailureCounter(registry, fleet, offenders, desk, figures, context::currentSystemTimeMs),
                commands,
                position,
                sweeper,
                commits,
                new Changelog(watch, store, context),
                new ArrayDeque<>(),
                desk);
        parts = with;
        commits.listen(() -> {
            offenders.writeDown();
            outbox.commit();
            position.commit();
            with.mend();
        });
        schedules.add(context.schedule(
                sweepEvery,
                PunctuationType.WALL_CLOCK_TIME,
                now -> with.commits.during(() -> {
                    with.catchUp();
                    with.changelog.probe();
                    with.mend();
                    with.tellAgain();
                    if (goingOn == null) {
                        sweep(with);
                    }
                })));
        schedules.add(context.schedule(
                FORGET_COMMANDS_EVERY,
                PunctuationType.WALL_CLOCK_TIME,
                now -> with.commits.during(() -> commands.forgetAppliedBefore(now - DAY_MS))));
    }

    /** Makes a pass, and as long as that is not enough, others soon; between them records are processed. */
    private void sweep(Parts with) {
        boolean moreIsDue = share.sweep(this, with.sweeper::sweep);
        if (moreIsDue && goingOn == null) {
            goingOn = with.context.schedule(
                    GO_ON_EVERY,
                    PunctuationType.WALL_CLOCK_TIME,
                    now -> with.commits.during(() -> {
                        with.catchUp();
                        sweep(with);
                    }));
        } else if (!moreIsDue && goingOn != null) {
            goingOn.cancel();
            goingOn = null;
        }
    }

    /** A task that is revived or resumed keeps its schedules, and gets those of the next {@link #init} besides. */
    @Override
    public void close() {
        schedules.forEach(Cancellable::cancel);
        schedules.clear();
        share.leave(this);
        if (goingOn != null) {
            goingOn.cancel();
            goingOn = null;
        }
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        Parts with = parts;
        if (with == null) {
            throw new IllegalStateException("not initialised");
        }
        with.commits.during(() -> process(record, with));
    }

    private void process(Record<byte[], byte[]> record, Parts with) {
        with.catchUp();
        RecordMetadata at = with.context.recordMetadata().orElseThrow();
        String topic = at.topic();
        try {
            if (topic.equals(topics.commands())) {
                if (with.position.wasReadBefore(at.offset(), record.timestamp())) {
                    figures.count("commands.repeated");
                } else {
                    with.commands.execute(record);
                }
            } else {
                with.sweeper.sawFailureAt(with.failures.count(record));
            }
        } catch (BadRecordException | IllegalArgumentException | ArithmeticException e) {
            figures.count(topic.equals(topics.commands()) ? "commands.dead" : "failures.dead");
            with.context.forward(
                    DeadLetters.of(record, with.context.recordMetadata(), null, String.valueOf(e.getMessage())),
                    Nodes.JAIL_TO_DEAD);
        }
    }
}
