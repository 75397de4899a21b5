package org.fleetban.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.ProcessingExceptionHandler;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.errors.internals.DefaultErrorHandlerContext;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.MockProcessorContext.CapturedPunctuator;
import org.apache.kafka.streams.processor.api.Record;
import org.fleetban.protocol.Topics;
import org.junit.jupiter.api.Test;

/** What becomes of a task when Kafka fails it: the record at hand is not to blame, and the next task starts afresh. */
class KafkaErrorsTest {

    private static final JailRegistry JAILS =
            new JailRegistry(List.of(TestJail.named("sshd").compile()));

    @Test
    void anEarlierRecordThatDidNotArriveFailsTheTaskAndNotTheLineAtHand() {
        StreamsException lost = new StreamsException("an earlier record");
        MockProcessorContext<byte[], byte[]> context = Contexts.prepared(new Losing<>(lost));
        context.setRecordMetadata("lines", 0, 1);
        FilterProcessor processor = filterProcessor(context);
        processor.init(context);
        Record<byte[], byte[]> line = new Record<>(
                TestFleet.bytes("web1|/var/log/sshd.log"),
                TestFleet.bytes("fail " + TestFleet.START.getEpochSecond() + " 192.0.2.7"),
                TestFleet.START.toEpochMilli(),
                new RecordHeaders());

        assertThatThrownBy(() -> processor.process(line)).isSameAs(lost);
    }

    @Test
    void theLastResortMakesADeadLetterOfABadRecordAndNoneOfAnErrorOfKafka() {
        BadRecordHandlers.Processing handler = new BadRecordHandlers.Processing();
        handler.configure(Map.of(BadRecordHandlers.DEAD_LETTERS, "dead"));
        ErrorHandlerContext context = new DefaultErrorHandlerContext(
                null, "lines", 3, 77, new RecordHeaders(), "filter", new TaskId(0, 3), 1_000, new byte[0], new byte[0]);
        Record<byte[], byte[]> record = new Record<>(null, null, 0);

        assertThat(handler.handleError(context, record, new StreamsException("an earlier record")))
                .satisfies(response -> {
                    assertThat(response.result()).isEqualTo(ProcessingExceptionHandler.Result.FAIL);
                    assertThat(response.deadLetterQueueRecords()).isEmpty();
                });
        assertThat(handler.handleError(context, record, new IllegalStateException("bad"))
                        .deadLetterQueueRecords())
                .hasSize(1);
    }

    @Test
    void aTaskThatIsClosedAndInitialisedAgainHasEachScheduleOnce() {
        MockProcessorContext<byte[], byte[]> context = Contexts.prepared(new MockProcessorContext<>());
        context.addStateStore(Contexts.store(Nodes.OFFENDERS, context));
        context.addStateStore(new CommitSignal(Nodes.COMMITS, new LostPartitions(() -> 0, 1_000)));
        JailProcessor jails = new JailProcessor(
                JAILS,
                new FleetAddresses(),
                new Topics("t."),
                new Figures(),
                Duration.ofMillis(10),
                new SweepShare(System::nanoTime),
                new ChangelogWatch(0));
        FilterProcessor filter = filterProcessor(context);
        jails.init(context);
        filter.init(context);
        int schedules = context.scheduledPunctuators().size();

        jails.close();
        filter.close();
        assertThat(context.scheduledPunctuators()).allMatch(CapturedPunctuator::cancelled);

        jails.init(context);
        filter.init(context);
        assertThat(context.scheduledPunctuators())
                .filteredOn(schedule -> !schedule.cancelled())
                .hasSize(schedules);
    }

    private static FilterProcessor filterProcessor(MockProcessorContext<byte[], byte[]> context) {
        Figures figures = new Figures();
        context.addStateStore(Contexts.store(Nodes.SESSIONS, context));
        context.addStateStore(new CommitSignal(Nodes.LINE_COMMITS, new LostPartitions(() -> 0, 1_000)));
        return new FilterProcessor(JAILS, figures, "lines", new ChangelogWatch(0), new CommittedPositions());
    }

    /** Says with each record that an earlier one is lost. */
    private static final class Losing<K, V> extends MockProcessorContext<K, V> {

        private final StreamsException lost;

        Losing(StreamsException lost) {
            this.lost = lost;
        }

        @Override
        public <A extends K, B extends V> void forward(Record<A, B> record, String child) {
            throw lost;
        }
    }
}
