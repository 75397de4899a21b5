package org.fleetban.processor;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.fleetban.engine.config.FilterDefinition;
import org.fleetban.engine.config.JailDefinition.UseDns;
import org.fleetban.engine.filter.Filter;
import org.fleetban.engine.filter.JailFilter;
import org.fleetban.engine.filter.Outcome;
import org.fleetban.protocol.SourceKey;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FilterSessionsTest {

    private static final SourceKey SOURCE = new SourceKey("web1", "/var/log/sshd.log");
    private static final Instant CLOCK = TestFleet.START;

    private final SourceFilter filter =
            new Jails(List.of(TestJail.named("sshd").compile())).reading(SOURCE.path(), List.of());
    private final KeyValueStore<Bytes, byte[]> store =
            Contexts.store(Nodes.SESSIONS, Contexts.prepared(new MockProcessorContext<>()));
    private final Figures figures = new Figures();
    private long committed = -1;
    private FilterSessions sessions = new FilterSessions(store, () -> committed, figures);

    @Test
    void afterACrashBetweenWritingAndCommittingTheSessionIsThatOfThePosition() {
        apply(10, "with ann");
        sessions.writeDown();
        apply(11, "with bob");
        apply(12, "with cid");
        sessions.writeDown();

        crash();
        assertThat(userAt(11)).as("the second commit failed").isEqualTo("ann");
        crash();
        assertThat(userAt(12))
                .as("no commit ends here, but the one before it holds")
                .isEqualTo("ann");
        crash();
        assertThat(userAt(13)).as("it succeeded").isEqualTo("cid");
    }

    @Test
    void whicheverOfTheCommitsWithoutAnAnswerHasSucceededTheSessionIsThatOfThePosition() {
        List<String> users = List.of("ann", "bob", "cid", "dan");
        for (int i = 0; i < users.size(); i++) {
            apply(10 + i, "with " + users.get(i));
            sessions.writeDown();
        }
        for (int i = 0; i < users.size(); i++) {
            crash();
            assertThat(userAt(11 + i)).isEqualTo(users.get(i));
        }
    }

    @Test
    void whatLiesBeforeTheLastCommitThatSucceededIsNotKept() {
        int length = 0;
        for (int i = 0; i < 100; i++) {
            apply(10 + i, "with ann");
            sessions.writeDown();
            committed = 11 + i;
            if (i == 1) {
                length = store.get(Bytes.wrap(SOURCE.toBytes())).length;
            }
        }
        assertThat(store.get(Bytes.wrap(SOURCE.toBytes()))).hasSize(length);

        for (int i = 100; i < 200; i++) {
            apply(10 + i, "with ann");
            sessions.writeDown();
        }
        assertThat(store.get(Bytes.wrap(SOURCE.toBytes()))).hasSizeLessThan(10 * length);
        crash();
        assertThat(userAt(110)).as("the last commit that succeeded").isEqualTo("ann");
    }

    @Test
    void aSourceThatWasNotKnownAtThePositionBeginsAnew() {
        apply(10, "with ann");
        sessions.writeDown();

        crash();
        assertThat(userAt(10)).isNull();
        crash();
        assertThat(userAt(11)).isEqualTo("ann");
    }

    @Test
    void asOftenAsItCrashesWhatIsWrittenNextFollowsFromThePosition() {
        apply(10, "with ann");
        sessions.writeDown();
        apply(11, "with bob");
        sessions.writeDown();
        crash();
        apply(11, "with bob");
        sessions.writeDown();

        crash();
        assertThat(userAt(11)).isEqualTo("ann");
        crash();
        assertThat(userAt(12)).isEqualTo("bob");
    }

    @Test
    void aSessionThatCantBeReadBeginsAnewAndIsCounted() {
        for (byte[] bytes : new byte[][] {{}, {1, 0}, {2, 0, 0}}) {
            store.put(Bytes.wrap(SOURCE.toBytes()), bytes);
            crash();
            assertThat(userAt(5)).isNull();
        }
        assertThat(figures.snapshot()).containsEntry("lines.sessions-lost", 3L);
    }

    @Test
    void manyLongSessionsFitIntoOneRecordAndTheFirstAndTheLastAreKept() {
        List<String> users = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            users.add(i + "x".repeat(300_000));
            apply(10 + i, "with " + users.get(i));
            sessions.writeDown();
        }
        assertThat(store.get(Bytes.wrap(SOURCE.toBytes()))).hasSizeBetween(600_000, 900_000);
        crash();
        assertThat(userAt(17)).isEqualTo(users.get(6));
        crash();
        assertThat(userAt(11)).isEqualTo(users.get(0));
    }

    @Test
    void aSessionThatIsTooLongForARecordLosesEvidenceAndIsCounted() throws Exception {
        FilterDefinition definition = new FilterDefinition(
                "noted",
                null,
                List.of(
                        "^\\[<F-MLFID>\\d+</F-MLFID>\\]: <F-NOFAIL>hello</F-NOFAIL> from <HOST> ",
                        "^\\[<F-MLFID>\\d+</F-MLFID>\\]: bad"),
                List.of(),
                1,
                null,
                List.of(),
                Map.of());
        JailFilter engine = new JailFilter(Filter.compile(definition, UseDns.NO, ZoneOffset.UTC), UTF_8);
        SourceFilter noting = new Jails(List.of(TestJail.named("sshd").compile(new LineFilter.EngineFilter(engine))))
                .reading(SOURCE.path(), List.of());
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < 1_000; i++) {
                apply(noting, 10 + round, "[" + i % 50 + "]: hello from 192.0.2." + i % 50 + " " + "x".repeat(3_000));
            }
            sessions.writeDown();
            assertThat(store.get(Bytes.wrap(SOURCE.toBytes()))).hasSizeBetween(50_000, 900_000);
        }
        assertThat(figures.snapshot()).containsEntry("lines.sessions-shortened", 3L);

        crash();
        for (int i = 0; i < 50; i++) {
            assertThat(apply(noting, 13, "[" + i + "]: bad"))
                    .first()
                    .isInstanceOfSatisfying(
                            Outcome.Matched.class,
                            matched -> assertThat(matched.failures().get(0).matches())
                                    .as("it is known, with what was said last")
                                    .hasSizeGreaterThan(1));
        }
    }

    private void crash() {
        sessions = new FilterSessions(store, () -> committed, figures);
    }

    private List<Outcome> apply(long offset, String line) {
        return apply(filter, offset, line);
    }

    private List<Outcome> apply(SourceFilter filter, long offset, String line) {
        List<Outcome> outcomes = new ArrayList<>();
        SourceFilter.Session session = sessions.get(filter, SOURCE, CLOCK, offset);
        sessions.changed(filter, SOURCE);
        session.apply(TestFleet.bytes(line), CLOCK, null, (jail, outcome) -> outcomes.add(outcome));
        return outcomes;
    }

    private @Nullable String userAt(long offset) {
        Outcome outcome =
                apply(offset, "fail " + CLOCK.getEpochSecond() + " 192.0.2.7").get(0);
        return ((Outcome.Matched) outcome).failures().get(0).groups().get("user");
    }
}
