package org.fleetban.engine.jail;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One offender under a jail's rules, for tests: failures in, decisions out; the state goes through its binary form. */
final class Offender implements Circumstances {

    static final long DAY = 1_790_000_000_000L;

    private final JailRules rules;
    private OffenderState state = OffenderState.NEW;
    private long nowMs = DAY;
    private @Nullable String ignoredBy;
    private int bansInOtherJails;

    Offender(Jails jail) {
        this.rules = jail.rules();
    }

    Offender now(long second) {
        nowMs = DAY + second * 1000;
        return this;
    }

    Offender ignoredBy(@Nullable String rule) {
        ignoredBy = rule;
        return this;
    }

    Offender bansInOtherJails(int bans) {
        bansInOtherJails = bans;
        return this;
    }

    static Attempt attempt(long second, long line) {
        return new Attempt("web1", "/var/log/auth.log", "f1", line, DAY + second * 1000, "line " + line);
    }

    /** Fails once at each of these seconds, every time with a new line. */
    List<Decision> failsAt(long... seconds) {
        List<Decision> decisions = new ArrayList<>();
        for (long second : seconds) {
            decisions.addAll(fails(attempt(second, second)).decisions());
        }
        return decisions;
    }

    Judgement fails(Attempt attempt) {
        Judgement judgement = rules.judge("sshd|192.0.2.1", state, attempt, this);
        become(judgement.state());
        return judgement;
    }

    void become(OffenderState next) {
        state = OffenderStateCodec.decode(OffenderStateCodec.encode(next));
        if (!state.equals(next)) {
            throw new AssertionError("a state changed on its way through bytes: " + next + " became " + state);
        }
    }

    OffenderState state() {
        return state;
    }

    JailRules rules() {
        return rules;
    }

    @Override
    public long nowMs() {
        return nowMs;
    }

    @Override
    public @Nullable String ignoredBy() {
        return ignoredBy;
    }

    @Override
    public int bansInOtherJails() {
        return bansInOtherJails;
    }
}
