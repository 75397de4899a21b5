package org.fleetban.engine.jail;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A jail in memory, for what has no stream: failures in, decisions out. Its clock is the log's own time, so it decides as
 * if it had been there. Not thread-safe.
 */
public final class JailReplay {

    private final JailRules rules;
    private final IgnoreList ignored;
    private final Map<String, OffenderState> offenders = new HashMap<>();

    /**
     * @param rules the jail's rules
     * @param ignored offenders that are never banned
     */
    public JailReplay(JailRules rules, IgnoreList ignored) {
        this.rules = rules;
        this.ignored = ignored;
    }

    /**
     * Counts a failure.
     *
     * @param offender the offender's id; in a host-scoped jail with the host, however the caller joins them
     * @param id the offender's id alone, for the ignore list
     * @param attempt the failure
     * @return what was decided, mostly nothing
     */
    public List<Decision> count(String offender, String id, Attempt attempt) {
        Judgement judgement = rules.judge(
                offender, offenders.getOrDefault(offender, OffenderState.NEW), attempt, new Then(id, attempt));
        offenders.put(offender, judgement.state());
        return judgement.decisions();
    }

    private final class Then implements Circumstances {

        private final String id;
        private final Attempt attempt;

        Then(String id, Attempt attempt) {
            this.id = id;
            this.attempt = attempt;
        }

        @Override
        public long nowMs() {
            return attempt.timeMs();
        }

        @Override
        public @Nullable String ignoredBy() {
            return ignored.ruleFor(id, IpRange.parse(id));
        }

        @Override
        public int bansInOtherJails() {
            return 0;
        }
    }
}
