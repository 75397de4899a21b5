package org.fleetban.engine.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.fleetban.engine.config.FilterDefinition;
import org.fleetban.engine.config.JailDefinition.UseDns;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FilterTest {

    private static final Instant CLOCK = Instant.parse("2026-03-01T12:00:00Z");
    private static final String STAMP = "2026-03-01 11:59:58 ";

    private static FilterDefinition definition(
            @Nullable String prefix, List<String> fail, List<String> ignore, int maxLines) {
        return new FilterDefinition("sample", prefix, fail, ignore, maxLines, null, List.of(), Map.of());
    }

    private static Filter filter(String... fail) throws FilterException {
        return Filter.compile(definition(null, List.of(fail), List.of(), 1), UseDns.WARN, ZoneOffset.UTC);
    }

    private static Outcome apply(Filter filter, FilterState state, String line) {
        return apply(filter, state, line, CLOCK);
    }

    private static Outcome apply(Filter filter, FilterState state, String line, Instant clock) {
        return filter.apply(state, line.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8, clock);
    }

    private static Failure failure(Outcome outcome) {
        assertThat(outcome).isInstanceOf(Outcome.Matched.class);
        return ((Outcome.Matched) outcome).failures().get(0);
    }

    @Test
    void aLineWithoutItsDateIsWhatExpressionsSee() throws FilterException {
        Filter filter = filter("^ *no for <F-USER>\\S+</F-USER> from <HOST>:<F-PORT/>$");
        Failure failure = failure(apply(filter, filter.newState(), STAMP + "no for root from 192.0.2.7:22\r\n"));
        assertThat(failure.id()).isEqualTo("192.0.2.7");
        assertThat(failure.ip()).isEqualTo("192.0.2.7");
        assertThat(failure.dns()).isNull();
        assertThat(failure.time()).isEqualTo(Instant.parse("2026-03-01T11:59:58Z"));
        assertThat(failure.groups()).containsEntry("user", "root").containsEntry("fport", "22");
        assertThat(failure.matches()).containsExactly(STAMP + "no for root from 192.0.2.7:22");
    }

    @ParameterizedTest
    @CsvSource({
        "2026-03-01 11:00:00, 2026-03-01T11:00:00Z",
        "2026-03-01 09:59:59, 2026-03-01T09:59:59Z",
        "2025-12-24 00:00:00, 2025-12-24T00:00:00Z",
        "2026-03-01 12:00:01, 2026-03-01T12:00:00Z",
        "2026-03-01 14:00:00, 2026-03-01T12:00:00Z",
        "'', 2026-03-01T12:00:00Z",
        "2026-02-30 11:00:00, 2026-03-01T12:00:00Z",
    })
    void aTimeAheadOfTheClockIsTheClocksAndOneBehindItStays(String stamp, Instant time) throws FilterException {
        Filter filter = filter("no from <HOST>$");
        assertThat(failure(apply(filter, filter.newState(), stamp + " no from 192.0.2.7"))
                        .time())
                .isEqualTo(time);
    }

    @Test
    void oldFilesKeepTheirTimes() throws FilterException {
        Filter filter = filter("no from <HOST>$");
        LogLine line = LogLine.ofFile(
                "2026-03-01 14:00:00 no from 192.0.2.7".getBytes(StandardCharsets.UTF_8),
                StandardCharsets.UTF_8,
                CLOCK);
        assertThat(failure(filter.apply(filter.newState(), line, LogTime.AS_WRITTEN))
                        .time())
                .isEqualTo(Instant.parse("2026-03-01T14:00:00Z"));
    }

    @Test
    void aLineWithoutADateTakesTheOneThatWasReadJustBefore() throws FilterException {
        Filter filter = filter("no from <HOST>$");
        FilterState state = filter.newState();
        apply(filter, state, "2026-03-01 10:00:00 hello");
        assertThat(failure(apply(filter, state, "no from 192.0.2.7", CLOCK.plusSeconds(59)))
                        .time())
                .isEqualTo(Instant.parse("2026-03-01T10:00:00Z"));
        assertThat(failure(apply(filter, state, "no from 192.0.2.7", CLOCK.plusSeconds(60)))
                        .time())
                .isEqualTo(CLOCK.plusSeconds(60));
    }

    @Test
    void aJournalsTimeIsKnownAndItsTextIsLeftWhole() throws FilterException {
        Filter filter = filter("^2026-01-01 10:00:00 no from <HOST>$");
        LogLine line = new LogLine(
                "2026-01-01 10:00:00 no from 192.0.2.7".getBytes(StandardCharsets.UTF_8),
                StandardCharsets.UTF_8,
                CLOCK,
                CLOCK.minusSeconds(5));
        assertThat(failure(filter.apply(filter.newState(), line, LogTime.BOUNDED))
                        .time())
                .isEqualTo(CLOCK.minusSeconds(5));
    }

    @ParameterizedTest
    @CsvSource({
        "WARN, bad.example.org, bad.example.org, , bad.example.org",
        "YES, bad.example.org, bad.example.org, , bad.example.org",
        "RAW, bad.example.org, bad.example.org, ,",
        "NO, bad.example.org, , ,",
        "NO, 2001:DB8::1, 2001:db8::1, 2001:db8::1,",
        "WARN, ::ffff:192.0.2.1, 192.0.2.1, 192.0.2.1,",
        "WARN, 192.0.2.1, 192.0.2.1, 192.0.2.1,",
        "RAW, 192.0.2.1, 192.0.2.1, 192.0.2.1,",
    })
    void aNameIsReportedForTheCallerToResolve(
            UseDns useDns, String text, @Nullable String id, @Nullable String ip, @Nullable String dns)
            throws FilterException {
        Filter filter = Filter.compile(definition(null, List.of("from <HOST>$"), List.of(), 1), useDns, ZoneOffset.UTC);
        Outcome outcome = apply(filter, filter.newState(), STAMP + "no from " + text);
        if (id == null) {
            assertThat(outcome).isEqualTo(Outcome.NO_MATCH);
            return;
        }
        assertThat(failure(outcome).id()).isEqualTo(id);
        assertThat(failure(outcome).ip()).isEqualTo(ip);
        assertThat(failure(outcome).dns()).isEqualTo(dns);
    }

    @Test
    void anIdBesideAnAddressIsWhatCounts() throws FilterException {
        Filter filter = filter("key <F-ID>\\S+</F-ID> from <ADDR>$", "net <SUBNET>$", "id <F-ID/>$");
        FilterState state = filter.newState();
        Failure complex = failure(apply(filter, state, STAMP + "key abc from 192.0.2.1"));
        assertThat(complex.id()).isEqualTo("abc");
        assertThat(complex.ip()).isEqualTo("192.0.2.1");
        assertThat(failure(apply(filter, state, STAMP + "net 192.0.2.77/24")).id())
                .isEqualTo("192.0.2.0/24");
        assertThat(failure(apply(filter, state, STAMP + "id 2001:DB8::0/32")).id())
                .isEqualTo("2001:db8::/32");
        Failure raw = failure(apply(filter, state, STAMP + "id a/b"));
        assertThat(raw.id()).isEqualTo("a/b");
        assertThat(raw.ip()).isNull();
    }

    @Test
    void alternativesFillAnEmptyGroupAndTuplesExtendIt() throws FilterException {
        Filter filter = filter(
                "^ *a (?:<F-USER>u\\d</F-USER>|<F-ALT_USER>x\\d</F-ALT_USER>|<F-ALT_USER_1>y\\d</F-ALT_USER_1>) <HOST>$",
                "^ *b <F-ID>\\w+</F-ID>,<F-TUPLE_ID>[^,]*</F-TUPLE_ID>,<F-TUPLE_ID_1>.*</F-TUPLE_ID_1>$");
        FilterState state = filter.newState();
        for (String user : List.of("u1", "x1", "y1")) {
            assertThat(failure(apply(filter, state, STAMP + "a " + user + " 192.0.2.1"))
                            .groups())
                    .containsEntry("user", user);
        }
        assertThat(failure(apply(filter, state, STAMP + "b one,two,it's")).id()).isEqualTo("('one', 'two', 'it\\'s')");
    }

    @Test
    void prefixNarrowsTheTextAndItsGroupsGiveWayToThoseOfTheFailregex() throws FilterException {
        Filter filter = Filter.compile(
                definition(
                        "^ *<F-USER>daemon</F-USER>: <F-CONTENT>.+</F-CONTENT>$",
                        List.of("^no from <HOST>$", "^no for <F-USER>\\S+</F-USER> from <HOST>$"),
                        List.of(),
                        1),
                UseDns.WARN,
                ZoneOffset.UTC);
        FilterState state = filter.newState();
        assertThat(failure(apply(filter, state, STAMP + "daemon: no from 192.0.2.1"))
                        .groups())
                .isEqualTo(Map.of("user", "daemon", "ip4", "192.0.2.1"));
        Failure second = failure(apply(filter, state, STAMP + "daemon: no for eve from 192.0.2.1"));
        assertThat(second.expression()).isEqualTo(1);
        assertThat(second.groups()).containsEntry("user", "eve");
        assertThat(apply(filter, state, STAMP + "other: no from 192.0.2.1")).isEqualTo(Outcome.NO_MATCH);
    }

    @Test
    void oneIgnoreregexSeesTheWholeLineOnlyWithFourFailregexes() throws FilterException {
        List<String> three = List.of("^no from <HOST>$", "^b <HOST>$", "^c <HOST>$");
        List<String> four = List.of("^no from <HOST>$", "^b <HOST>$", "^c <HOST>$", "^d <HOST>$");
        for (List<String> fail : List.of(three, four)) {
            Filter filter = Filter.compile(
                    definition(
                            "^ *(?:daemon|healthcheck): <F-CONTENT>.+</F-CONTENT>$", fail, List.of("healthcheck"), 1),
                    UseDns.WARN,
                    ZoneOffset.UTC);
            Outcome outcome = apply(filter, filter.newState(), STAMP + "healthcheck: no from 192.0.2.1");
            if (fail.size() == 3) {
                assertThat(outcome).isInstanceOf(Outcome.Matched.class);
            } else {
                assertThat(outcome).isEqualTo(new Outcome.Ignored(0));
            }
        }
    }

    @Test
    void aHitThatIsIgnoredEndsTheLine() throws FilterException {
        Filter filter = Filter.compile(
                definition(null, List.of("no from <HOST>", "from <HOST>"), List.of("from 192\\.0\\.2\\.1$"), 1),
                UseDns.WARN,
                ZoneOffset.UTC);
        assertThat(apply(filter, filter.newState(), STAMP + "no from 192.0.2.1"))
                .isEqualTo(new Outcome.Ignored(0));
        assertThat(apply(filter, filter.newState(), STAMP + "no from 192.0.2.2"))
                .isInstanceOf(Outcome.Matched.class);
    }

    /** A login service: who it is stands in other lines of the session than the failure. */
    private static Filter sessions() throws FilterException {
        return filter(
                "^ *<F-MLFID>\\[\\d+\\]</F-MLFID>: <F-NOFAIL>connect</F-NOFAIL> from <HOST>$",
                "^ *<F-MLFID>\\[\\d+\\]</F-MLFID>: no for <F-USER>\\S+</F-USER>$",
                "^ *<F-MLFID>\\[\\d+\\]</F-MLFID>: <F-MLFGAINED>yes</F-MLFGAINED> for <F-USER>\\S+</F-USER>$",
                "^ *<F-MLFID>\\[\\d+\\]</F-MLFID>: <F-NOFAIL><F-MLFFORGET>bye</F-MLFFORGET></F-NOFAIL>$");
    }

    @Test
    void aFailureTakesItsOffenderFromAnEarlierLineOfTheSession() throws FilterException {
        Filter filter = sessions();
        FilterState state = filter.newState();
        assertThat(apply(filter, state, STAMP + "[1]: connect from 192.0.2.1")).isEqualTo(new Outcome.Pending(0));
        assertThat(apply(filter, state, STAMP + "[2]: connect from 192.0.2.2")).isEqualTo(new Outcome.Pending(0));
        Failure failure = failure(apply(filter, state, STAMP + "[1]: no for eve"));
        assertThat(failure.id()).isEqualTo("192.0.2.1");
        assertThat(failure.users()).containsExactly("eve");
        assertThat(failure.matches()).containsExactly(STAMP + "[1]: connect from 192.0.2.1", STAMP + "[1]: no for eve");
        assertThat(failure(apply(filter, state, STAMP + "[1]: no for eve")).matches())
                .as("the lines of a failure that was reported are not reported again")
                .containsExactly(STAMP + "[1]: no for eve");
    }

    @Test
    void aFailureWithoutAnOffenderWaitsForOne() throws FilterException {
        Filter filter = sessions();
        FilterState state = filter.newState();
        assertThat(apply(filter, state, STAMP + "[1]: no for eve")).isEqualTo(new Outcome.Pending(1));
        Failure failure = failure(apply(filter, state, STAMP + "[1]: connect from 192.0.2.1"));
        assertThat(failure.id()).isEqualTo("192.0.2.1");
        assertThat(failure.matches()).hasSize(2);
    }

    @Test
    void aLoginIsNoFailureUnlessOthersWereTried() throws FilterException {
        Filter filter = sessions();
        FilterState state = filter.newState();
        apply(filter, state, STAMP + "[1]: connect from 192.0.2.1");
        assertThat(apply(filter, state, STAMP + "[1]: yes for eve")).isEqualTo(new Outcome.Pending(2));
        apply(filter, state, STAMP + "[2]: connect from 192.0.2.2");
        failure(apply(filter, state, STAMP + "[2]: no for root"));
        Failure second = failure(apply(filter, state, STAMP + "[2]: yes for eve"));
        assertThat(second.users()).containsExactly("root", "eve");
    }

    @Test
    void aSessionEndsWithItsLastLineOrAfterFiveMinutesOfTheLog() throws FilterException {
        Filter filter = sessions();
        FilterState state = filter.newState();
        apply(filter, state, STAMP + "[1]: connect from 192.0.2.1");
        apply(filter, state, STAMP + "[1]: bye");
        assertThat(apply(filter, state, STAMP + "[1]: no for eve")).isEqualTo(new Outcome.Pending(1));

        apply(filter, state, STAMP + "[2]: connect from 192.0.2.2");
        Instant later = CLOCK.plus(Duration.ofMinutes(5));
        assertThat(apply(filter, state, STAMP + "[2]: no for eve", later.minusSeconds(1)))
                .isInstanceOf(Outcome.Matched.class);
        assertThat(apply(filter, state, STAMP + "[2]: no for eve", later)).isInstanceOf(Outcome.Pending.class);
    }

    @Test
    void ofMoreThanAHundredSessionsTheOldestIsForgotten() throws FilterException {
        Filter filter = sessions();
        FilterState state = filter.newState();
        for (int i = 0; i <= 100; i++) {
            apply(filter, state, STAMP + "[" + i + "]: connect from 192.0.2.1");
        }
        assertThat(apply(filter, state, STAMP + "[1]: no for eve")).isInstanceOf(Outcome.Matched.class);
        assertThat(apply(filter, state, STAMP + "[0]: no for eve")).isInstanceOf(Outcome.Pending.class);
    }

    @Test
    void anAttackerDoesNotMakeASessionGrowWithoutEnd() throws FilterException {
        Filter filter = sessions();
        FilterState state = filter.newState();
        String user = "x".repeat(20_000);
        for (int i = 0; i < 300; i++) {
            apply(filter, state, STAMP + "[1]: no for " + user);
        }
        assertThat(state.toBytes().length).isLessThan(1_000_000);
    }

    @Test
    void aStateThatIsShortenedForgetsEvidenceBeforeSessionsUntilNothingIsLeft() throws FilterException {
        Filter filter = sessions();
        FilterState state = filter.newState();
        for (int i = 0; i < 8; i++) {
            apply(filter, state, STAMP + "[1]: connect from 192.0.2.1");
            apply(filter, state, STAMP + "[2]: connect from 192.0.2.2");
        }
        for (int i = 0; i < 4; i++) {
            assertThat(state.shorten()).isTrue();
        }
        FilterState read = filter.readState(state.toBytes());
        assertThat(failure(apply(filter, read, STAMP + "[1]: no for eve")).matches())
                .containsExactly(STAMP + "[1]: no for eve");

        assertThat(state.shorten()).as("the older session").isTrue();
        assertThat(apply(filter, filter.readState(state.toBytes()), STAMP + "[2]: no for eve"))
                .isInstanceOf(Outcome.Matched.class);
        assertThat(apply(filter, state, STAMP + "[1]: no for eve")).isInstanceOf(Outcome.Pending.class);
        assertThat(state.shorten()).as("its evidence").isTrue();
        assertThat(state.shorten()).as("of two sessions one").isTrue();
        assertThat(state.shorten()).as("the last session").isTrue();
        assertThat(state.shorten()).isFalse();
    }

    @Test
    void aStateThatWasWrittenAndReadGoesOnLikeTheOther() throws FilterException {
        Filter filter = sessions();
        FilterState state = filter.newState();
        apply(filter, state, STAMP + "[1]: connect from 192.0.2.1");
        apply(filter, state, STAMP + "[2]: no for ä\ud83d\ude00");
        FilterState read = filter.readState(state.toBytes());
        assertThat(read.toBytes()).isEqualTo(state.toBytes());
        for (String line : List.of("[1]: no for eve", "no date", "[2]: connect from 192.0.2.2")) {
            assertThat(apply(filter, read, line)).isEqualTo(apply(filter, state, line));
        }
    }

    @Test
    void aStateThatIsNoneIsRefused() throws FilterException {
        Filter filter = sessions();
        byte[] state = filter.newState().toBytes();
        state[0] = 9;
        assertThatThrownBy(() -> filter.readState(state))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("version 9");
        assertThatThrownBy(() -> filter.readState(new byte[] {1, 0}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cut short");
    }

    @Test
    void skippedLinesStayInTheBufferAndMatchedOnesLeaveIt() throws FilterException {
        Filter filter = Filter.compile(
                definition(null, List.of("^ *<HOST> begins$<SKIPLINES>^ *it failed$"), List.of(), 4),
                UseDns.WARN,
                ZoneOffset.UTC);
        FilterState state = filter.newState();
        apply(filter, state, STAMP + "192.0.2.1 begins");
        apply(filter, state, STAMP + "192.0.2.2 begins");
        Failure first = failure(apply(filter, state, STAMP + "it failed"));
        assertThat(first.id()).isEqualTo("192.0.2.1");
        assertThat(first.matches()).containsExactly(STAMP + "192.0.2.1 begins", STAMP + "it failed");
        FilterState read = filter.readState(state.toBytes());
        assertThat(failure(apply(filter, read, STAMP + "it failed")).id()).isEqualTo("192.0.2.2");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "no from (<HOST>; 'no from (<HOST>'",
                "no from me; names no offender",
                "<HOST> or <HOST>; redefinition",
            })
    void aWrongExpressionIsRefusedWithItsOptionAndReason(String expression, String reason) {
        assertThatThrownBy(() -> filter(expression))
                .isInstanceOf(FilterException.class)
                .hasMessageContaining("filter sample: failregex")
                .hasMessageContaining(reason);
    }

    @Test
    void bytesThatAreNotOfTheEncodingDoNotHideTheOffender() throws FilterException {
        Filter filter = filter("no for .+ from <HOST>$");
        byte[] line = (STAMP + "no for \u00ff\u00fe from 192.0.2.1").getBytes(StandardCharsets.ISO_8859_1);
        Failure failure = failure(filter.apply(filter.newState(), line, StandardCharsets.UTF_8, CLOCK));
        assertThat(failure.matches()).containsExactly(STAMP + "no for \ufffd\ufffd from 192.0.2.1");
    }
}
