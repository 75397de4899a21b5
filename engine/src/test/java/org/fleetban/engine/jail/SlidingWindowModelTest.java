package org.fleetban.engine.jail;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.fleetban.engine.jail.Decision.Kind;
import org.junit.jupiter.api.Test;

/** The window against counting by brute force over all failures, on random sequences. */
class SlidingWindowModelTest {

    private static final int SEQUENCES = 5_000;

    @Test
    void bansAtTheFailureAtWhichCountingByHandFindsMaxretryWithinFindtime() {
        for (int seed = 0; seed < SEQUENCES; seed++) {
            Random random = new Random(seed);
            int maxRetry = 1 + random.nextInt(6);
            int findTime = 10 + random.nextInt(600);
            List<Long> times = times(random, 12, 3600);
            Offender offender = new Offender(Jails.of(maxRetry, findTime, 36_000));
            long banned = -1;
            for (int i = 0; i < times.size() && banned < 0; i++) {
                boolean decided = !offender.fails(Offender.attempt(times.get(i), i))
                        .decisions()
                        .isEmpty();
                banned = decided ? i : -1;
            }
            assertThat(banned).as("seed %d", seed).isEqualTo(firstFull(times, maxRetry, findTime));
        }
    }

    @Test
    void whetherAnOffenderIsBannedDoesNotDependOnTheOrderOfArrivalNorOnRepeats() {
        for (int seed = 0; seed < SEQUENCES; seed++) {
            Random random = new Random(seed);
            int maxRetry = 2 + random.nextInt(5);
            int findTime = 10 + random.nextInt(600);
            List<Long> times = times(random, 12, 3600);
            List<Integer> arrival = new ArrayList<>();
            for (int i = 0; i < times.size(); i++) {
                int repeats = 1 + random.nextInt(3);
                arrival.addAll(Collections.nCopies(repeats, i));
            }
            Collections.shuffle(arrival, random);
            Offender offender = new Offender(Jails.of(maxRetry, findTime, 36_000)).now(3600);
            List<Decision> decisions = new ArrayList<>();
            for (int i : arrival) {
                decisions.addAll(
                        offender.fails(Offender.attempt(times.get(i), i)).decisions());
            }
            boolean expected = firstFull(times, maxRetry, findTime) >= 0;
            assertThat(offender.state().isBanned()).as("seed %d", seed).isEqualTo(expected);
            assertThat(decisions.stream()
                            .filter(decision -> decision.kind() == Kind.BAN)
                            .count())
                    .as("seed %d", seed)
                    .isEqualTo(expected ? 1 : 0);
        }
    }

    @Test
    void repeatingAnyStretchOfTheStreamChangesNeitherStateNorDecisions() {
        for (int seed = 0; seed < SEQUENCES; seed++) {
            Random random = new Random(seed);
            int maxRetry = 1 + random.nextInt(4);
            Jails jail = Jails.of(maxRetry, 10 + random.nextInt(100), 20 + random.nextInt(300));
            List<Long> times = times(random, 30, 1000);
            Offender faultless = new Offender(jail);
            Offender crashing = new Offender(jail);
            List<String> once = new ArrayList<>();
            List<String> withRepeats = new ArrayList<>();
            for (int i = 0; i < times.size(); i++) {
                once.addAll(events(faultless, times, i));
                withRepeats.addAll(events(crashing, times, i));
                if (random.nextInt(4) == 0) {
                    for (int again = random.nextInt(i + 1); again <= i; again++) {
                        withRepeats.addAll(events(crashing, times, again));
                    }
                }
            }
            assertThat(withRepeats).as("seed %d", seed).isEqualTo(once);
            assertThat(crashing.state()).as("seed %d", seed).isEqualTo(faultless.state());
        }
    }

    private static List<String> events(Offender offender, List<Long> times, int i) {
        return offender.now(times.get(i)).fails(Offender.attempt(times.get(i), i)).decisions().stream()
                .map(decision -> decision.kind() + " " + decision.event())
                .toList();
    }

    private static List<Long> times(Random random, int count, int seconds) {
        List<Long> times = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            times.add((long) random.nextInt(seconds));
        }
        Collections.sort(times);
        return times;
    }

    private static int firstFull(List<Long> times, int maxRetry, int findTime) {
        for (int i = 0; i < times.size(); i++) {
            long end = times.get(i);
            int within = 0;
            for (int j = 0; j <= i; j++) {
                within += end - times.get(j) < findTime ? 1 : 0;
            }
            if (within >= maxRetry) {
                return i;
            }
        }
        return -1;
    }
}
