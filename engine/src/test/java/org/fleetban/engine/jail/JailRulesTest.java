package org.fleetban.engine.jail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.fleetban.engine.jail.Decision.Kind;
import org.fleetban.engine.jail.Judgement.Outcome;
import org.junit.jupiter.api.Test;

class JailRulesTest {

    private static final long DAY = Offender.DAY;

    @Test
    void theFailureThatReachesMaxretryWithinFindtimeBans() {
        Offender offender = new Offender(Jails.of(3, 600, 3600));

        assertThat(offender.failsAt(0, 10)).isEmpty();
        List<Decision> decisions = offender.failsAt(20);

        assertThat(decisions).singleElement().satisfies(decision -> {
            assertThat(decision.kind()).isEqualTo(Kind.BAN);
            assertThat(decision.ban().sinceMs()).isEqualTo(DAY + 20_000);
            assertThat(decision.ban().untilMs()).isEqualTo(DAY + 3_620_000);
            assertThat(decision.ban().count()).isEqualTo(3);
            assertThat(decision.ban().number()).isEqualTo(1);
            assertThat(decision.ban().evidence())
                    .extracting(Attempt::line)
                    .containsExactly("line 0", "line 10", "line 20");
        });
    }

    @Test
    void failuresAsFarApartAsFindtimeAreNotWithinIt() {
        assertThat(new Offender(Jails.of(5, 600, 600)).failsAt(0, 150, 300, 450, 600, 750, 900))
                .isEmpty();
        assertThat(new Offender(Jails.of(5, 600, 600)).failsAt(0, 150, 300, 450, 599))
                .hasSize(1);
    }

    @Test
    void anEvenRateBelowTheLimitNeverBans() {
        Offender offender = new Offender(Jails.of(5, 600, 600));
        for (int i = 0; i < 1000; i++) {
            assertThat(offender.failsAt(i * 150L)).isEmpty();
        }
        assertThat(offender.state().window().size()).isLessThan(12);
    }

    @Test
    void theSameLineCountsOnce() {
        Offender offender = new Offender(Jails.of(3, 600, 600));
        offender.failsAt(0, 1);

        assertThat(offender.fails(Offender.attempt(1, 1)).outcome()).isEqualTo(Outcome.DUPLICATE);
        assertThat(offender.fails(Offender.attempt(0, 0)).decisions()).isEmpty();
    }

    @Test
    void aLineThatWasCountedInABanNeverCountsAgain() {
        Offender offender = new Offender(Jails.of(3, 600, 600));
        offender.failsAt(0, 1, 2);

        for (int round = 0; round < 3; round++) {
            for (int line = 0; line < 3; line++) {
                assertThat(offender.fails(Offender.attempt(line, line)).outcome())
                        .isEqualTo(Outcome.SETTLED);
            }
        }
        assertThat(offender.state().ban())
                .isNotNull()
                .satisfies(ban -> assertThat(ban.count()).isEqualTo(3));
    }

    @Test
    void aLateFailureCompletesTheWindowThatItBelongsTo() {
        Offender offender = new Offender(Jails.of(3, 600, 600)).now(900);
        assertThat(offender.failsAt(0, 20, 700)).isEmpty();

        List<Decision> decisions = offender.failsAt(10);

        assertThat(decisions)
                .singleElement()
                .satisfies(decision -> assertThat(decision.ban().sinceMs()).isEqualTo(DAY + 20_000));
        assertThat(offender.state().window()).extracting(Attempt::timeMs).containsExactly(DAY + 700_000);
    }

    @Test
    void aBanThatIsOverBeforeItIsDecidedIsExpired() {
        Offender offender = new Offender(Jails.of(2, 600, 600)).now(5_000);

        assertThat(offender.failsAt(0, 1)).singleElement().satisfies(decision -> {
            assertThat(decision.kind()).isEqualTo(Kind.EXPIRED);
            assertThat(decision.ban().isStanding()).isFalse();
        });
    }

    @Test
    void aNegativeBantimeBansForEverAndFurtherFailuresChangeNothing() {
        Offender offender = new Offender(Jails.of(2, 600, -1));

        assertThat(offender.failsAt(0, 1))
                .singleElement()
                .satisfies(decision -> assertThat(decision.ban().untilMs()).isEqualTo(Ban.NEVER));
        assertThat(offender.failsAt(2, 3, 4, 5, 6)).isEmpty();
        assertThat(offender.rules().forgetAtMs(offender.state())).isEqualTo(Ban.NEVER);
    }

    @Test
    void failuresDuringABanExtendItFromTheNewDecidingFailure() {
        Offender offender = new Offender(Jails.of(2, 600, 600));
        offender.failsAt(0, 1);

        assertThat(offender.failsAt(300, 301)).singleElement().satisfies(decision -> {
            assertThat(decision.kind()).isEqualTo(Kind.EXTEND);
            assertThat(decision.ban().untilMs()).isEqualTo(DAY + 901_000);
            assertThat(decision.ban().sinceMs()).isEqualTo(DAY + 1_000);
            assertThat(decision.ban().number()).isEqualTo(1);
            assertThat(decision.ban().count()).isEqualTo(4);
        });
    }

    @Test
    void aFloodDuringABanExtendsItInSteps() {
        Offender offender = new Offender(Jails.of(3, 600, 600));
        offender.failsAt(0, 1, 2);
        int extensions = 0;
        for (int i = 0; i < 6_000; i++) {
            extensions += offender.fails(Offender.attempt(3 + i / 100, 1000 + i))
                    .decisions()
                    .size();
        }

        assertThat(extensions).isEqualTo(1);
        assertThat(offender.state().window().size()).isLessThanOrEqualTo(3);
        assertThat(offender.state().ban())
                .isNotNull()
                .satisfies(ban -> assertThat(ban.untilMs()).isGreaterThanOrEqualTo(DAY + 662_000));
    }

    @Test
    void anOffenderWhoseBanIsOverIsBannedAgainAndTheBansAreCounted() {
        Offender offender = new Offender(Jails.of(2, 60, 600));
        offender.failsAt(0, 1);
        offender.become(JailRules.lift(offender.state()));

        assertThat(offender.now(700).failsAt(699, 700)).singleElement().satisfies(decision -> {
            assertThat(decision.kind()).isEqualTo(Kind.BAN);
            assertThat(decision.ban().number()).isEqualTo(2);
        });
    }

    @Test
    void theSameCauseHasTheSameEvent() {
        String first = new Offender(Jails.of(2, 60, 600)).failsAt(0, 5).get(0).event();
        String again = new Offender(Jails.of(2, 60, 600)).failsAt(5, 0).get(0).event();
        String other = new Offender(Jails.of(2, 60, 600)).failsAt(0, 6).get(0).event();

        assertThat(again).isEqualTo(first).hasSize(32);
        assertThat(other).isNotEqualTo(first);
    }

    @Test
    void anIgnoredOffenderIsRefusedOncePerBantime() {
        Offender offender = new Offender(Jails.of(2, 60, 600)).ignoredBy("ignoreip: 192.0.2.0/24");

        assertThat(offender.failsAt(0, 1)).singleElement().satisfies(decision -> {
            assertThat(decision.kind()).isEqualTo(Kind.REFUSED);
            assertThat(decision.ignoredBy()).isEqualTo("ignoreip: 192.0.2.0/24");
            assertThat(decision.ban().isStanding()).isFalse();
        });
        assertThat(offender.failsAt(2, 3, 4, 5)).isEmpty();
        assertThat(offender.now(700).failsAt(700, 701))
                .extracting(Decision::kind)
                .containsExactly(Kind.REFUSED);
        assertThat(offender.state().banCount()).isZero();
    }

    @Test
    void anOffenderThatIsNoLongerIgnoredIsBanned() {
        Offender offender = new Offender(Jails.of(2, 60, 600)).ignoredBy("ignoreip: x");
        offender.failsAt(0, 1);

        assertThat(offender.ignoredBy(null).failsAt(2, 3))
                .extracting(Decision::kind)
                .containsExactly(Kind.BAN);
    }

    @Test
    void onlyTheNewestMaxmatchesLinesAreKept() {
        Offender offender = new Offender(Jails.of(5, 600, 600).maxMatches(2));
        offender.failsAt(0, 1, 2, 3);
        assertThat(offender.state().window()).extracting(Attempt::line).containsExactly("", "", "line 2", "line 3");

        assertThat(offender.failsAt(4))
                .singleElement()
                .satisfies(decision -> assertThat(decision.ban().evidence())
                        .extracting(Attempt::line)
                        .containsExactly("line 3", "line 4"));
    }

    @Test
    void aStateFitsIntoARecordWhateverMaxmatchesAllows() {
        Offender offender = new Offender(Jails.of(1000, 600, 600).maxMatches(1000));
        String text = "\u20ac".repeat(2_000);
        Judgement last = null;
        for (int i = 0; i < 1000; i++) {
            Attempt attempt = Offender.attempt(i / 10, i);
            last = offender.fails(
                    new Attempt(attempt.host(), attempt.path(), attempt.file(), i, attempt.timeMs(), i + text));
            assertThat(OffenderStateCodec.encode(offender.state())).hasSizeLessThan(500_000);
        }
        assertThat(last).isNotNull();
        assertThat(last.decisions()).singleElement().satisfies(decision -> {
            assertThat(decision.ban().count()).isEqualTo(1000);
            assertThat(decision.ban().evidence()).hasSizeBetween(20, 30);
            assertThat(decision.ban()
                            .evidence()
                            .get(decision.ban().evidence().size() - 1)
                            .line())
                    .startsWith("999");
        });
    }

    @Test
    void anOperatorBansForAsLongAsOrderedAndMayOnlyProlong() {
        Offender offender = new Offender(Jails.of(2, 60, 600));
        OffenderState banned = offender.rules().banByOrder(OffenderState.NEW, DAY, 3_600_000L, "e1", "seen elsewhere");

        assertThat(banned.ban()).isNotNull().satisfies(ban -> {
            assertThat(ban.untilMs()).isEqualTo(DAY + 3_600_000);
            assertThat(ban.reason()).isEqualTo("seen elsewhere");
        });
        assertThat(offender.rules().banByOrder(banned, DAY + 1, null, "e2", null))
                .isSameAs(banned);
        assertThat(offender.rules()
                        .banByOrder(banned, DAY + 1, Ban.NEVER, "e3", null)
                        .ban())
                .isNotNull()
                .satisfies(ban -> assertThat(ban.untilMs()).isEqualTo(Ban.NEVER));
    }

    @Test
    void anOperatorsUnbanForgivesTheFailuresBeforeIt() {
        Offender offender = new Offender(Jails.of(2, 60, 600)).now(10);
        offender.failsAt(0, 1, 9);
        offender.become(JailRules.unbanByOrder(offender.state(), DAY + 10_000));

        assertThat(offender.state().isBanned()).isFalse();
        assertThat(offender.failsAt(5, 8, 10)).isEmpty();
        assertThat(offender.failsAt(11, 12)).extracting(Decision::kind).containsExactly(Kind.BAN);
    }

    @Test
    void anOffenderIsForgottenWhenNothingOfItCanMatterAnyMore() {
        Offender offender = new Offender(Jails.of(2, 60, 600));
        offender.failsAt(100);
        assertThat(offender.rules().forgetAtMs(offender.state())).isEqualTo(DAY + 760_000);

        offender.failsAt(101);
        assertThat(offender.rules().forgetAtMs(offender.state())).isEqualTo(DAY + 761_000);
        offender.become(JailRules.lift(offender.state()));
        assertThat(offender.rules().forgetAtMs(offender.state())).isEqualTo(DAY + 101_000 + 86_400_000);
    }

    @Test
    void rulesThatMakeNoSenseAreRefusedWithTheOption() {
        assertThatThrownBy(() -> JailRules.compile(Jails.of(0, 60, 600).definition()))
                .isInstanceOf(JailException.class)
                .hasMessage("maxretry = 0: expected at least 1");
        assertThatThrownBy(() -> JailRules.compile(Jails.of(1, 0, 600).definition()))
                .isInstanceOf(JailException.class)
                .hasMessageContaining("findtime = 0");
    }
}
